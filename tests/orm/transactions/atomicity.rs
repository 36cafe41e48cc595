//! All or nothing, and invisible to other connections before the commit.

use youku_orm::{Database, Model, New};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, create, people, person};

both_databases![
    a_commit_keeps_everything,
    a_rollback_undoes_everything,
    a_dropped_transaction_is_rolled_back,
    a_successful_closure_commits,
    a_failed_closure_rolls_back_and_returns_its_error,
    a_closure_that_panics_rolls_back,
    a_closure_may_borrow_and_run_in_a_task,
    a_transaction_reads_its_own_writes,
    a_failed_statement_leaves_the_transaction_usable,
];

async fn a_commit_keeps_everything(db: Database) -> Result {
    create(&db).await?;
    let mut tx = db.begin().await?;
    person("ann", 1).insert(&mut tx).await?;
    person("bob", 2).insert(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 2);
    Ok(())
}

async fn a_rollback_undoes_everything(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let mut tx = db.begin().await?;
    people[0].delete(&mut tx).await?;
    Person::query()
        .every_row()
        .set(Person::AGE, 9)
        .update(&mut tx)
        .await?;
    person("cid", 3).insert(&mut tx).await?;
    tx.rollback().await?;
    assert_eq!(
        Person::query().order_by(Person::ID.asc()).all(&db).await?,
        people
    );
    Ok(())
}

async fn a_dropped_transaction_is_rolled_back(database: TestDatabase) -> Result {
    let db = Database::options()
        .max_connections(1)
        .connect(database.url())
        .await?;
    create(&db).await?;
    for name in ["ann", "bob", "cid"] {
        let mut tx = db.begin().await?;
        person(name, 1).insert(&mut tx).await?;
        drop(tx);
    }
    assert_eq!(Person::query().count(&db).await?, 0);
    person("ann", 1).insert(&db).await?;
    Ok(())
}

async fn a_successful_closure_commits(db: Database) -> Result {
    create(&db).await?;
    let ann = db
        .transaction(async |tx| person("ann", 1).insert(tx).await)
        .await?;
    assert_eq!(Person::query().all(&db).await?, [ann]);
    Ok(())
}

#[derive(Debug, PartialEq)]
enum Failure {
    Database(String),
    Rule(&'static str),
}

impl From<youku_orm::Error> for Failure {
    fn from(error: youku_orm::Error) -> Self {
        Self::Database(error.to_string())
    }
}

async fn a_failed_closure_rolls_back_and_returns_its_error(db: Database) -> Result {
    create(&db).await?;
    let done: Result<(), Failure> = db
        .transaction(async |tx| {
            person("ann", 1).insert(&mut *tx).await?;
            Err(Failure::Rule("not today"))
        })
        .await;
    assert_eq!(done, Err(Failure::Rule("not today")));
    assert_eq!(Person::query().count(&db).await?, 0);
    Ok(())
}

async fn a_closure_that_panics_rolls_back(db: Database) -> Result {
    create(&db).await?;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction(async |tx| -> youku_orm::Result<()> {
                person("ann", 1).insert(&mut *tx).await?;
                panic!("in the closure");
            })
            .await
        }
    });
    assert!(task.await.is_err_and(|error| error.is_panic()));
    assert_eq!(Person::query().count(&db).await?, 0);
    person("ann", 1).insert(&db).await?;
    Ok(())
}

async fn a_closure_may_borrow_and_run_in_a_task(db: Database) -> Result {
    create(&db).await?;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            let names = vec!["ann".to_owned(), "bob".to_owned()];
            db.transaction_retry(3, async |tx| {
                for name in &names {
                    person(name, 1).insert(&mut *tx).await?;
                }
                Person::query().count(tx).await
            })
            .await
        }
    });
    assert_eq!(task.await??, 2);
    Ok(())
}

async fn a_transaction_reads_its_own_writes(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    let mut tx = db.begin().await?;
    Person::query()
        .every_row()
        .set(Person::AGE, 50)
        .update(&mut tx)
        .await?;
    assert_eq!(Person::get(&mut tx, people[0].id).await?.age, 50);
    assert_eq!(
        Person::get(&db, people[0].id).await?.age,
        1,
        "no other connection sees it"
    );
    tx.commit().await?;
    assert_eq!(Person::get(&db, people[0].id).await?.age, 50);
    Ok(())
}

async fn a_failed_statement_leaves_the_transaction_usable(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let mut tx = db.begin().await?;
    person("bob", 2).insert(&mut tx).await?;
    assert!(person("ann", 2).insert(&mut tx).await.is_err());
    person("cid", 3).insert(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 3);
    Ok(())
}
