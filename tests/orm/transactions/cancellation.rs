//! Futures dropped in the middle: no transaction stays open, and no connection becomes unusable.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use youku_orm::{Database, Error, MaybeRetryable, Model, New, sql};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![
    a_transaction_of_three_statements,
    nested_savepoints,
    a_transaction_that_is_retried,
    an_insert_of_many,
    a_single_insert,
    begin_and_commit,
    begin_and_rollback,
    a_read,
    a_stream,
    a_transaction_with_a_dropped_statement_can_only_roll_back,
    a_commit_that_has_begun_is_complete,
];

/// Polls the future up to that many times and then drops it. Returns its output if it completed.
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

/// One connection, so that an unusable or lost one cannot hide behind another.
async fn single(database: &TestDatabase) -> Result<Database> {
    let options = Database::options()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(20));
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    Ok(db)
}

/// A member of the round that is dropped after that many polls.
fn member(round: u32, number: u32) -> youku_orm::Result<crate::models::NewPerson> {
    Ok(person(&format!("{round}/{number}"), 1))
}

/// Runs `attempt` again and again and drops it after 0, 1, 2 … polls, until it completes. It
/// must insert either all of that many members of its round, or none of them. After each drop the one
/// connection of the pool is usable, and no lock is left.
async fn cut_everywhere<T, E>(
    database: TestDatabase,
    all: u64,
    attempt: impl AsyncFn(&Database, u32) -> Result<T, E>,
) -> Result
where
    E: std::fmt::Display,
{
    let db = single(&database).await?;
    let other = Database::connect(database.url()).await?;
    for round in 0.. {
        let ended = drop_after(round, attempt(&db, round)).await.transpose()?;
        assert_eq!(sql("SELECT 41 + 1").one::<i64>(&db).await?, 42);
        let members = Person::filter(Person::NAME.starts_with(&format!("{round}/")));
        let count = members.count(&db).await?;
        assert!(
            count == 0 || count == all,
            "{count} rows after {round} polls"
        );
        // If a row or a database were still locked, another connection could not write.
        Person::query()
            .every_row()
            .set(Person::AGE, 2)
            .update(&other)
            .await?;
        person(&format!("other {round}"), 1).insert(&other).await?;
        if ended.is_some() {
            assert_eq!(count, all);
            return Ok(());
        }
    }
    Ok(())
}

async fn a_transaction_of_three_statements(database: TestDatabase) -> Result {
    cut_everywhere(database, 2, async |db: &Database, round| {
        db.transaction(async |tx| {
            member(round, 1)?.insert(&mut *tx).await?;
            member(round, 2)?.insert(&mut *tx).await?;
            let everybody = Person::query().every_row();
            everybody.set(Person::AGE, 3).update(tx).await
        })
        .await
    })
    .await
}

async fn nested_savepoints(database: TestDatabase) -> Result {
    cut_everywhere(database, 3, async |db: &Database, round| {
        db.transaction(async |tx| {
            member(round, 1)?.insert(&mut *tx).await?;
            tx.nested(async |tx| {
                member(round, 2)?.insert(&mut *tx).await?;
                let undone = tx.nested(async |tx| {
                    member(round, 9)?.insert(&mut *tx).await?;
                    Person::get(tx, youku_orm::Id::new(u64::MAX / 4)).await
                });
                assert!(undone.await.is_err());
                tx.nested(async |tx| member(round, 3)?.insert(tx).await)
                    .await
            })
            .await
        })
        .await
    })
    .await
}

/// The first attempt of each transaction fails in this way.
#[derive(Debug)]
enum Failure {
    Again,
    Database(Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl MaybeRetryable for Failure {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Again => true,
            Self::Database(error) => error.is_retryable(),
        }
    }
}

async fn a_transaction_that_is_retried(database: TestDatabase) -> Result {
    cut_everywhere(database, 2, async |db: &Database, round| {
        let attempts = AtomicU32::new(0);
        db.transaction_retry(3, async |tx| {
            member(round, 1)?.insert(&mut *tx).await?;
            if attempts.fetch_add(1, Ordering::Relaxed) == 0 {
                return Err(Failure::Again);
            }
            member(round, 2)?.insert(tx).await?;
            Ok(())
        })
        .await
    })
    .await
}

async fn an_insert_of_many(database: TestDatabase) -> Result {
    cut_everywhere(database, 300, async |db: &Database, round| {
        let new = (0..300).map(|number| member(round, number));
        let new = new.collect::<youku_orm::Result<Vec<_>>>()?;
        Person::insert_many(db, new).await
    })
    .await
}

async fn a_single_insert(database: TestDatabase) -> Result {
    // The first poll of SQLite passes the statement to another thread, the next has the reply.
    let db = single(&database).await?;
    for round in 0.. {
        let insert = async { member(round, 1)?.insert(&db).await };
        let ended = drop_after(round, insert).await.transpose()?;
        person(&format!("after {round}"), 2).insert(&db).await?;
        if ended.is_some() {
            return Ok(());
        }
    }
    Ok(())
}

async fn begin_and_commit(database: TestDatabase) -> Result {
    cut_everywhere(database, 2, async |db: &Database, round| {
        let mut tx = db.begin().await?;
        member(round, 1)?.insert(&mut tx).await?;
        member(round, 2)?.insert(&mut tx).await?;
        tx.commit().await
    })
    .await
}

async fn begin_and_rollback(database: TestDatabase) -> Result {
    cut_everywhere(database, 0, async |db: &Database, round| {
        let mut tx = db.begin().await?;
        member(round, 1)?.insert(&mut tx).await?;
        tx.rollback().await
    })
    .await
}

/// Enough people for several chunks of rows, aged 0, 1, 2 …
async fn crowd(database: &TestDatabase) -> Result<Database> {
    let db = single(database).await?;
    let crowd = (0..2_000).map(|age| person(&format!("person {age}"), age));
    Person::insert_many(&db, crowd.collect()).await?;
    Ok(db)
}

async fn a_read(database: TestDatabase) -> Result {
    let db = crowd(&database).await?;
    for polls in 0.. {
        let read = drop_after(polls, Person::query().all(&db)).await;
        let youngest = Person::query()
            .order_by(Person::AGE.asc())
            .first(&db)
            .await?;
        assert_eq!(
            youngest.map(|person| person.age),
            Some(0),
            "after {polls} polls"
        );
        if let Some(people) = read.transpose()? {
            assert_eq!(people.len(), 2_000);
            return Ok(());
        }
    }
    Ok(())
}

async fn a_stream(database: TestDatabase) -> Result {
    let db = crowd(&database).await?;
    for polls in 0.. {
        let reading = async {
            let mut sum = 0;
            let mut stream = Person::query().stream(&db).await?;
            while let Some(person) = stream.next().await {
                sum += i64::from(person?.age);
            }
            Ok::<i64, Error>(sum)
        };
        let read = drop_after(polls, reading).await.transpose()?;
        person(&format!("after {polls}"), 0).insert(&db).await?;
        if let Some(sum) = read {
            assert_eq!(sum, 1_999_000);
            return Ok(());
        }
    }
    Ok(())
}

/// It is unknown whether the dropped statement ran, so the transaction must not be committed.
async fn a_transaction_with_a_dropped_statement_can_only_roll_back(
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

async fn a_commit_that_has_begun_is_complete(database: TestDatabase) -> Result {
    let db = single(&database).await?;
    let mut tx = db.begin().await?;
    person("ann", 1).insert(&mut tx).await?;
    person("bob", 2).insert(&mut tx).await?;
    // A quick server may have answered by then; in most cases the future is dropped before.
    drop_after(1, tx.commit()).await.transpose()?;
    assert_eq!(Person::query().count(&db).await?, 2);
    Ok(())
}
