//! Transactions inside transactions.

use tokio::sync::Notify;
#[cfg(feature = "sqlite")]
use youku_orm::sql;
use youku_orm::{Database, Error, Model, New, Transaction};
#[cfg(feature = "sqlite")]
use youku_tests::{Backend, run};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people, person};

both_databases![
    a_successful_nested_closure_is_kept,
    only_the_failed_nested_closure_is_undone,
    nested_closures_nest,
    a_dropped_nested_closure_is_undone,
    a_commit_undoes_dropped_nested_closures,
];

async fn everybody(db: &Database) -> Result<Vec<Person>> {
    Ok(Person::query().order_by(Person::NAME.asc()).all(db).await?)
}

async fn a_successful_nested_closure_is_kept(db: Database) -> Result {
    people(&db, &[]).await?;
    db.transaction(async |tx| {
        person("a", 1).insert(&mut *tx).await?;
        tx.nested(async |tx| person("b", 1).insert(tx).await).await
    })
    .await?;
    assert_eq!(names(&everybody(&db).await?), ["a", "b"]);
    Ok(())
}

async fn only_the_failed_nested_closure_is_undone(db: Database) -> Result {
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
        let inserted = Notify::new();
        let nested = tx.nested(async |tx| {
            person("a", 1).insert(tx).await?;
            inserted.notify_one();
            std::future::pending::<Result<(), Error>>().await
        });
        // The one that ends first; the other future is dropped, and it can only be the nested one.
        tokio::select! {
            _ = nested => panic!("it never ends"),
            () = inserted.notified() => {}
        }
        person("b", 1).insert(tx).await
    })
    .await?;
    assert_eq!(names(&everybody(&db).await?), ["b"]);
    Ok(())
}

/// Begins a nested closure that inserts a person, and drops it before it ends.
async fn drop_nested(tx: &mut Transaction, name: &str) -> Result {
    let inserted = Notify::new();
    let nested = tx.nested(async |tx| {
        person(name, 1).insert(tx).await?;
        inserted.notify_one();
        std::future::pending::<Result<(), Error>>().await
    });
    tokio::select! {
        _ = nested => panic!("it never ends"),
        () = inserted.notified() => {}
    }
    Ok(())
}

async fn a_commit_undoes_dropped_nested_closures(db: Database) -> Result {
    people(&db, &[]).await?;
    // Nothing runs between the drop and the commit, nor between two drops.
    for (round, kept) in ["a", "b"].into_iter().enumerate() {
        let mut tx = db.begin().await?;
        person(kept, 1).insert(&mut tx).await?;
        for _ in 0..=round {
            drop_nested(&mut tx, "dropped").await?;
        }
        tx.commit().await?;
    }
    assert_eq!(names(&everybody(&db).await?), ["a", "b"]);

    // Two levels at once, after one that stays.
    let mut tx = db.begin().await?;
    tx.nested(async |tx| person("c", 1).insert(tx).await)
        .await?;
    let inserted = Notify::new();
    let nested = tx.nested(async |tx| {
        person("dropped", 1).insert(&mut *tx).await?;
        tx.nested(async |tx| {
            person("dropped too", 1).insert(tx).await?;
            inserted.notify_one();
            std::future::pending::<Result<(), Error>>().await
        })
        .await
    });
    tokio::select! {
        _ = nested => panic!("it never ends"),
        () = inserted.notified() => {}
    }
    tx.commit().await?;
    assert_eq!(names(&everybody(&db).await?), ["a", "b", "c"]);
    Ok(())
}

/// If each of them stayed there, it would make the next one slower.
#[cfg(feature = "sqlite")]
#[test]
fn a_rolled_back_savepoint_is_released_on_sqlite() {
    run(Backend::SqliteMemory, async |db: Database| -> Result {
        people(&db, &[]).await?;
        let mut tx = db.begin().await?;
        let failed = tx.nested(async |tx| Person::get(tx, youku_orm::Id::new(999)).await);
        assert!(failed.await.is_err());
        let released = sql("RELEASE SAVEPOINT s1").execute(&mut tx).await;
        let error = released.expect_err("the savepoint is released");
        assert!(error.to_string().contains("no such savepoint"), "{error}");
        Ok(())
    });
}
