//! Statements to MySQL whose reply is lost with the connection. They may have taken effect, so none is sent a second time.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use youku_orm::{Database, Model, New, sql};
use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

use crate::clubs::{Member, Seat, member, members, seat};
use crate::models::has_returning;

/// The command that executes a prepared statement.
const EXECUTE: &[u8] = b"\x17";

/// The only connection of a pool, through a proxy.
async fn through_proxy(database: &TestDatabase) -> Result<(Proxy, Database)> {
    let proxy = Proxy::start(database.url()).await?;
    let options = Database::options().max_connections(1);
    let db = options.connect(proxy.url()).await?;
    members(&db).await?;
    Ok((proxy, db))
}

/// Runs the statement. The reply to the first packet that begins like this is lost.
async fn lose<T: Debug>(
    proxy: &Proxy,
    head: &'static [u8],
    statement: impl Future<Output = youku_orm::Result<T>>,
) {
    proxy.lose_reply(head);
    let error = statement.await.expect_err("the reply is lost");
    // It is unknown whether it ran.
    assert!(error.is_unavailable() && !error.is_retryable(), "{error}");
}

async fn visits(db: &Database) -> Result<u64> {
    let visits = Member::query().select(Member::VISITS.sum());
    Ok(visits.one(db).await?.unwrap_or(0))
}

/// Runs the test with a connection that has just been used, and with one that the driver checks first.
fn soon_and_late(test: &impl AsyncFn(&Proxy, &Database, Duration) -> Result) {
    for pause in [Duration::ZERO, Duration::from_millis(20)] {
        run(Backend::Mysql, async |database: TestDatabase| -> Result {
            let (proxy, db) = through_proxy(&database).await?;
            test(&proxy, &db, pause).await
        });
    }
}

#[test]
fn an_insert_is_sent_once() {
    soon_and_late(&async |proxy, db, pause| {
        tokio::time::sleep(pause).await;
        lose(proxy, EXECUTE, member("Cid", "c@x", None).insert(db)).await;
        assert_eq!(Member::query().count(db).await?, 3);
        let two = vec![member("Dan", "d@x", None), member("Eve", "e@x", None)];
        tokio::time::sleep(pause).await;
        lose(proxy, EXECUTE, Member::insert_many(db, two)).await;
        // Without RETURNING the rows are inserted in a transaction, which was rolled back.
        let written = 2 * u64::from(has_returning(db).await?);
        assert_eq!(Member::query().count(db).await?, 3 + written);
        let by_hand = sql("INSERT INTO member (name, mail) VALUES ('Fay', 'f@x') RETURNING id");
        tokio::time::sleep(pause).await;
        lose(proxy, EXECUTE, by_hand.one::<u64>(db)).await;
        assert_eq!(Member::query().count(db).await?, 4 + written);
        Ok(())
    });
}

#[test]
fn an_update_is_sent_once() {
    soon_and_late(&async |proxy, db, pause| {
        let more = || {
            Member::query()
                .every_row()
                .set(Member::VISITS, Member::VISITS + 1)
        };
        tokio::time::sleep(pause).await;
        lose(proxy, EXECUTE, more().update(db)).await;
        assert_eq!(visits(db).await?, 4);
        let upsert = Member::insert(member("Ann", "a@x", None)).on_conflict(Member::MAIL);
        let upsert = upsert.set(Member::VISITS, Member::VISITS + 1).exec(db);
        tokio::time::sleep(pause).await;
        lose(proxy, EXECUTE, upsert).await;
        // Without RETURNING it is the first statement of a transaction, which was rolled back.
        let written = u64::from(has_returning(db).await?);
        assert_eq!(visits(db).await?, 4 + written);

        let first = seat("A1", 1, 1, 10).insert(db).await?;
        let dearer = Seat { price: 11, ..first };
        tokio::time::sleep(pause).await;
        // A second one would find an unexpected version.
        lose(proxy, EXECUTE, dearer.update(db)).await;
        let written = Seat::query().one(db).await?;
        assert_eq!((written.version, written.price), (1, 11));
        tokio::time::sleep(pause).await;
        // A second one would not find the row.
        lose(proxy, EXECUTE, written.delete(db)).await;
        assert_eq!(Seat::query().count(db).await?, 0);
        Ok(())
    });
}

#[test]
fn a_table_is_created_once() {
    soon_and_late(&async |proxy, db, pause| {
        tokio::time::sleep(pause).await;
        lose(
            proxy,
            b"\x03CREATE",
            db.create_tables::<crate::models::Person>(),
        )
        .await;
        assert_eq!(crate::models::Person::query().count(db).await?, 0);
        Ok(())
    });
}

#[test]
fn a_transaction_with_a_lost_statement_leaves_nothing() {
    soon_and_late(&async |proxy, db, pause| {
        let mut tx = db.begin().await?;
        member("Cid", "c@x", None).insert(&mut tx).await?;
        tokio::time::sleep(pause).await;
        lose(proxy, EXECUTE, member("Dan", "d@x", None).insert(&mut tx)).await;
        assert!(tx.commit().await.is_err());
        assert_eq!(Member::query().count(db).await?, 2);
        // Rows that do not fit into one statement share a transaction.
        let many = (0..9_000).map(|number| member("Cid", &number.to_string(), None));
        lose(proxy, EXECUTE, Member::insert_many(db, many.collect())).await;
        assert_eq!(Member::query().count(db).await?, 2);
        Ok(())
    });
}

#[test]
fn a_transaction_whose_commit_was_lost_is_not_run_again() {
    soon_and_late(&async |proxy, db, pause| {
        let attempts = AtomicU32::new(0);
        let work = db.transaction_retry(5, async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            member("Cid", "c@x", None).insert(tx).await?;
            tokio::time::sleep(pause).await;
            Ok::<(), youku_orm::Error>(())
        });
        lose(proxy, b"\x03COMMIT", work).await;
        assert_eq!(attempts.load(Ordering::Relaxed), 1);
        assert_eq!(Member::query().count(db).await?, 3);
        Ok(())
    });
}

/// Nothing was executed before it.
#[test]
fn a_begin_whose_reply_was_lost_is_sent_on_another_connection() {
    soon_and_late(&async |proxy, db, pause| {
        tokio::time::sleep(pause).await;
        proxy.lose_reply(b"\x03START TRANSACTION");
        let mut tx = db.begin().await?;
        member("Cid", "c@x", None).insert(&mut tx).await?;
        tx.commit().await?;
        assert_eq!(Member::query().count(db).await?, 3);
        Ok(())
    });
}
