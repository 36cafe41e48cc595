//! Sessions of a database in memory, which ends with its only connection.

use youku_orm::{Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, run};

use super::changes::{Change, changes};
use super::{
    a_failed_migration_step_leaves_no_state, a_failed_statement_leaves_no_state,
    a_migration_step_leaves_no_state, a_transaction_leaves_no_state, open, state,
};
use crate::models::{Person, person};

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

/// The tests of files, with a database in memory.
#[test]
fn a_database_in_memory_is_restored_after_errors_transactions_and_migrations() {
    run(
        Backend::SqliteMemory,
        async |database: TestDatabase| -> Result {
            a_failed_statement_leaves_no_state(database.clone()).await?;
            a_transaction_leaves_no_state(database.clone()).await?;
            a_migration_step_leaves_no_state(database.clone()).await?;
            a_failed_migration_step_leaves_no_state(database).await?;
            Ok(())
        },
    );
}

/// What was left behind can be removed only by a connection that may write.
#[test]
fn a_database_in_memory_that_only_reads_loses_its_temporary_objects() {
    run(
        Backend::SqliteMemory,
        async |database: TestDatabase| -> Result {
            let db = open(&database).await?;
            let mut tx = db.begin().await?;
            for text in [
                "CREATE TEMP TABLE left_over (a INT)",
                "PRAGMA query_only = ON",
            ] {
                sql(text).execute(&mut tx).await?;
            }
            tx.commit().await?;
            let mut tx = db.begin().await?;
            sql("CREATE TEMP TABLE left_over (a INT)")
                .execute(&mut tx)
                .await?;
            tx.commit().await?;
            let left = "SELECT COUNT(*) FROM temp.sqlite_master";
            assert_eq!(sql(left).one::<i64>(&db).await?, 0);
            person("ann", 1).insert(&db).await?;
            Ok(())
        },
    );
}
