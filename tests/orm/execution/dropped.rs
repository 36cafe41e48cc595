//! Values that are dropped while their runtime shuts down, outside any runtime, or by a panic. No drop aborts the process or
//! panics, a transaction is rolled back, and the connection is usable afterwards or closed.

mod endings;

use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;
use youku_orm::{Database, DatabaseKind, Model, New, TransactionOptions, sql};
use youku_tests::{Backend, Result, TestDatabase};

use crate::models::{Person, create, person};
use endings::{Held, every_ending};

/// Makes a test for each database.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[cfg(feature = "sqlite")]
            #[test]
            fn sqlite() {
                super::every_ending(youku_tests::Backend::Sqlite, super::$name);
            }

            #[cfg(feature = "mysql")]
            #[test]
            fn mysql() {
                super::every_ending(youku_tests::Backend::Mysql, super::$name);
            }
        }
    )+};
}

on_both![
    a_transaction,
    a_transaction_with_an_open_savepoint,
    a_transaction_in_a_statement,
    a_commit_that_has_begun,
    a_stream,
    a_statement_that_waits_for_a_lock,
    a_statement_that_waits_for_a_connection,
    a_database,
];

/// How many rows are committed before anything is dropped: more than a stream reads ahead.
const COMMITTED: u64 = 2_000;

/// A pool of one connection, so that the loss of a connection is noticed.
async fn open(url: &str) -> Result<Database> {
    let options = Database::options()
        .max_connections(1)
        .busy_timeout(Duration::from_secs(1))
        .acquire_timeout(Duration::from_secs(20));
    Ok(options.connect(url).await?)
}

/// A database with people in it.
async fn prepare(database: &TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    create(&db).await?;
    let people = (0..COMMITTED).map(|number| person(&number.to_string(), 1));
    Person::insert_rows(people.collect()).execute(&db).await?;
    db.close().await?;
    Ok(())
}

/// What was committed is there and nothing else is; no lock is left, and on MySQL no connection.
async fn is_whole(database: &TestDatabase) -> Result {
    let db = open(database.url()).await?;
    let lost = Person::filter(Person::NAME.starts_with("lost"));
    assert_eq!(lost.count(&db).await?, 0);
    assert_eq!(Person::query().count(&db).await?, COMMITTED);
    let everybody = Person::query().every_row().set(Person::AGE, 2);
    assert_eq!(everybody.update(&db).await?, COMMITTED);
    if database.backend() == Backend::Mysql {
        // The server lists a closed connection for a moment longer.
        let others = "SELECT COUNT(*) FROM information_schema.processlist \
                      WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        while sql(others).one::<i64>(&db).await? > 0 {}
    }
    Ok(())
}

/// Polls the future until it is pending, and keeps it in that state.
async fn until<F>(db: Database, begun: Arc<Notify>, future: F) -> Held
where
    F: Future + Send + 'static,
{
    let mut future = Box::pin(future);
    tokio::select! {
        _ = &mut future => panic!("it has nothing to wait for"),
        () = begun.notified() => {}
    }
    Held::new(future, Some(db))
}

/// Polls the future for a while, and returns whether it is still pending.
async fn a_while<F: Future + Send + 'static>(future: F) -> (Pin<Box<F>>, bool) {
    let mut future = Box::pin(future);
    let polled = tokio::time::timeout(Duration::from_millis(30), &mut future).await;
    let waits = polled.is_err();
    (future, waits)
}

async fn a_transaction(db: Database, _: String) -> Result<Held> {
    let mut tx = db.begin().await?;
    person("lost", 1).insert(&mut tx).await?;
    Ok(Held::new(tx, Some(db)))
}

async fn a_transaction_with_an_open_savepoint(db: Database, _: String) -> Result<Held> {
    let begun = Arc::new(Notify::new());
    let (own, told) = (db.clone(), begun.clone());
    let nested = async move {
        let mut tx = own.begin().await?;
        person("lost", 1).insert(&mut tx).await?;
        tx.nested(async |tx| {
            person("lost in a savepoint", 1).insert(tx).await?;
            told.notify_one();
            std::future::pending::<youku_orm::Result<()>>().await
        })
        .await
    };
    Ok(until(db, begun, nested).await)
}

async fn a_transaction_in_a_statement(db: Database, _: String) -> Result<Held> {
    let slow = match db.kind() {
        // So long that it is dropped first. If no KILL can be sent, the server finishes its work before it rolls back.
        DatabaseKind::Mysql => "SELECT SLEEP(1)",
        _ => {
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"
        }
    };
    let own = db.clone();
    let (statement, _) = a_while(async move {
        let mut tx = own.begin().await?;
        person("lost", 1).insert(&mut tx).await?;
        sql(slow).one::<i64>(&mut tx).await
    })
    .await;
    Ok(Held::new(statement, Some(db)))
}

/// It is committed either completely or not at all.
async fn a_commit_that_has_begun(db: Database, _: String) -> Result<Held> {
    let mut tx = db.begin().await?;
    let first = Person::filter(Person::NAME.eq("0"));
    first.set(Person::AGE, 7).update(&mut tx).await?;
    let mut commit = Box::pin(tx.commit());
    // It may have ended already.
    let _ = std::future::poll_fn(|ctx| Poll::Ready(commit.as_mut().poll(ctx))).await;
    Ok(Held::new(commit, Some(db)))
}

async fn a_stream(db: Database, _: String) -> Result<Held> {
    let mut stream = Person::query().stream(&db).await?;
    assert!(stream.next().await.is_some_and(|row| row.is_ok()));
    Ok(Held::new(stream, Some(db)))
}

async fn a_statement_that_waits_for_a_lock(db: Database, url: String) -> Result<Held> {
    let first = || Person::filter(Person::NAME.eq("0")).set(Person::AGE, 7);
    let mut holder = open(&url).await?.begin().await?;
    first().update(&mut holder).await?;
    let own = db.clone();
    let (statement, waits) = a_while(async move { first().update(&own).await }).await;
    assert!(waits, "another transaction has the row");
    Ok(Held::new((statement, holder), Some(db)))
}

async fn a_statement_that_waits_for_a_connection(db: Database, _: String) -> Result<Held> {
    let tx = db
        .begin_with(TransactionOptions::default().read_only())
        .await?;
    let own = db.clone();
    let (statement, waits) = a_while(async move { Person::query().all(&own).await }).await;
    assert!(waits, "a transaction has the connection");
    Ok(Held::new((statement, tx), Some(db)))
}

async fn a_database(db: Database, _: String) -> Result<Held> {
    let first = Person::filter(Person::NAME.eq("0"));
    first.set(Person::AGE, 7).update(&db).await?;
    assert_eq!(Person::query().count(&db).await?, COMMITTED);
    Ok(Held::new(db, None))
}
