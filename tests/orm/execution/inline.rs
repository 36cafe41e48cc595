//! Where a statement to SQLite runs: on the task that sent it, or on a thread that may block.

mod courtesy;
mod once;

use std::pin::pin;
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use youku_orm::{Database, DatabaseOptions, Model, New, Synchronous};
use youku_tests::{Backend, Result, TestDatabase};

use crate::models::{Person, create, person};

/// The time that a test accepts as "short", however busy the machine is.
const LONG: Duration = Duration::from_secs(10);

/// How many blocking threads a test's runtime has.
const BLOCKING_THREADS: usize = 2;

/// Runs the test on a runtime with one thread, so that a task that blocks it blocks every other task.
fn on_one_thread(test: impl AsyncFnOnce(TestDatabase) -> Result) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(BLOCKING_THREADS)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let database = TestDatabase::create(Backend::Sqlite).await;
        let limit = Duration::from_secs(60);
        tokio::time::timeout(limit, test(database))
            .await
            .expect("nothing blocks the thread")
            .unwrap();
    });
}

async fn open(database: &TestDatabase, options: DatabaseOptions) -> Result<Database> {
    let db = options.max_connections(1).connect(database.url()).await?;
    create(&db).await?;
    Ok(db)
}

/// Whether a statement runs without another thread: all blocking threads are busy while it runs.
async fn stays<T>(future: impl Future<Output = youku_orm::Result<T>>) -> bool {
    let mut busy = Vec::new();
    for _ in 0..BLOCKING_THREADS {
        let (release, released) = std::sync::mpsc::channel::<()>();
        busy.push((
            release,
            tokio::task::spawn_blocking(move || released.recv()),
        ));
    }
    let done = {
        let (mut context, mut future) = (Context::from_waker(Waker::noop()), pin!(future));
        // The first time it may let another task run first.
        let mut polls = (0..2).map(|_| future.as_mut().poll(&mut context));
        polls.any(|poll| matches!(poll, Poll::Ready(Ok(_))))
    };
    for (release, task) in busy {
        drop(release);
        assert!(task.await.is_ok_and(|received| received.is_err()));
    }
    all_threads_are_free().await;
    done
}

/// Waits until every blocking thread has finished its earlier work. A statement that moved to a thread keeps its connection
/// until then, even if it was dropped.
async fn all_threads_are_free() {
    let all = Arc::new(Barrier::new(BLOCKING_THREADS));
    let threads = (0..BLOCKING_THREADS).map(|_| {
        let all = all.clone();
        tokio::task::spawn_blocking(move || all.wait())
    });
    for thread in threads.collect::<Vec<_>>() {
        thread.await.unwrap();
    }
}

#[test]
fn a_short_read_runs_on_the_calling_thread() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        let ann = person("ann", 1).insert(&db).await?;
        assert!(!stays(Person::find(&db, ann.id)).await);
        Person::find(&db, ann.id).await?;
        assert!(stays(Person::find(&db, ann.id)).await);
        Ok(())
    });
}

#[test]
fn without_a_budget_every_statement_runs_on_a_blocking_thread() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(Duration::ZERO)).await?;
        let ann = person("ann", 1).insert(&db).await?;
        for _ in 0..3 {
            Person::find(&db, ann.id).await?;
            assert!(!stays(Person::find(&db, ann.id)).await);
        }
        assert!(!stays(db.begin()).await);
        let tx = db.begin().await?;
        assert!(!stays(tx.rollback()).await);
        Ok(())
    });
}

#[test]
fn a_budget_may_be_unlimited() {
    on_one_thread(async |database| {
        let options = Database::options().inline_budget(Duration::MAX);
        let db = open(&database, options).await?;
        for _ in 0..3 {
            assert_eq!(Person::query().all(&db).await?, []);
        }
        Ok(())
    });
}

#[test]
fn a_count_of_a_whole_table_runs_on_a_blocking_thread() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        for _ in 0..2 {
            Person::query().count(&db).await?;
            Person::filter(Person::AGE.gt(1)).count(&db).await?;
        }
        assert!(!stays(Person::query().count(&db)).await);
        assert!(stays(Person::filter(Person::AGE.gt(1)).count(&db)).await);
        Ok(())
    });
}

#[test]
fn a_large_value_runs_on_a_blocking_thread() {
    on_one_thread(async |database| {
        let options = Database::options().synchronous(Synchronous::Normal);
        let db = open(&database, options.inline_budget(LONG)).await?;
        let ann = person("ann", 1).insert(&db).await?;
        for _ in 0..2 {
            ann.update(&db).await?;
        }
        let nickname = Some("x".repeat(40_000));
        let large = Person {
            nickname,
            ..ann.clone()
        };
        assert!(!stays(large.update(&db)).await);
        Ok(())
    });
}

#[test]
fn a_statement_that_never_ran_fails_its_transaction() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        let ann = person("ann", 1).insert(&db).await?;
        let mut tx = db.begin().await?;
        ann.update(&mut tx).await?;
        // Until it is another task's turn; then the next statement waits before it does anything.
        let mut context = Context::from_waker(Waker::noop());
        let mut is_dropped = false;
        while !is_dropped {
            is_dropped = pin!(ann.update(&mut tx)).poll(&mut context).is_pending();
        }
        assert!(tx.commit().await.is_err(), "a part of it is missing");
        Ok(())
    });
}

#[test]
fn an_insert_that_waits_for_the_disk_runs_on_a_blocking_thread() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        for name in ["ann", "bob", "cid"] {
            person(name, 1).insert(&db).await?;
        }
        assert!(!stays(person("dan", 1).insert(&db)).await);
        Ok(())
    });
}

#[test]
fn an_insert_without_a_disk_sync_runs_on_the_calling_thread() {
    on_one_thread(async |database| {
        let options = Database::options().synchronous(Synchronous::Normal);
        let db = open(&database, options.inline_budget(LONG)).await?;
        for name in ["ann", "bob"] {
            person(name, 1).insert(&db).await?;
        }
        assert!(stays(person("cid", 1).insert(&db)).await);
        assert_eq!(Person::query().count(&db).await?, 3);
        Ok(())
    });
}

#[test]
fn only_the_commit_of_a_small_transaction_waits() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        // The first insert of a connection is used to learn its time.
        let mut tx = db.begin().await?;
        person("ann", 1).insert(&mut tx).await?;
        tx.commit().await?;

        let mut tx = db.begin().await?;
        assert!(stays(person("bob", 1).insert(&mut tx)).await);
        assert!(!stays(tx.commit()).await);
        // It continues by itself, and the next statement waits for it.
        let tx = db.begin().await?;
        assert!(stays(tx.commit()).await, "there is nothing to write");
        assert!(stays(db.begin()).await);
        assert_eq!(Person::query().count(&db).await?, 2);
        Ok(())
    });
}
