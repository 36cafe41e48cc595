//! Connections to MySQL on which a reply takes long or never arrives.

use std::time::Duration;

use youku_orm::{Database, Model, New, sql};
use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

use crate::connections::lending::open;
use crate::models::{Person, create, people, person};

#[derive(Model)]
#[model(table = "numbers")]
struct Number {
    #[model(primary_key)]
    seq: u64,
}

/// A command of the text protocol.
const ROLLBACK: &[u8] = b"\x03ROLLBACK";

/// The only connection of a pool, through a proxy, and a second connection that does not use the proxy.
async fn through_proxy(database: &TestDatabase) -> Result<(Proxy, Database, Database)> {
    let proxy = Proxy::start(database.url()).await?;
    let options = Database::options().max_connections(1);
    let options = options.acquire_timeout(Duration::from_secs(30));
    let db = options.connect(proxy.url()).await?;
    create(&db).await?;
    Ok((proxy, db, open(database, 1).await?))
}

async fn id(db: &Database) -> Result<u64> {
    Ok(sql("SELECT CONNECTION_ID()").one(db).await?)
}

#[test]
fn a_dropped_statement_that_ends_soon_keeps_its_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (_proxy, db, _) = through_proxy(&database).await?;
        let (first, new) = (
            id(&db).await?,
            (0..100).map(|age| person(&age.to_string(), age)),
        );
        Person::insert_rows(new.collect()).execute(&db).await?;
        for _ in 0..3 {
            let mut tx = db.begin().await?;
            person("lost", 1).insert(&mut tx).await?;
            drop(tx);
            assert_eq!(id(&db).await?, first, "after a transaction");
            let mut stream = Person::query().stream(&db).await?;
            assert!(stream.next().await.is_some_and(|row| row.is_ok()));
            drop(stream);
            assert_eq!(id(&db).await?, first, "after a stream");
        }
        assert_eq!(Person::query().count(&db).await?, 100);
        Ok(())
    });
}

#[test]
fn a_rollback_that_hangs_is_ended_with_its_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (proxy, db, watcher) = through_proxy(&database).await?;
        let ann = people(&watcher, &["ann"]).await?.remove(0);
        for round in 0..2 {
            let mut tx = db.begin().await?;
            let row = || Person::filter(Person::ID.eq(ann.id));
            row().set(Person::AGE, 50).update(&mut tx).await?;
            proxy.hold(ROLLBACK);
            drop(tx);
            // The server has not been told to roll back, and does not know that the client has left.
            let unlocked = row().set(Person::AGE, 10 + round).update(&watcher);
            let updated = tokio::time::timeout(Duration::from_secs(20), unlocked);
            assert_eq!(updated.await??, 1);
            // The connection's place is free too.
            let seen = tokio::time::timeout(Duration::from_secs(20), Person::get(&db, ann.id));
            assert_eq!(seen.await??.age, 10 + round);
            proxy.restore();
        }
        Ok(())
    });
}

#[test]
fn the_rest_of_a_stalled_stream_is_not_awaited() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (proxy, db, watcher) = through_proxy(&database).await?;
        // More rows than the sockets hold.
        let view = "CREATE VIEW numbers AS SELECT seq FROM seq_1_to_4000000000";
        sql(view).execute(&watcher).await?;
        for _ in 0..2 {
            let before = id(&db).await?;
            let mut stream = Number::query().stream(&db).await?;
            proxy.hold_replies();
            // The rows that have already arrived.
            let a_while = Duration::from_millis(100);
            while tokio::time::timeout(a_while, stream.next()).await.is_ok() {}
            drop(stream);
            let gone = async {
                let still = "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?";
                while sql(still).bind(before).one::<i64>(&watcher).await? > 0 {}
                Ok::<(), youku_orm::Error>(())
            };
            tokio::time::timeout(Duration::from_secs(20), gone).await??;
            proxy.restore();
            assert_ne!(id(&db).await?, before);
        }
        Ok(())
    });
}

/// Neither the rollback nor the request to end it is ever answered, but the connection is closed all the same.
#[test]
fn a_silent_server_does_not_occupy_connections_forever() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (proxy, db, _) = through_proxy(&database).await?;
        let mut tx = db.begin().await?;
        person("lost", 1).insert(&mut tx).await?;
        proxy.keep_silent();
        drop(tx);
        // It waits until every connection is closed, which takes ten seconds.
        tokio::time::timeout(Duration::from_secs(40), db.close()).await??;
        Ok(())
    });
}
