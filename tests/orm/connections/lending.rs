//! How connections to MySQL pass from one statement to the next, and back to the driver's pool.

use std::time::Duration;

use youku_orm::{Database, Model, New, mysql_options, sql};
use youku_tests::{Backend, Result, TestDatabase, run};

use crate::models::{Person, create, person};

pub(crate) const SOON: Duration = Duration::from_secs(60);

pub(crate) async fn open(database: &TestDatabase, connections: usize) -> Result<Database> {
    let options = Database::options().max_connections(connections);
    // Otherwise the driver opens each connection twice: first by TCP, to learn the socket's path, then by that socket.
    let url = format!("{}?prefer_socket=false", database.url());
    Ok(options.connect(&url).await?)
}

/// The number of connections to the database, not counting the test's own.
pub(crate) async fn others(watcher: &Database) -> youku_orm::Result<i64> {
    let others = "SELECT COUNT(*) FROM information_schema.processlist \
                  WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    sql(others).one(watcher).await
}

/// Waits until no others are left: the server lists a closed connection for a while longer.
pub(crate) async fn no_others(watcher: &Database) -> Result {
    let wait = async {
        while others(watcher).await? > 0 {}
        Ok::<(), youku_orm::Error>(())
    };
    Ok(tokio::time::timeout(SOON, wait).await??)
}

#[test]
fn statements_and_transactions_take_turns_on_one_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let db = open(&database, 1).await?;
        create(&db).await?;
        let id = || async { sql("SELECT CONNECTION_ID()").one::<u64>(&db).await };
        let first = id().await?;
        for age in 0..5 {
            let mut tx = db.begin().await?;
            let ann = person("ann", age).insert(&mut tx).await?;
            tx.rollback().await?;
            assert_eq!(Person::find(&db, ann.id).await?, None);
            assert_eq!(id().await?, first, "a statement opened a connection");
        }
        Ok(())
    });
}

#[test]
fn no_more_connections_are_opened_than_allowed() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, watcher) = (open(&database, 3).await?, open(&database, 1).await?);
        create(&db).await?;
        let tasks = (0..24).map(|number| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..8 {
                    let name = format!("{number}/{round}");
                    let mut tx = db.begin().await?;
                    let inserted = person(&name, round).insert(&mut tx).await?;
                    tx.commit().await?;
                    assert_eq!(Person::get(&db, inserted.id).await?, inserted);
                }
                Ok::<(), youku_orm::Error>(())
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            assert!(others(&watcher).await? <= 3);
            task.await??;
        }
        assert_eq!(Person::query().count(&db).await?, 24 * 8);
        Ok(())
    });
}

#[test]
fn connections_end_with_the_last_handle() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let watcher = open(&database, 1).await?;
        for closes in [false, true] {
            let db = open(&database, 4).await?;
            assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
            assert!(others(&watcher).await? > 0);
            if closes {
                db.close().await?
            } else {
                drop(db)
            }
            no_others(&watcher).await?;
        }
        Ok(())
    });
}

#[test]
fn idle_connections_end_in_time() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let watcher = open(&database, 1).await?;
        let url = format!("{}?prefer_socket=false", database.url());
        let options = Database::options().idle_timeout(Duration::from_secs(1));
        let db = options.connect(&url).await?;
        create(&db).await?;
        let mut tx = db.begin().await?;
        assert_eq!(Person::query().count(&db).await?, 0);
        assert!(others(&watcher).await? > 0);
        person("ann", 1).insert(&mut tx).await?;
        tx.commit().await?;
        // Much more than it takes, and less than the driver waits by itself.
        let ended = no_others(&watcher);
        tokio::time::timeout(Duration::from_secs(20), ended).await??;
        assert_eq!(Person::query().count(&db).await?, 1);
        Ok(())
    });
}

#[test]
fn a_program_gets_a_connection_of_its_own_pool() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let constraints = mysql_async::PoolConstraints::new(1, 1).unwrap();
        let options = mysql_async::Opts::from_url(database.url())?;
        let options = mysql_async::OptsBuilder::from_opts(options)
            .pool_opts(mysql_async::PoolOpts::default().with_constraints(constraints));
        let pool = mysql_async::Pool::new(mysql_options(options));
        let db = Database::options().with_mysql_pool(pool.clone()).await?;
        for _ in 0..5 {
            assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
            // Its pool has only one connection.
            let taken = tokio::time::timeout(SOON, pool.get_conn()).await??;
            drop(taken);
        }
        Ok(())
    });
}

#[test]
fn a_failed_or_dropped_statement_leaves_the_connection_clean() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let db = open(&database, 1).await?;
        create(&db).await?;
        let ann = person("ann", 1).insert(&db).await?;
        for _ in 0..5 {
            let taken = person("ann", 2).insert(&db).await;
            assert!(taken.is_err_and(|error| error.is_unique_violation()));
            let slow = sql("SELECT SLEEP(60)").one::<i64>(&db);
            let sent = Duration::from_millis(1);
            assert!(tokio::time::timeout(sent, slow).await.is_err());
            assert_eq!(Person::get(&db, ann.id).await?, ann);
        }
        Ok(())
    });
}

#[test]
fn a_transaction_begins_although_the_server_closed_its_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, killer) = (open(&database, 1).await?, open(&database, 1).await?);
        create(&db).await?;
        for age in 0..3 {
            let id: u64 = sql("SELECT CONNECTION_ID()").one(&db).await?;
            sql(format!("KILL {id}")).execute(&killer).await?;
            no_others(&killer).await?;
            let mut tx = db.begin().await?;
            person(&age.to_string(), age).insert(&mut tx).await?;
            tx.commit().await?;
        }
        assert_eq!(Person::query().count(&db).await?, 3);
        Ok(())
    });
}

#[test]
fn a_pool_recovers_after_its_connections_are_killed() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        // With more than one connection the second could kill its own.
        let (db, killer) = (open(&database, 3).await?, open(&database, 1).await?);
        create(&db).await?;
        let others = "SELECT id FROM information_schema.processlist \
                      WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        for id in sql(others).all::<u64>(&killer).await? {
            // The server lists a closed connection for a while longer, and does not know it here.
            let _ = sql(format!("KILL {id}")).execute(&killer).await;
        }
        // Each dead connection may make one statement fail.
        let mut failures = 0;
        while let Err(error) = Person::query().count(&db).await {
            assert!(error.is_unavailable(), "{error}");
            failures += 1;
            assert!(failures <= 3, "{error}");
        }
        Ok(())
    });
}

/// A task of the driver returns a connection to the pool; here that happens before the next statement asks for one.
#[test]
fn a_pause_opens_no_second_connection() {
    check_one_connection(Some(Duration::from_millis(15)));
}

/// Here that task does not run in between, because the connection passes from one statement directly to the next.
#[test]
fn statements_without_a_pause_open_no_second_connection() {
    check_one_connection(None);
}

#[track_caller]
fn check_one_connection(pause: Option<Duration>) {
    run(
        Backend::Mysql,
        async move |database: TestDatabase| -> Result {
            let url = database.url().to_owned();
            let statements = move || -> Result {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?;
                runtime.block_on(async {
                    let db = Database::connect(&url).await?;
                    let first: u64 = sql("SELECT CONNECTION_ID()").one(&db).await?;
                    for _ in 0..5 {
                        if let Some(pause) = pause {
                            tokio::time::sleep(pause).await;
                        }
                        let id: u64 = sql("SELECT CONNECTION_ID()").one(&db).await?;
                        assert_eq!(id, first, "a statement opened a connection");
                    }
                    Ok(())
                })
            };
            tokio::task::spawn_blocking(statements).await?
        },
    );
}

#[test]
fn a_pool_whose_connections_do_not_commit_commits() {
    use mysql_async::{Opts, OptsBuilder, Pool};

    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let builder = OptsBuilder::from_opts(Opts::from_url(database.url())?);
        let builder = builder.setup(vec!["SET autocommit = 0"]);
        let pool = Pool::new(mysql_options(builder));
        let db = Database::options().with_mysql_pool(pool).await?;
        create(&db).await?;
        person("ann", 1).insert(&db).await?;
        db.close().await?;
        let db = Database::connect(database.url()).await?;
        assert_eq!(Person::query().count(&db).await?, 1);
        Ok(())
    });
}
