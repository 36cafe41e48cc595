//! Checks what the other tests rely on: databases are separate and get removed, and tests fail when they should.

use youku_orm::{Database, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

both_databases![
    a_statement_runs,
    two_databases_share_nothing,
    a_database_is_removed_under_an_open_transaction,
];

async fn a_statement_runs(db: Database) -> Result {
    let sum: i64 = sql("SELECT 1 + 1").one(&db).await?;
    assert_eq!(sum, 2);
    Ok(())
}

async fn two_databases_share_nothing(one: TestDatabase) -> Result {
    let other = TestDatabase::create(one.backend()).await;
    let one = Database::connect(one.url()).await?;
    let other = Database::connect(other.url()).await?;
    for db in [&one, &other] {
        sql("CREATE TABLE t (a INT)").execute(db).await?;
    }
    sql("INSERT INTO t VALUES (1)").execute(&one).await?;
    let count: i64 = sql("SELECT COUNT(*) FROM t").one(&other).await?;
    assert_eq!(count, 0);
    Ok(())
}

async fn a_database_is_removed_under_an_open_transaction(like: TestDatabase) -> Result {
    let victim = TestDatabase::create(like.backend()).await;
    let url = victim.url().to_owned();
    let db = Database::connect(&url).await?;
    sql("CREATE TABLE t (a INT)").execute(&db).await?;
    let mut transaction = db.begin().await?;
    sql("INSERT INTO t VALUES (1)")
        .execute(&mut transaction)
        .await?;

    drop(victim.clone());
    assert!(
        Database::connect(&url).await.is_ok(),
        "another clone keeps it"
    );
    drop(victim);
    assert!(Database::connect(&url).await.is_err());
    Ok(())
}

#[test]
#[should_panic(expected = "tests/support.rs")]
fn an_error_fails_its_test_and_names_the_line() {
    run(Backend::Sqlite, async |db: Database| -> Result {
        sql("SELECT nothing FROM nowhere").execute(&db).await?;
        Ok(())
    });
}

#[test]
#[should_panic(expected = "in the body")]
fn a_panic_fails_its_test() {
    async fn panics(_: TestDatabase) {
        panic!("in the body");
    }
    run(Backend::Sqlite, panics);
}

#[test]
fn a_database_in_memory_is_available() {
    run(Backend::SqliteMemory, async |db: Database| -> Result {
        sql("CREATE TABLE t (a INT)").execute(&db).await?;
        Ok(())
    });
}
