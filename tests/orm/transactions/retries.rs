//! Transactions that run again.

use std::sync::atomic::{AtomicU32, Ordering};

use youku_orm::{Database, MaybeRetryable, Model, New};
use youku_tests::{Result, both_databases};

use crate::models::{Person, create, people, person};

both_databases![
    a_retryable_error_is_tried_again,
    attempts_are_limited,
    another_error_is_not_tried_again,
    nothing_of_a_failed_attempt_stays,
    all_competing_transactions_succeed,
];

#[derive(Debug, PartialEq)]
enum Failure {
    Database(String),
    Again,
}

impl From<youku_orm::Error> for Failure {
    fn from(error: youku_orm::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl MaybeRetryable for Failure {
    fn is_retryable(&self) -> bool {
        *self == Self::Again
    }
}

async fn a_retryable_error_is_tried_again(db: Database) -> Result {
    create(&db).await?;
    let attempts = AtomicU32::new(0);
    let done: Result<u32, Failure> = db
        .transaction_retry(5, async |_| {
            match attempts.fetch_add(1, Ordering::Relaxed) {
                2 => Ok(7),
                _ => Err(Failure::Again),
            }
        })
        .await;
    assert_eq!((done, attempts.into_inner()), (Ok(7), 3));
    Ok(())
}

async fn attempts_are_limited(db: Database) -> Result {
    for (allowed, made) in [(0, 1), (1, 1), (4, 4)] {
        let attempts = AtomicU32::new(0);
        let done: Result<(), Failure> = db
            .transaction_retry(allowed, async |_| {
                attempts.fetch_add(1, Ordering::Relaxed);
                Err(Failure::Again)
            })
            .await;
        assert_eq!((done, attempts.into_inner()), (Err(Failure::Again), made));
    }
    Ok(())
}

async fn another_error_is_not_tried_again(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let attempts = AtomicU32::new(0);
    let done = db
        .transaction_retry(5, async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            person("ann", 2).insert(tx).await
        })
        .await;
    assert!(done.is_err_and(|error| error.is_unique_violation()));
    assert_eq!(attempts.into_inner(), 1);
    Ok(())
}

async fn nothing_of_a_failed_attempt_stays(db: Database) -> Result {
    create(&db).await?;
    let attempts = AtomicU32::new(0);
    let done: Result<u64, Failure> = db
        .transaction_retry(5, async |tx| {
            let attempt = attempts.fetch_add(1, Ordering::Relaxed);
            person(&format!("attempt {attempt}"), 1)
                .insert(&mut *tx)
                .await?;
            if attempt < 3 {
                return Err(Failure::Again);
            }
            Ok(Person::query().count(tx).await?)
        })
        .await;
    assert_eq!(done, Ok(1));
    assert_eq!(Person::query().one(&db).await?.name, "attempt 3");
    Ok(())
}

/// Each transaction reads an age and writes it back plus one; a lost update would show in the sum.
async fn all_competing_transactions_succeed(db: Database) -> Result {
    let ann = people(&db, &["ann"]).await?.remove(0);
    let rivals = (0..8).map(|_| {
        let (db, id) = (db.clone(), ann.id);
        tokio::spawn(async move {
            db.transaction_retry(50, async |tx| {
                let row = Person::filter(Person::ID.eq(id));
                row.clone()
                    .set(Person::IS_ACTIVE, true)
                    .update(&mut *tx)
                    .await?;
                let age = Person::get(&mut *tx, id).await?.age;
                row.set(Person::AGE, age + 1).update(tx).await
            })
            .await
        })
    });
    for rival in rivals.collect::<Vec<_>>() {
        assert_eq!(rival.await??, 1);
    }
    assert_eq!(Person::get(&db, ann.id).await?.age, 9);
    Ok(())
}
