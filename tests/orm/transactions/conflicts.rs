//! Transactions that lose to another one, for every reason that a database has, and run again.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use youku_orm::{Database, Id, Model, Transaction};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, people, person};

both_databases![
    a_locked_database_is_tried_again,
    an_insert_of_many_waits_for_a_lock,
];

async fn set_age(tx: &mut Transaction, id: Id<Person>, age: i32) -> youku_orm::Result<u64> {
    let row = Person::filter(Person::ID.eq(id)).set(Person::AGE, age);
    row.update(tx).await
}

/// SQLITE_BUSY at BEGIN, and MySQL 1205 (lock wait timeout) at the UPDATE.
async fn a_locked_database_is_tried_again(database: TestDatabase) -> Result {
    let holder = Database::connect(database.url()).await?;
    let ann = people(&holder, &["ann"]).await?.remove(0);
    let mut held = holder.begin().await?;
    set_age(&mut held, ann.id, 5).await?;

    let refused = Arc::new(Notify::new());
    let told = refused.clone();
    let options = Database::options()
        .busy_timeout(Duration::from_millis(1))
        .on_statement(move |event| {
            if event.error.is_some_and(youku_orm::Error::is_retryable) {
                told.notify_one();
            }
        });
    let db = options.connect(database.url()).await?;
    let work = db.transaction_retry(1_000_000, async |tx| {
        if database.url().starts_with("mysql") {
            let shorter = "SET innodb_lock_wait_timeout = 1";
            youku_orm::sql(shorter).execute(&mut *tx).await?;
        }
        set_age(tx, ann.id, 6).await
    });
    let release = async {
        refused.notified().await;
        held.commit().await
    };
    let (done, released) = tokio::join!(work, release);
    released?;
    assert_eq!(done?, 1);
    assert_eq!(Person::get(&db, ann.id).await?.age, 6);
    Ok(())
}

/// On SQLite the insert waits for the lock of another connection, as a single insert does; MySQL locks rows.
async fn an_insert_of_many_waits_for_a_lock(database: TestDatabase) -> Result {
    let holder = Database::connect(database.url()).await?;
    let ann = people(&holder, &["ann"]).await?.remove(0);
    let mut held = holder.begin().await?;
    set_age(&mut held, ann.id, 5).await?;

    let db = Database::connect(database.url()).await?;
    let rows = vec![person("bob", 2), person("cid", 3)];
    let mut inserted = tokio::spawn(async move { Person::insert_many(&db, rows).await });
    let early = tokio::time::timeout(Duration::from_millis(200), &mut inserted).await;
    held.commit().await?;
    let inserted = match early {
        Ok(inserted) => inserted,
        Err(_) => inserted.await,
    };
    assert_eq!(inserted??.len(), 2);
    Ok(())
}

#[cfg(feature = "mysql")]
mod mysql {
    use std::sync::atomic::{AtomicU32, Ordering};

    use tokio::sync::Barrier;
    use youku_orm::{New, sql};
    use youku_tests::{Backend, Proxy, run};

    use super::*;
    use crate::models::{create, names, person};

    /// Two rows, and two transactions. Each transaction has changed one of the rows.
    async fn crossed(db: &Database) -> Result<(Vec<Person>, Transaction, Transaction)> {
        let both = people(db, &["a", "b"]).await?;
        let (mut ours, mut theirs) = (db.begin().await?, db.begin().await?);
        set_age(&mut ours, both[0].id, 10).await?;
        set_age(&mut theirs, both[1].id, 20).await?;
        Ok((both, ours, theirs))
    }

    #[test]
    fn a_lost_transaction_is_not_committed() {
        run(Backend::Mysql, async |db: Database| -> Result {
            let (both, mut ours, mut theirs) = crossed(&db).await?;
            // Each now waits for the other, so the server picks one to lose. The winner continues
            // when the loser's transaction has been rolled back.
            let (left, right) = tokio::join!(
                set_age(&mut ours, both[1].id, 11),
                set_age(&mut theirs, both[0].id, 21),
            );
            let (error, mut loser) = match (left, right) {
                (Err(error), Ok(_)) => (error, ours),
                (Ok(_), Err(error)) => (error, theirs),
                other => panic!("one of two must lose: {other:?}"),
            };
            assert!(error.is_retryable(), "{error}");
            assert!(error.to_string().contains("MySQL error 1213"), "{error}");
            assert!(person("c", 1).insert(&mut loser).await.is_err());
            assert!(loser.commit().await.is_err());
            let everybody = Person::query()
                .order_by(Person::NAME.asc())
                .all(&db)
                .await?;
            assert_eq!(names(&everybody), ["a", "b"]);
            Ok(())
        });
    }

    #[test]
    fn a_deadlock_is_tried_again() {
        run(Backend::Mysql, async |db: Database| -> Result {
            let both = people(&db, &["a", "b"]).await?;
            let (attempts, barrier) = (AtomicU32::new(0), Barrier::new(2));
            // Both have their first row before either asks for its second.
            let cross = async |first: usize, second: usize| {
                let begun = AtomicU32::new(0);
                db.transaction_retry(5, async |tx| {
                    attempts.fetch_add(1, Ordering::Relaxed);
                    set_age(&mut *tx, both[first].id, 10).await?;
                    if begun.fetch_add(1, Ordering::Relaxed) == 0 {
                        barrier.wait().await;
                    }
                    set_age(tx, both[second].id, 10).await
                })
                .await
            };
            let (left, right) = tokio::join!(cross(0, 1), cross(1, 0));
            assert_eq!((left?, right?), (1, 1));
            assert_eq!(attempts.into_inner(), 3, "one of them lost once");
            Ok(())
        });
    }

    /// A single server never returns some of these errors by itself, so the test tells it to return them.
    #[test]
    fn every_number_of_a_lost_transaction_is_tried_again() {
        run(Backend::Mysql, async |db: Database| -> Result {
            create(&db).await?;
            for number in [1020, 1180, 1205, 1206, 1213, 3101, 3572] {
                let attempts = AtomicU32::new(0);
                let inserted = db.transaction_retry(2, async |tx| {
                    let row = person(&number.to_string(), number).insert(&mut *tx).await?;
                    if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
                        let signal = format!("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = {number}");
                        sql(signal).execute(tx).await?;
                    }
                    Ok::<_, youku_orm::Error>(row)
                });
                assert_eq!(inserted.await?.age, number);
                assert_eq!(attempts.into_inner(), 2, "{number}");
            }
            assert_eq!(Person::query().count(&db).await?, 7);
            Ok(())
        });
    }

    /// On a Galera cluster the loser of a race gets the error at COMMIT.
    #[test]
    fn a_refused_commit_is_tried_again() {
        run(Backend::Mysql, async |database: TestDatabase| -> Result {
            let proxy = Proxy::start(database.url()).await?;
            proxy.refuse_commit(0);
            let db = Database::connect(proxy.url()).await?;
            create(&db).await?;
            let attempts = AtomicU32::new(0);
            db.transaction_retry(3, async |tx| {
                attempts.fetch_add(1, Ordering::Relaxed);
                person("ann", 1).insert(tx).await
            })
            .await?;
            assert_eq!(attempts.into_inner(), 2);
            assert_eq!(
                Person::query().count(&db).await?,
                1,
                "of the first nothing stayed"
            );
            Ok(())
        });
    }
}
