//! Waits that are bounded: for a reply, for a connection, for a statement.

use std::time::Duration;

use youku_orm::{Database, DatabaseOptions, Error, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Person, create, people, person};

both_databases![
    an_endless_statement_is_stopped,
    an_endless_read_by_hand_is_stopped,
    a_transaction_that_timed_out_holds_no_lock,
    a_statement_within_its_timeout_is_not_interrupted,
    a_busy_pool_is_an_error_within_the_timeout,
    options_in_the_url_take_effect,
    an_unknown_parameter_is_refused,
];

/// One connection, so that an unusable or lost one cannot hide behind another. Normal statements stay within the limit
/// on the slowest machine, and endless ones exceed it on any machine.
fn single() -> DatabaseOptions {
    Database::options()
        .max_connections(1)
        .statement_timeout(Duration::from_secs(1))
}

/// A statement that does not end by itself while the test lasts.
fn endless(database: &TestDatabase) -> &'static str {
    match database.backend() {
        Backend::Mysql => "SELECT SLEEP(1000)",
        Backend::Sqlite | Backend::SqliteMemory => {
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
        }
    }
}

#[track_caller]
fn timed_out(error: &Error, statement: &str) {
    assert!(error.is_timeout(), "{error}");
    assert!(
        !error.is_unavailable() && !error.is_pool_timeout() && !error.is_retryable(),
        "{error}"
    );
    assert!(error.to_string().contains("stopped after 1s"), "{error}");
    assert_eq!(error.sql(), Some(statement));
}

async fn an_endless_statement_is_stopped(database: TestDatabase) -> Result {
    let db = single().connect(database.url()).await?;
    let endless = endless(&database);
    timed_out(&sql(endless).execute(&db).await.unwrap_err(), endless);
    assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
    Ok(())
}

async fn an_endless_read_by_hand_is_stopped(database: TestDatabase) -> Result {
    let db = single().connect(database.url()).await?;
    let endless = endless(&database);
    timed_out(&sql(endless).all::<i64>(&db).await.unwrap_err(), endless);
    assert_eq!(sql("SELECT 1").one::<i64>(&db).await?, 1);
    Ok(())
}

async fn a_transaction_that_timed_out_holds_no_lock(database: TestDatabase) -> Result {
    let other = Database::connect(database.url()).await?;
    people(&other, &["ann"]).await?;
    let everybody = || Person::query().every_row().set(Person::AGE, 7);

    let db = single().connect(database.url()).await?;
    let mut tx = db.begin().await?;
    everybody().update(&mut tx).await?;
    let endless = endless(&database);
    timed_out(&sql(endless).execute(&mut tx).await.unwrap_err(), endless);

    // Held, and refused: its work is rolled back.
    assert!(person("bob", 2).insert(&mut tx).await.is_err());
    assert_eq!(
        everybody().update(&other).await?,
        1,
        "no transaction locks the row"
    );
    assert!(tx.commit().await.is_err());
    assert_eq!(Person::query().one(&db).await?.age, 7);
    Ok(())
}

async fn a_statement_within_its_timeout_is_not_interrupted(database: TestDatabase) -> Result {
    let options = single().statement_timeout(Duration::from_secs(100));
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    db.transaction(async |tx| person("ann", 1).insert(tx).await)
        .await?;
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}

async fn a_busy_pool_is_an_error_within_the_timeout(database: TestDatabase) -> Result {
    let options = single().acquire_timeout(Duration::from_secs(1));
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    let open = db.begin().await?;
    let error = person("ann", 1)
        .insert(&db)
        .await
        .expect_err("the transaction has the connection");
    assert!(
        error.is_pool_timeout() && error.is_unavailable() && error.is_timeout(),
        "{error}"
    );
    open.rollback().await?;
    person("ann", 1).insert(&db).await?;
    Ok(())
}

async fn options_in_the_url_take_effect(database: TestDatabase) -> Result {
    let url = format!("{}?max_connections=1&statement_timeout=1", database.url());
    let db = Database::options()
        .statement_timeout(Duration::from_secs(1_000_000))
        .connect(&url)
        .await?;
    let endless = endless(&database);
    timed_out(&sql(endless).execute(&db).await.unwrap_err(), endless);
    Ok(())
}

async fn an_unknown_parameter_is_refused(database: TestDatabase) -> Result {
    for parameter in ["max_conections=1", "statement_timeout=soon"] {
        let url = format!("{}?{parameter}", database.url());
        let refused = Database::connect(&url).await.expect_err("it is misspelt");
        assert!(!refused.is_unavailable(), "{refused}");
    }
    Ok(())
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn a_silent_server_is_an_error_within_the_timeout() -> Result {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!(
        "mysql://root@{}/x?connect_timeout=0.1",
        silent.local_addr()?
    );
    let error = Database::connect(&url)
        .await
        .expect_err("the server does not answer");
    assert!(
        error.is_timeout() && error.is_unavailable() && !error.is_pool_timeout(),
        "{error}"
    );
    assert!(error.to_string().contains("`connect_timeout`"), "{error}");
    Ok(())
}
