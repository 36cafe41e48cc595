//! Functions of several statements that run on a database and in a transaction.

use youku_orm::{Database, Executor, Model, New, Transaction};
use youku_tests::{Failure, Result, both_databases};

use crate::models::{Person, people, person};

both_databases![
    a_function_runs_on_a_database_and_in_a_transaction,
    a_function_passes_its_executor_on,
    what_it_did_is_rolled_back_with_the_transaction,
    a_function_calls_itself,
];

async fn find_or_add(mut db: impl Executor, name: &str) -> youku_orm::Result<Person> {
    let by_name = Person::filter(Person::NAME.eq(name));
    if let Some(found) = by_name.first(db.reborrow()).await? {
        return Ok(found);
    }
    person(name, 1).insert(db).await
}

/// Calls another function twice, with a statement between.
async fn rename(mut db: impl Executor, from: &str, to: &str) -> youku_orm::Result<u64> {
    let old = find_or_add(db.reborrow(), from).await?;
    old.delete(db.reborrow()).await?;
    find_or_add(db.reborrow(), to).await?;
    Person::query().count(db).await
}

async fn a_function_runs_on_a_database_and_in_a_transaction(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let bob = find_or_add(&db, "bob").await?;
    assert_eq!(find_or_add(&db, "bob").await?, bob);
    let (found, added) = db
        .transaction(async |tx| {
            let found = find_or_add(&mut *tx, "bob").await?;
            Ok::<_, youku_orm::Error>((found, find_or_add(tx, "cid").await?))
        })
        .await?;
    assert_eq!((found, added.name.as_str()), (bob, "cid"));
    assert_eq!(Person::query().count(&db).await?, 3);
    Ok(())
}

async fn a_function_passes_its_executor_on(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    assert_eq!(rename(&db, "ann", "bob").await?, 1);
    let mut tx: Transaction = db.begin().await?;
    assert_eq!(rename(&mut tx, "bob", "cid").await?, 1);
    assert_eq!(rename(&mut tx, "cid", "dee").await?, 1);
    tx.commit().await?;
    assert!(Person::filter(Person::NAME.eq("dee")).exists(&db).await?);
    Ok(())
}

async fn what_it_did_is_rolled_back_with_the_transaction(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let result: std::result::Result<(), Failure> = db
        .transaction(async |tx| {
            rename(tx, "ann", "bob").await?;
            Err("changed our mind".into())
        })
        .await;
    assert!(result.is_err());
    assert!(Person::filter(Person::NAME.eq("ann")).exists(&db).await?);
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}

/// The type of the executor stays the same however deep the calls are.
async fn countdown(mut db: impl Executor, people: u32) -> youku_orm::Result<u64> {
    if people == 0 {
        return Person::query().count(db).await;
    }
    find_or_add(db.reborrow(), &format!("p{people}")).await?;
    Box::pin(countdown(db.reborrow(), people - 1)).await
}

async fn a_function_calls_itself(db: Database) -> Result {
    crate::models::create(&db).await?;
    assert_eq!(countdown(&db, 3).await?, 3);
    let mut tx = db.begin().await?;
    assert_eq!(countdown(&mut tx, 5).await?, 5);
    tx.commit().await?;
    Ok(())
}
