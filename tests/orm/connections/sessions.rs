//! The state of a session: what one user of a pool changes does not reach the next.

mod changes;
mod in_memory;

use youku_orm::{Database, DatabaseOptions, Migrations, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

use self::changes::{Change, changes};
use crate::models::{create, person};

both_databases![
    a_statement_on_a_database_leaves_no_state,
    a_failed_statement_leaves_no_state,
    a_transaction_leaves_no_state,
    a_migration_step_leaves_no_state,
    a_failed_migration_step_leaves_no_state,
    statements_about_rows_keep_their_connection,
];

/// The state of the connections that the next transaction and the next query get. They differ for a file of SQLite.
async fn state(db: &Database, shown_by: &'static str) -> Result<String> {
    let mut tx = db.begin().await?;
    let never_null = format!("SELECT IFNULL(({shown_by}), '')");
    let written: String = sql(never_null.clone()).one(&mut tx).await?;
    tx.rollback().await?;
    let read: String = sql(never_null).one(db).await?;
    Ok(format!("{written}, {read}"))
}

/// A pool of one connection, which every statement gets.
async fn open(database: &TestDatabase) -> Result<Database> {
    let options: DatabaseOptions = Database::options().max_connections(1);
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    Ok(db)
}

async fn a_statement_on_a_database_leaves_no_state(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    for Change {
        sql: text,
        shown_by,
    } in changes(&database)
    {
        let before = state(&db, shown_by).await?;
        sql(text.clone()).execute(&db).await?;
        assert_eq!(state(&db, shown_by).await?, before, "execute {text}");
        // What is not a query has no rows, which is an error on MySQL only after it has run.
        let _ = sql(text.clone()).all::<String>(&db).await;
        assert_eq!(state(&db, shown_by).await?, before, "all {text}");
    }
    person("ann", 1).insert(&db).await?;
    Ok(())
}

async fn a_failed_statement_leaves_no_state(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    let (failing, shown_by) = match database.backend() {
        Backend::Mysql => (
            sql("SELECT (@left := 'there') - 2, EXP(1000)"),
            "SELECT @left",
        ),
        // SQLite changes this setting while it prepares the statement, before it is found that nothing is to be bound.
        Backend::Sqlite | Backend::SqliteMemory => (
            sql("PRAGMA foreign_keys = OFF").bind(1),
            "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
        ),
    };
    let before = state(&db, shown_by).await?;
    assert!(failing.execute(&db).await.is_err());
    assert_eq!(state(&db, shown_by).await?, before);
    Ok(())
}

async fn a_transaction_leaves_no_state(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    for Change {
        sql: text,
        shown_by,
    } in changes(&database)
    {
        // These are refused inside a transaction.
        if text.starts_with("ATTACH") || text.contains("temp_store") {
            continue;
        }
        for commit in [true, false] {
            let before = state(&db, shown_by).await?;
            let mut tx = db.begin().await?;
            sql(text.clone()).execute(&mut tx).await?;
            // `query_only` does not let a transaction write, not even its end.
            if commit && !text.contains("query_only") {
                tx.commit().await?;
            } else {
                drop(tx);
            }
            assert_eq!(state(&db, shown_by).await?, before, "{text}");
        }
    }
    Ok(())
}

async fn a_migration_step_leaves_no_state(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    let (text, shown_by) = match database.backend() {
        Backend::Mysql => (
            "SET foreign_key_checks = 0; USE information_schema; SET @left = 1;",
            "SELECT CONCAT_WS(',', @@foreign_key_checks, DATABASE(), @left)",
        ),
        Backend::Sqlite | Backend::SqliteMemory => (
            "PRAGMA recursive_triggers = ON; CREATE TEMP TABLE left_over (a INT);",
            "SELECT recursive_triggers || (SELECT COUNT(*) FROM temp.sqlite_master) FROM pragma_recursive_triggers",
        ),
    };
    let before = state(&db, shown_by).await?;
    // The step is recorded in the database that it chose, so it ends in an error there.
    let text = text.replace("USE information_schema;", "");
    Migrations::new()
        .sql("0001_change.sql", text)
        .run(&db)
        .await?;
    assert_eq!(state(&db, shown_by).await?, before);
    Ok(())
}

async fn a_failed_migration_step_leaves_no_state(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    let (text, shown_by) = match database.backend() {
        Backend::Mysql => (
            "SET foreign_key_checks = 0; USE information_schema;",
            "SELECT CONCAT(@@foreign_key_checks, DATABASE())",
        ),
        Backend::Sqlite | Backend::SqliteMemory => (
            "PRAGMA recursive_triggers = ON; SELECT nothing;",
            "SELECT CAST(recursive_triggers AS TEXT) FROM pragma_recursive_triggers",
        ),
    };
    let before = state(&db, shown_by).await?;
    assert!(
        Migrations::new()
            .sql("0001_change.sql", text)
            .run(&db)
            .await
            .is_err()
    );
    assert_eq!(state(&db, shown_by).await?, before);
    Ok(())
}

/// A connection costs more than a statement, so the usual statements must not cost one.
async fn statements_about_rows_keep_their_connection(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    // SQLite numbers the changes that a connection has made.
    let shown_by = match database.backend() {
        Backend::Mysql => "SELECT CONNECTION_ID()",
        Backend::Sqlite | Backend::SqliteMemory => "SELECT total_changes() > 0",
    };
    let id = async || -> Result<u64> {
        let mut tx = db.begin().await?;
        let id = sql(shown_by).one(&mut tx).await?;
        tx.commit().await?;
        Ok(id)
    };
    person("ann", 1).insert(&db).await?;
    let first = id().await?;
    for text in [
        "INSERT INTO person (name, age, standing, is_active) VALUES ('b', 1, 'guest', 0)",
        "UPDATE person SET age = 2",
        "DELETE FROM person",
        "SELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
    ] {
        sql(text).execute(&db).await?;
        assert_eq!(id().await?, first, "{text}");
    }
    let mut tx = db.begin().await?;
    for text in ["SAVEPOINT a", "UPDATE person SET age = 3", "ROLLBACK TO a"] {
        sql(text).execute(&mut tx).await?;
    }
    tx.commit().await?;
    assert_eq!(id().await?, first);
    Ok(())
}

#[cfg(feature = "mysql")]
#[test]
fn tables_that_were_locked_by_hand_are_free() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (db, other) = (open(&database).await?, open(&database).await?);
        sql("LOCK TABLES person WRITE").execute(&db).await?;
        person("ann", 1).insert(&other).await?;
        person("bob", 2).insert(&db).await?;
        Ok(())
    });
}
