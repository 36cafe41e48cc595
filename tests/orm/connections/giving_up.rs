//! What happens to statements to MySQL whose caller has stopped waiting, and to their connections.

use std::time::Duration;

use youku_orm::{Database, Model, sql};
use youku_tests::{Backend, Result, TestDatabase, run};

use crate::connections::lending::{SOON, open};

#[derive(Model)]
#[model(table = "numbers")]
struct Number {
    #[model(primary_key)]
    seq: u64,
}

/// Has a table that takes minutes to read, or `slowly` to return its first row, and the only connection of a pool.
async fn with_numbers(database: &TestDatabase, slowly: bool) -> Result<Database> {
    let db = open(database, 1).await?;
    let rows = if slowly {
        "SELECT MAX(a.seq ^ b.seq) AS seq FROM seq_1_to_4000000 a JOIN seq_1_to_4000000 b"
    } else {
        "SELECT seq FROM seq_1_to_4000000000"
    };
    let view = format!("CREATE VIEW numbers AS {rows}");
    sql(view).execute(&db).await?;
    Ok(db)
}

/// The next statement gets the connection at once, and the server no longer works on the previous one.
async fn it_is_given_up(db: &Database, watcher: &Database) -> Result {
    let next = sql("SELECT 1").one::<i64>(db);
    assert_eq!(tokio::time::timeout(SOON, next).await??, 1);
    let wait = async {
        let at_work = "SELECT COUNT(*) FROM information_schema.processlist \
                       WHERE db = DATABASE() AND info LIKE '%numbers%' AND id <> CONNECTION_ID()";
        while sql(at_work).one::<i64>(watcher).await? > 0 {}
        Ok::<(), youku_orm::Error>(())
    };
    Ok(tokio::time::timeout(SOON, wait).await??)
}

#[test]
fn a_stream_whose_connection_ends_fails_and_the_pool_recovers() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, killer) = (
            with_numbers(&database, false).await?,
            open(&database, 1).await?,
        );
        let id: u64 = sql("SELECT CONNECTION_ID()").one(&db).await?;
        let mut numbers = Number::query().stream(&db).await?;
        sql(format!("KILL {id}")).execute(&killer).await?;
        let error = loop {
            if let Err(error) = numbers.next().await.ok_or("the stream has no end")? {
                break error;
            }
        };
        assert!(error.is_unavailable() && error.sql().is_some(), "{error}");
        assert!(numbers.next().await.is_none());
        assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
        Ok(())
    });
}

#[test]
fn a_dropped_long_stream_returns_its_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, watcher) = (
            with_numbers(&database, false).await?,
            open(&database, 1).await?,
        );
        for read in 0..3 {
            let mut numbers = Number::query().stream(&db).await?;
            for seq in 1..=read {
                assert_eq!(numbers.next().await.transpose()?.map(|n| n.seq), Some(seq));
            }
            drop(numbers);
            it_is_given_up(&db, &watcher).await?;
        }
        Ok(())
    });
}

#[test]
fn a_read_dropped_before_its_first_row_returns_its_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, watcher) = (
            with_numbers(&database, true).await?,
            open(&database, 1).await?,
        );
        let a_while = Duration::from_millis(100);
        for _ in 0..3 {
            let first = async { Number::query().stream(&db).await?.next().await.transpose() };
            assert!(tokio::time::timeout(a_while, first).await.is_err());
            it_is_given_up(&db, &watcher).await?;
            let list = Number::query().all(&db);
            assert!(tokio::time::timeout(a_while, list).await.is_err());
            it_is_given_up(&db, &watcher).await?;
            let mut tx = db.begin().await?;
            let list = Number::query().all(&mut tx);
            assert!(tokio::time::timeout(a_while, list).await.is_err());
            drop(tx);
            it_is_given_up(&db, &watcher).await?;
        }
        Ok(())
    });
}

#[test]
fn a_stream_that_times_out_before_its_first_row_is_cancelled() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let watcher = with_numbers(&database, true).await?;
        let options = Database::options().max_connections(1);
        let options = options.statement_timeout(Duration::from_secs(1));
        let db = options.connect(database.url()).await?;
        let error = Number::query().stream(&db).await.err().ok_or("it ended")?;
        assert!(error.is_timeout() && error.sql().is_some(), "{error}");
        it_is_given_up(&db, &watcher).await
    });
}

#[test]
fn a_dropped_long_list_returns_its_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, watcher) = (
            with_numbers(&database, false).await?,
            open(&database, 1).await?,
        );
        let a_while = Duration::from_millis(100);
        let list = Number::query().all(&db);
        assert!(tokio::time::timeout(a_while, list).await.is_err());
        it_is_given_up(&db, &watcher).await?;
        let mut tx = db.begin().await?;
        let list = Number::query().all(&mut tx);
        assert!(tokio::time::timeout(a_while, list).await.is_err());
        drop(tx);
        it_is_given_up(&db, &watcher).await
    });
}
