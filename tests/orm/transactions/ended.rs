//! Transactions that a statement has ended: nothing is written after it.

use youku_orm::{Database, Error, Model, New, Transaction, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

use crate::models::{Person, create, person};

both_databases![
    nothing_is_written_after_a_commit_by_hand,
    a_savepoint_by_hand_does_not_end_the_transaction,
];

fn has_ended(error: &Error) -> bool {
    error.to_string().contains("the transaction has ended")
}

/// Every later statement, and both ends, are refused.
async fn refuses_to_continue(db: &Database, text: &str, commit: bool) -> Result {
    let before = Person::query().count(db).await?;
    let mut tx = db.begin().await?;
    // Some of these fail, and end the transaction nevertheless.
    let _ = sql(text.to_owned()).execute(&mut tx).await;
    let error = person("late", 1).insert(&mut tx).await.expect_err(text);
    assert!(has_ended(&error), "{text}: {error}");
    let nested = tx.nested(async |tx| person("later", 1).insert(tx).await);
    let error = nested.await.expect_err(text);
    assert!(has_ended(&error), "{text}: {error}");
    let end = if commit {
        tx.commit().await
    } else {
        tx.rollback().await
    };
    let error = end.expect_err(text);
    assert!(has_ended(&error), "{text}: {error}");
    assert_eq!(Person::query().count(db).await?, before, "{text}");
    // The next user of the connection finds nothing of what the transaction left.
    let mut tx = db.begin().await?;
    person("undone", 1).insert(&mut tx).await?;
    tx.rollback().await?;
    assert_eq!(Person::query().count(db).await?, before, "{text}");
    Ok(())
}

async fn nothing_is_written_after_a_commit_by_hand(db: Database) -> Result {
    create(&db).await?;
    for text in ["COMMIT", "ROLLBACK", "commit"] {
        refuses_to_continue(&db, text, true).await?;
        refuses_to_continue(&db, text, false).await?;
    }
    Ok(())
}

async fn a_savepoint_by_hand_does_not_end_the_transaction(db: Database) -> Result {
    create(&db).await?;
    let mut tx: Transaction = db.begin().await?;
    person("ann", 1).insert(&mut tx).await?;
    sql("SAVEPOINT a").execute(&mut tx).await?;
    person("bob", 1).insert(&mut tx).await?;
    sql("ROLLBACK TO SAVEPOINT a").execute(&mut tx).await?;
    sql("RELEASE SAVEPOINT a").execute(&mut tx).await?;
    assert!(
        sql("RELEASE SAVEPOINT none")
            .execute(&mut tx)
            .await
            .is_err()
    );
    person("cid", 1).insert(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 2);
    Ok(())
}

/// MySQL commits before it tries a DDL statement, even one that fails, and BEGIN commits what came before it.
#[cfg(feature = "mysql")]
#[test]
fn nothing_is_written_after_ddl() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let db = Database::options().max_connections(2);
        let db = db.connect(database.url()).await?;
        create(&db).await?;
        sql("CREATE PROCEDURE ends() BEGIN COMMIT; END")
            .execute(&db)
            .await?;
        for text in [
            "CREATE TABLE extra (a INT)",
            "CREATE TABLE person (a INT)",
            "DROP TABLE missing",
            "BEGIN",
            "START TRANSACTION",
            "COMMIT AND CHAIN",
            "ROLLBACK AND CHAIN",
            "SET autocommit = 1",
            "LOCK TABLES person WRITE",
            "CALL ends()",
        ] {
            refuses_to_continue(&db, text, true).await?;
            refuses_to_continue(&db, text, false).await?;
        }
        Ok(())
    });
}

/// The reply to such a statement has no rows with the columns of a person, and the next transaction has begun.
#[cfg(feature = "mysql")]
#[test]
fn a_commit_whose_reply_cannot_be_decoded_ends_the_transaction() {
    run(Backend::Mysql, async |db: Database| -> Result {
        create(&db).await?;
        let mut tx = db.begin().await?;
        let decoded = sql("COMMIT AND CHAIN").all::<Person>(&mut tx).await;
        assert!(decoded.is_err());
        let error = person("late", 1).insert(&mut tx).await.unwrap_err();
        assert!(has_ended(&error), "{error}");
        Ok(())
    });
}
