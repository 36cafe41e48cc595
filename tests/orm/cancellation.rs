//! Futures dropped in the middle: no transaction stays open, no connection is spoilt.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use youku_orm::{Database, Model, New};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![
    a_transaction_dropped_at_any_await_leaves_nothing,
    a_statement_dropped_at_any_await_leaves_the_pool_good,
    a_read_dropped_at_any_await_leaves_the_pool_good,
    a_transaction_outlives_a_dropped_statement_only_to_roll_back,
    a_commit_once_begun_is_whole,
];

/// Polls the future up to that many times and then drops it; gives its output if it came to its end.
async fn drop_after<F: Future>(polls: u32, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

/// One connection, so that a spoilt or lost one cannot hide behind another.
async fn single(database: &TestDatabase) -> Result<Database> {
    let options = Database::options()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(20));
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    Ok(db)
}

async fn a_transaction_dropped_at_any_await_leaves_nothing(database: TestDatabase) -> Result {
    let db = single(&database).await?;
    for polls in 0.. {
        let two = db.transaction(async |tx| {
            person("ann", 1).insert(&mut *tx).await?;
            person("bob", 2).insert(&mut *tx).await?;
            Ok::<(), youku_orm::Error>(())
        });
        let ended = drop_after(polls, two).await.transpose()?;
        // Nothing, or all of it when only the reply of the commit was not waited for.
        let count = Person::query().count(&db).await?;
        assert!(count == 0 || count == 2, "{count} rows after {polls} polls");
        Person::query().every_row().delete(&db).await?;
        if ended.is_some() {
            assert_eq!(count, 2);
            return Ok(());
        }
    }
    Ok(())
}

async fn a_statement_dropped_at_any_await_leaves_the_pool_good(database: TestDatabase) -> Result {
    let db = single(&database).await?;
    for polls in 0.. {
        let insert = person(&format!("person {polls}"), 1).insert(&db);
        let ended = drop_after(polls, insert).await.transpose()?;
        let many = Person::filter(Person::NAME.starts_with("person"))
            .count(&db)
            .await?;
        assert!(many <= u64::from(polls) + 1);
        person(&format!("after {polls}"), 2).insert(&db).await?;
        if ended.is_some() {
            return Ok(());
        }
    }
    Ok(())
}

async fn a_read_dropped_at_any_await_leaves_the_pool_good(database: TestDatabase) -> Result {
    let db = single(&database).await?;
    let crowd = (0..2_000)
        .map(|age| person(&format!("person {age}"), age))
        .collect();
    Person::insert_many(&db, crowd).await?;
    for polls in 0.. {
        let ended = drop_after(polls, Person::query().all(&db))
            .await
            .transpose()?;
        let first = Person::query()
            .order_by(Person::AGE.asc())
            .first(&db)
            .await?;
        assert_eq!(
            first.map(|person| person.age),
            Some(0),
            "after {polls} polls"
        );
        if let Some(people) = ended {
            assert_eq!(people.len(), 2_000);
            return Ok(());
        }
    }
    Ok(())
}

/// Whether the cut-off statement ran is unknown, so the transaction must not be committed.
async fn a_transaction_outlives_a_dropped_statement_only_to_roll_back(
    database: TestDatabase,
) -> Result {
    let db = single(&database).await?;
    for polls in 1.. {
        let mut tx = db.begin().await?;
        person("ann", 1).insert(&mut tx).await?;
        let ended = drop_after(polls, person("bob", 2).insert(&mut tx))
            .await
            .transpose()?;
        let committed = tx.commit().await;
        let count = Person::query().count(&db).await?;
        if ended.is_some() {
            assert!(committed.is_ok());
            assert_eq!(count, 2);
            return Ok(());
        }
        assert!(committed.is_err(), "after {polls} polls");
        assert_eq!(count, 0, "after {polls} polls");
    }
    Ok(())
}

async fn a_commit_once_begun_is_whole(database: TestDatabase) -> Result {
    let db = single(&database).await?;
    let mut tx = db.begin().await?;
    person("ann", 1).insert(&mut tx).await?;
    person("bob", 2).insert(&mut tx).await?;
    assert!(
        drop_after(1, tx.commit()).await.is_none(),
        "a commit takes longer than one poll"
    );
    assert_eq!(Person::query().count(&db).await?, 2);
    Ok(())
}
