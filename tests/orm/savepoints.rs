//! Transactions within transactions, and transactions that only read.

use std::time::Duration;

use youku_orm::{Database, Error, Isolation, Model, New, TransactionOptions};
use youku_tests::{Result, TestDatabase, both_databases};

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
    a_stream_locks_nothing,
    a_lost_transaction_is_not_committed,
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

async fn a_stream_locks_nothing(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let error = Person::query().for_update().stream(&db).await.unwrap_err();
    assert!(error.to_string().contains("a stream has none"), "{error}");
    Ok(())
}

/// The server has undone everything by then; what follows must not be kept alone. SQLite has one
/// writer, so nobody can lose there.
async fn a_lost_transaction_is_not_committed(database: TestDatabase) -> Result {
    if database.url().starts_with("sqlite") {
        return Ok(());
    }
    let db = Database::connect(database.url()).await?;
    let both = people(&db, &["a", "b"]).await?;
    let (mut ours, mut theirs) = (db.begin().await?, db.begin().await?);
    let age = |id, age| Person::filter(Person::ID.eq(id)).set(Person::AGE, age);
    age(both[0].id, 10).update(&mut ours).await?;
    age(both[1].id, 20).update(&mut theirs).await?;
    // Each now waits for the other, so the server picks one that loses. The winner goes on when
    // the loser's transaction is undone.
    let (left, right) = tokio::join!(
        age(both[1].id, 11).update(&mut ours),
        age(both[0].id, 21).update(&mut theirs),
    );
    let (error, mut loser) = match (left, right) {
        (Err(error), Ok(_)) => (error, ours),
        (Ok(_), Err(error)) => (error, theirs),
        other => panic!("one of two must lose: {other:?}"),
    };
    assert!(error.is_retryable(), "{error}");
    assert!(person("c", 1).insert(&mut loser).await.is_err());
    assert!(loser.commit().await.is_err());
    assert_eq!(names(&everybody(&db).await?), ["a", "b"]);
    Ok(())
}
