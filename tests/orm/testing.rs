//! What the crate offers to the tests of other programs.

use youku_orm::testing::{TestDatabase as Throwaway, expect_statements, statements_of};
use youku_orm::{Database, Model, New, Table};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![
    a_test_database_is_removed_while_in_use,
    a_test_that_panics_leaves_no_database,
    statements_are_listed_in_their_order,
    a_wrong_count_lists_what_ran,
];

/// The server or folder in which this run creates its databases.
fn server(like: &TestDatabase) -> &str {
    match like.url().strip_prefix("sqlite:") {
        Some(_) => "sqlite:",
        None => like.url().rsplit_once('/').map_or("", |(server, _)| server),
    }
}

async fn a_test_database_is_removed_while_in_use(like: TestDatabase) -> Result {
    let test = Throwaway::create(server(&like)).await?;
    let url = test.url().to_owned();
    let db = Database::connect(&url).await?;
    create(&db).await?;
    let mut open = db.begin().await?;
    person("ann", 1).insert(&mut open).await?;
    drop(test);
    assert!(Database::connect(&url).await.is_err());
    Ok(())
}

async fn a_test_that_panics_leaves_no_database(like: TestDatabase) -> Result {
    let test = Throwaway::create(server(&like)).await?;
    let url = test.url().to_owned();
    let panicking = std::thread::spawn(move || {
        let _test = test;
        panic!("in the body");
    });
    assert!(panicking.join().is_err());
    assert!(Database::connect(&url).await.is_err());
    Ok(())
}

async fn statements_are_listed_in_their_order(db: Database) -> Result {
    create(&db).await?;
    let (done, texts) = statements_of(&db, async |db: &Database| {
        db.transaction(async |tx| {
            person("ann", 1).insert(&mut *tx).await?;
            Person::query().count(tx).await
        })
        .await
    })
    .await;
    assert_eq!(done?, 1);
    let count = "SELECT COUNT(*) FROM `person`";
    assert_eq!(texts, ["BEGIN", Person::INSERT, count, "COMMIT"]);
    Ok(())
}

async fn a_wrong_count_lists_what_ran(db: Database) -> Result {
    create(&db).await?;
    let wrong = tokio::spawn(async move {
        expect_statements(&db, 2, async |db: &Database| {
            Person::query().count(db).await
        })
        .await
    });
    let panic = wrong.await.unwrap_err().into_panic();
    let text = panic.downcast_ref::<String>().unwrap();
    let wanted = "2 statements were expected, and 1 ran:\n  SELECT COUNT(*) FROM `person`";
    assert!(
        text.contains("tests/orm/testing.rs:") && text.contains(wanted),
        "{text}"
    );
    Ok(())
}
