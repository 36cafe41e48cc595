//! Texts written by hand that one statement of a pool cannot be.

use youku_orm::{Database, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![
    transaction_control_on_a_database_is_refused,
    several_statements_are_refused,
];

async fn transaction_control_on_a_database_is_refused(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    create(&db).await?;
    let texts = match database.backend() {
        Backend::Mysql => [
            "BEGIN",
            "START TRANSACTION",
            "SET autocommit = 0",
            "XA START 'a'",
            "/*!50000 BEGIN */",
        ],
        Backend::Sqlite | Backend::SqliteMemory => [
            "BEGIN",
            "BEGIN IMMEDIATE",
            "END",
            "-- now\nbegin",
            "BEGIN EXCLUSIVE TRANSACTION",
        ],
    };
    let both = [
        "COMMIT",
        "rollback",
        "SAVEPOINT a",
        "RELEASE SAVEPOINT a",
        "ROLLBACK TO a",
    ];
    for text in texts.into_iter().chain(both) {
        let executed = sql(text).execute(&db).await.unwrap_err();
        let queried = sql(text).all::<String>(&db).await.unwrap_err();
        for error in [executed, queried] {
            let says = error.to_string();
            assert!(
                says.contains("`Transaction") || says.contains("`Database::transaction`"),
                "{text}: {says}"
            );
            assert_eq!(error.sql(), Some(text));
        }
    }
    person("ann", 1).insert(&db).await?;
    db.close().await?;
    let db = Database::connect(database.url()).await?;
    assert_eq!(Person::query().count(&db).await?, 1, "it was not committed");
    Ok(())
}

async fn several_statements_are_refused(db: Database) -> Result {
    create(&db).await?;
    for text in [
        "DELETE FROM person; DELETE FROM library_book",
        "SELECT 1; SELECT 2",
        "BEGIN; DELETE FROM person; COMMIT",
    ] {
        let mut tx = db.begin().await?;
        let errors = [
            sql(text).execute(&db).await.unwrap_err(),
            sql(text).all::<i64>(&db).await.unwrap_err(),
            sql(text).execute(&mut tx).await.unwrap_err(),
        ];
        for error in errors {
            let says = error.to_string();
            assert!(says.contains("more than one statement"), "{text}: {says}");
        }
        tx.commit().await?;
    }
    sql("SELECT ';'; -- one").execute(&db).await?;
    sql("CREATE TRIGGER none AFTER DELETE ON person FOR EACH ROW BEGIN DELETE FROM library_book; END;")
        .execute(&db)
        .await?;
    Ok(())
}
