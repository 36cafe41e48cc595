//! Connections to MySQL that have ended: killed, idle for too long, too old, or closed by a server that was restarted.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;
use youku_orm::{Database, DatabaseOptions, Model, New, sql};
use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

use crate::connections::lending::{SOON, no_others, open, others};
use crate::models::{Person, create, person};

/// Longer than a connection passes from one statement to the next without a check whether it is still open.
const A_PAUSE: Duration = Duration::from_millis(20);

/// A pool of TCP connections, because tests can see when a server closes those.
async fn by_tcp(database: &TestDatabase, options: DatabaseOptions) -> Result<Database> {
    let url = format!("{}?prefer_socket=false", database.url());
    Ok(options.connect(&url).await?)
}

/// Runs a statement on the only connection, then makes the server close that connection.
async fn kill(db: &Database, killer: &Database) -> Result {
    let id: u64 = sql("SELECT CONNECTION_ID()").one(db).await?;
    sql(format!("KILL {id}")).execute(killer).await?;
    no_others(killer).await
}

#[test]
fn a_connection_killed_while_it_was_idle_fails_no_statement() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        // With the first URL the driver connects by the local socket, if there is one.
        for url in [
            database.url().to_owned(),
            format!("{}?prefer_socket=false", database.url()),
        ] {
            let killer = open(&database, 1).await?;
            let options = Database::options().max_connections(1);
            let db = options.connect(&url).await?;
            create(&db).await?;
            for age in 0..3 {
                kill(&db, &killer).await?;
                tokio::time::sleep(A_PAUSE).await;
                person(&age.to_string(), age).insert(&db).await?;
                kill(&db, &killer).await?;
                tokio::time::sleep(A_PAUSE).await;
                db.begin().await?.commit().await?;
            }
            assert_eq!(Person::query().every_row().delete(&db).await?, 3);
        }
        Ok(())
    });
}

/// If the connection was in use a moment before, nothing that could have taken effect was sent on it.
#[test]
fn a_transaction_begins_at_once_on_a_connection_that_has_just_ended() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let proxy = Proxy::start(database.url()).await?;
        let db = Database::options().max_connections(1);
        let db = db.connect(proxy.url()).await?;
        create(&db).await?;
        for age in 0..50 {
            tokio::time::timeout(SOON, proxy.close_all()).await?;
            let mut tx = db.begin().await?;
            person(&age.to_string(), age).insert(&mut tx).await?;
            tx.commit().await?;
        }
        assert_eq!(Person::query().count(&db).await?, 50);
        Ok(())
    });
}

#[test]
fn a_connection_that_has_just_ended_fails_one_statement_at_most() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let proxy = Proxy::start(database.url()).await?;
        let db = Database::options().max_connections(1);
        let db = db.connect(proxy.url()).await?;
        create(&db).await?;
        let (mut inserted, mut failed) = (0, 0);
        for age in 0..50 {
            tokio::time::timeout(SOON, proxy.close_all()).await?;
            match person(&age.to_string(), age).insert(&db).await {
                Ok(_) => inserted += 1,
                Err(error) => {
                    assert!(error.is_unavailable() && !error.is_retryable(), "{error}");
                    failed += 1;
                }
            }
            assert_eq!(Person::query().count(&db).await?, inserted);
        }
        assert!(
            failed > 0,
            "none was sent on a connection that had just ended"
        );
        Ok(())
    });
}

/// Opens as many connections at once as there are transactions.
async fn burst(db: &Database, watcher: &Database, size: usize) -> Result {
    let all_begun = Arc::new(Barrier::new(size + 1));
    let transactions = (0..size).map(|_| {
        let (db, all_begun) = (db.clone(), all_begun.clone());
        tokio::spawn(async move {
            let tx = db.begin().await?;
            all_begun.wait().await;
            all_begun.wait().await;
            tx.commit().await
        })
    });
    let transactions: Vec<_> = transactions.collect();
    tokio::time::timeout(SOON, all_begun.wait()).await?;
    // The server lists a closed connection for a moment longer.
    let all_there = async {
        while others(watcher).await? != size as i64 {}
        Ok::<(), youku_orm::Error>(())
    };
    tokio::time::timeout(SOON, all_there).await??;
    all_begun.wait().await;
    for transaction in transactions {
        transaction.await??;
    }
    Ok(())
}

#[test]
fn the_connections_of_every_burst_end_in_time() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let watcher = open(&database, 1).await?;
        let options = Database::options().max_connections(4);
        let options = options.idle_timeout(Duration::from_secs(1));
        let db = by_tcp(&database, options).await?;
        for _ in 0..2 {
            burst(&db, &watcher, 4).await?;
            // Much more than it takes, and less than the driver waits by itself.
            let ended = no_others(&watcher);
            tokio::time::timeout(Duration::from_secs(20), ended).await??;
        }
        Ok(())
    });
}

#[test]
fn a_connection_that_is_always_busy_ends_with_its_lifetime() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let watcher = open(&database, 1).await?;
        let options = Database::options().max_connections(2);
        let options = options.max_lifetime(Duration::from_secs(1));
        let db = by_tcp(&database, options).await?;
        let busy = || async {
            let mut ids = HashSet::new();
            while ids.len() < 3 {
                // No statement fails, and no connection is opened in addition to the others.
                ids.insert(sql("SELECT CONNECTION_ID()").one::<u64>(&db).await?);
                db.begin().await?.commit().await?;
            }
            Ok::<(), youku_orm::Error>(())
        };
        let both = async { tokio::try_join!(busy(), busy()) };
        tokio::time::timeout(Duration::from_secs(20), both).await??;
        // The server lists a closed connection for a moment longer.
        assert!(others(&watcher).await? <= 4);
        Ok(())
    });
}

#[test]
fn an_idle_connection_ends_with_its_lifetime() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let watcher = open(&database, 1).await?;
        let options = Database::options().max_lifetime(Duration::from_secs(2));
        let db = by_tcp(&database, options).await?;
        assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
        let ended = no_others(&watcher);
        tokio::time::timeout(Duration::from_secs(20), ended).await??;
        assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
        Ok(())
    });
}

#[test]
fn a_pool_outlives_a_restart_of_its_server() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        const CONNECTIONS: usize = 3;
        let (proxy, watcher) = (
            Proxy::start(database.url()).await?,
            open(&database, 1).await?,
        );
        let options = Database::options().max_connections(CONNECTIONS);
        let db = options.connect(proxy.url()).await?;
        create(&db).await?;
        for round in 0..2 {
            burst(&db, &watcher, CONNECTIONS).await?;
            let mut tx = db.begin().await?;
            person("lost", round).insert(&mut tx).await?;
            let mut stream = Person::query().stream(&db).await?;
            tokio::time::timeout(SOON, proxy.go_down()).await?;

            let error = person("late", round)
                .insert(&mut tx)
                .await
                .expect_err("it is down");
            assert!(error.is_unavailable() && !error.is_retryable(), "{error}");
            assert!(tx.commit().await.is_err());
            while stream.next().await.is_some_and(|row| row.is_ok()) {}
            drop(stream);
            for _ in 0..2 * CONNECTIONS {
                let refused = sql("SELECT 1").one::<i64>(&db);
                let error = tokio::time::timeout(SOON, refused)
                    .await?
                    .expect_err("it is down");
                assert!(error.is_unavailable(), "{error}");
            }

            proxy.restore();
            person(&round.to_string(), round).insert(&db).await?;
            // All places of the pool are free again.
            burst(&db, &watcher, CONNECTIONS).await?;
            assert_eq!(
                Person::query().count(&db).await?,
                1 + u64::from(round.unsigned_abs())
            );
        }
        Ok(())
    });
}

/// The driver looks for idle connections at a fixed time of each second, and its tasks close those that it finds. A
/// statement that runs in between finds neither a connection nor a place for one, and the driver does not report the free place.
#[test]
fn a_statement_gets_a_connection_while_an_idle_one_ends() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let url = format!("{}?prefer_socket=false", database.url());
        let at_the_look = move || -> Result {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut statements = Vec::new();
                for number in 0..24 {
                    statements.push(tokio::spawn(at_the_third_look(url.clone(), number)));
                }
                for statement in statements {
                    statement.await??;
                }
                Ok(())
            })
        };
        tokio::task::spawn_blocking(at_the_look).await?
    });
}

async fn at_the_third_look(url: String, number: u64) -> youku_orm::Result<()> {
    let options = Database::options()
        .max_connections(1)
        .idle_timeout(Duration::from_secs(1))
        .acquire_timeout(Duration::from_secs(10));
    let started = tokio::time::Instant::now();
    let db = options.connect(&url).await?;
    // After one second the connection is idle in the driver's pool, and at the third check it has been idle for one second.
    let look = started + Duration::from_secs(3) + Duration::from_micros(250 * (number % 6));
    if number.is_multiple_of(2) {
        // A timer that was set later fires later.
        tokio::time::sleep_until(started + Duration::from_millis(2_500)).await;
    }
    tokio::time::sleep_until(look).await;
    assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
    Ok(())
}
