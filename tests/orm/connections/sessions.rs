//! The state of a session: what one user of a pool changes does not reach the next.

use youku_orm::{Database, DatabaseOptions, Migrations, Model, New, Transaction, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

use crate::models::{Person, create, person};

both_databases![
    a_statement_on_a_database_leaves_no_state,
    a_failed_statement_leaves_no_state,
    a_transaction_leaves_no_state,
    a_migration_step_leaves_no_state,
    a_failed_migration_step_leaves_no_state,
    statements_about_rows_keep_their_connection,
];

/// A statement that changes the session, and a query that shows it.
struct Change {
    sql: String,
    shown_by: &'static str,
}

fn change(sql: &str, shown_by: &'static str) -> Change {
    Change {
        sql: sql.to_owned(),
        shown_by,
    }
}

/// Statements of one database that change its session.
fn changes(database: &TestDatabase) -> Vec<Change> {
    match database.backend() {
        Backend::Mysql => vec![
            change(
                "SET foreign_key_checks = 0",
                "SELECT CONCAT(@@foreign_key_checks)",
            ),
            change("SET time_zone = '+05:00'", "SELECT @@time_zone"),
            change("SET sql_mode = ''", "SELECT @@sql_mode"),
            change("SET @left = 'there'", "SELECT @left"),
            change("SELECT @left := 'there'", "SELECT @left"),
            change("SELECT 'there' INTO @left", "SELECT @left"),
            change("USE information_schema", "SELECT DATABASE()"),
            change(
                "SELECT GET_LOCK(CONCAT(DATABASE(), '.l'), 0)",
                "SELECT CONCAT(IS_USED_LOCK(CONCAT(DATABASE(), '.l')) = CONNECTION_ID())",
            ),
            change("/*!50000 SET sql_mode = '' */", "SELECT @@sql_mode"),
            change(
                "SET @@session.max_sort_length = 64",
                "SELECT CONCAT(@@max_sort_length)",
            ),
        ],
        Backend::Sqlite | Backend::SqliteMemory => vec![
            change(
                "PRAGMA foreign_keys = OFF",
                "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
            ),
            change(
                "pragma recursive_triggers = 1",
                "SELECT CAST(recursive_triggers AS TEXT) FROM pragma_recursive_triggers",
            ),
            change(
                "PRAGMA case_sensitive_like = OFF",
                "SELECT CAST('a' LIKE 'A' AS TEXT)",
            ),
            change(
                "PRAGMA cache_size = 7",
                "SELECT CAST(cache_size AS TEXT) FROM pragma_cache_size",
            ),
            change(
                "CREATE TEMP TABLE left_over (a INT)",
                "SELECT group_concat(name) FROM temp.sqlite_master",
            ),
            change(
                "CREATE TEMP VIEW left_over AS SELECT 1",
                "SELECT group_concat(name) FROM temp.sqlite_master",
            ),
            change(
                "ATTACH ':memory:' AS other",
                "SELECT group_concat(name) FROM pragma_database_list WHERE name <> 'temp'",
            ),
            change(
                "PRAGMA query_only = ON",
                "SELECT CAST(query_only AS TEXT) FROM pragma_query_only",
            ),
            change(
                "PRAGMA writable_schema = ON",
                "SELECT CAST(writable_schema AS TEXT) FROM pragma_writable_schema",
            ),
        ],
    }
}

/// The state of the connection that the next transaction gets.
async fn state(db: &Database, shown_by: &'static str) -> Result<String> {
    let mut tx = db.begin().await?;
    let shown = shown_in(&mut tx, shown_by).await?;
    tx.rollback().await?;
    Ok(shown)
}

async fn shown_in(tx: &mut Transaction, shown_by: &'static str) -> Result<String> {
    let never_null = format!("SELECT IFNULL(({shown_by}), '')");
    Ok(sql(never_null).one(tx).await?)
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
        if text.starts_with("ATTACH") {
            continue;
        }
        for commit in [true, false] {
            let before = state(&db, shown_by).await?;
            let mut tx = db.begin().await?;
            sql(text.clone()).execute(&mut tx).await?;
            match commit {
                // `query_only` does not let a transaction write, not even its end.
                true if !text.contains("query_only") => tx.commit().await?,
                _ => drop(tx),
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

/// A database in memory has one connection, and its data must outlive a change of its session.
#[test]
fn a_database_in_memory_keeps_its_rows_and_not_its_settings() {
    run(
        Backend::SqliteMemory,
        async |database: TestDatabase| -> Result {
            let db = open(&database).await?;
            person("ann", 1).insert(&db).await?;
            for Change {
                sql: text,
                shown_by,
            } in changes(&database)
            {
                let before = state(&db, shown_by).await?;
                sql(text.clone()).execute(&db).await?;
                assert_eq!(state(&db, shown_by).await?, before, "{text}");
                assert_eq!(Person::query().count(&db).await?, 1, "{text}");
            }
            Ok(())
        },
    );
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
