//! Closing a database: running statements may finish, later ones are refused.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use youku_orm::{Database, Model, New};
#[cfg(feature = "sqlite")]
use youku_tests::{Backend, run};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![a_closed_database_refuses, closing_waits_for_what_runs];

async fn a_closed_database_refuses(db: Database) -> Result {
    create(&db).await?;
    let clone = db.clone();
    db.close().await?;
    let error = Person::query()
        .all(&clone)
        .await
        .expect_err("the database is closed");
    assert!(error.is_unavailable(), "{error}");
    assert!(person("ann", 1).insert(&clone).await.is_err());
    assert!(clone.begin().await.is_err());
    Ok(())
}

async fn closing_waits_for_what_runs(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    create(&db).await?;
    let clone = db.clone();
    let mut open = db.begin().await?;
    person("ann", 1).insert(&mut open).await?;

    let mut closing = pin!(db.close());
    let waits = poll_fn(|context| Poll::Ready(closing.as_mut().poll(context).is_pending()));
    assert!(waits.await, "a transaction is open");
    let refused = Person::query().all(&clone).await.unwrap_err();
    assert!(
        refused.is_unavailable() && refused.to_string().contains("was closed"),
        "{refused}"
    );
    person("bob", 2).insert(&mut open).await?;
    open.commit().await?;
    closing.await?;

    let db = Database::connect(database.url()).await?;
    assert_eq!(Person::query().count(&db).await?, 2);
    Ok(())
}

/// If another file held part of the data, a copy of this file alone would lack rows.
#[cfg(feature = "sqlite")]
#[test]
fn a_closed_file_has_no_companion_files() {
    run(Backend::Sqlite, async |database: TestDatabase| -> Result {
        let path = database.url().trim_start_matches("sqlite:");
        let companions = || ["-wal", "-shm"].map(|end| std::fs::exists(format!("{path}{end}")));
        for close in [true, false] {
            let db = Database::connect(database.url()).await?;
            create(&db).await?;
            person(&format!("closed: {close}"), 1).insert(&db).await?;
            assert_eq!(Person::query().limit(1).all(&db).await?.len(), 1);
            assert!(companions().into_iter().all(|there| there.unwrap()));
            if close {
                db.close().await?
            } else {
                drop(db)
            }
            assert!(
                companions().into_iter().all(|there| !there.unwrap()),
                "closed: {close}"
            );
        }
        Ok(())
    });
}
