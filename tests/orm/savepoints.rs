//! Transactions within transactions, and transactions that only read.

use std::time::Duration;

use youku_orm::{Database, Error, Isolation, Model, New, TransactionOptions};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people, person};

both_databases![
    what_a_nested_closure_did_stays,
    what_a_failed_one_did_is_undone_alone,
    nested_closures_nest,
    a_dropped_nested_closure_is_undone,
    a_read_only_transaction_refuses_to_write,
    a_read_only_transaction_sees_one_state,
    every_isolation_level_begins,
    rows_are_locked_only_in_a_transaction,
];

async fn everybody(db: &Database) -> Result<Vec<Person>> {
    Ok(Person::query().order_by(Person::NAME.asc()).all(db).await?)
}

async fn what_a_nested_closure_did_stays(db: Database) -> Result {
    people(&db, &[]).await?;
    db.transaction(async |tx| {
        person("a", 1).insert(&mut *tx).await?;
        tx.nested(async |tx| person("b", 1).insert(tx).await).await
    })
    .await?;
    assert_eq!(names(&everybody(&db).await?), ["a", "b"]);
    Ok(())
}

async fn what_a_failed_one_did_is_undone_alone(db: Database) -> Result {
    people(&db, &[]).await?;
    db.transaction(async |tx| {
        person("a", 1).insert(&mut *tx).await?;
        let nested = tx.nested(async |tx| {
            person("b", 1).insert(&mut *tx).await?;
            person("a", 1).insert(tx).await
        });
        assert!(nested.await.unwrap_err().is_unique_violation());
        person("c", 1).insert(tx).await
    })
    .await?;
    assert_eq!(names(&everybody(&db).await?), ["a", "c"]);
    Ok(())
}

async fn nested_closures_nest(db: Database) -> Result {
    people(&db, &[]).await?;
    db.transaction(async |tx| {
        tx.nested(async |tx| {
            person("a", 1).insert(&mut *tx).await?;
            let inner = tx.nested(async |tx| {
                person("b", 1).insert(&mut *tx).await?;
                Err::<(), Error>(Person::get(tx, youku_orm::Id::new(999)).await.unwrap_err())
            });
            assert!(inner.await.unwrap_err().is_not_found());
            person("c", 1).insert(tx).await
        })
        .await
    })
    .await?;
    assert_eq!(names(&everybody(&db).await?), ["a", "c"]);
    Ok(())
}

async fn a_dropped_nested_closure_is_undone(db: Database) -> Result {
    people(&db, &[]).await?;
    db.transaction(async |tx| {
        let nested = tx.nested(async |tx| {
            person("a", 1).insert(tx).await?;
            std::future::pending::<Result<(), Error>>().await
        });
        // Long enough for the insert; the rest never ends.
        assert!(
            tokio::time::timeout(Duration::from_millis(300), nested)
                .await
                .is_err()
        );
        person("b", 1).insert(tx).await
    })
    .await?;
    assert_eq!(names(&everybody(&db).await?), ["b"]);
    Ok(())
}

async fn a_read_only_transaction_refuses_to_write(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let mut tx = db
        .begin_with(TransactionOptions::default().read_only())
        .await?;
    assert_eq!(Person::query().count(&mut tx).await?, 1);
    assert!(person("b", 1).insert(&mut tx).await.is_err());
    tx.rollback().await?;
    assert_eq!(names(&everybody(&db).await?), ["a"]);
    person("c", 1).insert(&db).await?;
    Ok(())
}

async fn a_read_only_transaction_sees_one_state(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let options = TransactionOptions::default()
        .read_only()
        .isolation(Isolation::RepeatableRead);
    let mut tx = db.begin_with(options).await?;
    assert_eq!(Person::query().count(&mut tx).await?, 1);
    person("b", 1).insert(&db).await?;
    assert_eq!(Person::query().count(&mut tx).await?, 1);
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 2);
    Ok(())
}

async fn every_isolation_level_begins(db: Database) -> Result {
    people(&db, &[]).await?;
    for isolation in [
        Isolation::ReadCommitted,
        Isolation::RepeatableRead,
        Isolation::Serializable,
    ] {
        let options = TransactionOptions::default().isolation(isolation);
        let mut tx = db.begin_with(options).await?;
        person(&format!("{isolation:?}"), 1).insert(&mut tx).await?;
        tx.commit().await?;
    }
    assert_eq!(Person::query().count(&db).await?, 3);
    Ok(())
}

async fn rows_are_locked_only_in_a_transaction(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let locked = Person::filter(Person::NAME.eq("a")).for_update();
    let error = locked.clone().one(&db).await.unwrap_err();
    assert!(error.to_string().contains("on a transaction"), "{error}");
    let found = db.transaction(async |tx| locked.one(tx).await).await?;
    assert_eq!(found.name, "a");
    Ok(())
}
