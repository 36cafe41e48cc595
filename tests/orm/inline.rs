//! Where a statement to SQLite runs: with the task that sent it, or on a thread that may wait.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use youku_orm::{Database, DatabaseOptions, Model, New, Synchronous, sql};
use youku_tests::{Backend, Result, TestDatabase};

use crate::models::{Person, create, person};

/// What a test may take for "short", however busy the machine is.
const LONG: Duration = Duration::from_secs(10);

/// How long SQLite waits for a lock; far more than a machine needs to wake a task.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many threads of a test's runtime may block.
const BLOCKING_THREADS: usize = 2;

/// Runs the test on a runtime with one thread, where whoever blocks it blocks everybody.
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

/// Whether a statement runs without another thread: all those that may block are busy meanwhile.
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
    done
}

#[test]
fn a_read_that_was_short_stays() {
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
fn without_a_budget_every_statement_moves() {
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
fn a_budget_may_be_endless() {
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
fn a_count_of_a_whole_table_moves() {
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
fn a_large_value_moves() {
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
fn a_statement_that_never_ran_dooms_its_transaction() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        let ann = person("ann", 1).insert(&db).await?;
        let mut tx = db.begin().await?;
        ann.update(&mut tx).await?;
        // Until it is another task's turn: then the next statement waits before it does anything.
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
fn an_insert_that_waits_for_the_disk_moves() {
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
fn an_insert_that_waits_for_no_disk_stays() {
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
        // The first insert of a connection is learned.
        let mut tx = db.begin().await?;
        person("ann", 1).insert(&mut tx).await?;
        tx.commit().await?;

        let mut tx = db.begin().await?;
        assert!(stays(person("bob", 1).insert(&mut tx)).await);
        assert!(!stays(tx.commit()).await);
        // It goes on by itself, and what comes next waits for it.
        let tx = db.begin().await?;
        assert!(stays(tx.commit()).await, "there is nothing to write");
        assert!(stays(db.begin()).await);
        assert_eq!(Person::query().count(&db).await?, 2);
        Ok(())
    });
}

/// Counts that many rows, one after another.
async fn count(db: &Database, rows: i64) -> youku_orm::Result<i64> {
    let text = "SELECT COUNT(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                WHERE i < ?) SELECT i FROM n)";
    sql(text).bind(rows).one(db).await
}

#[test]
fn a_read_that_grows_is_begun_anew_on_a_thread() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options()).await?;
        for rows in [1, 1, 1, 1_000_000, 1, 1, 1_000_000] {
            assert_eq!(count(&db, rows).await?, rows);
        }
        Ok(())
    });
}

#[test]
fn a_read_that_grows_keeps_nobody_waiting() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options()).await?;
        for _ in 0..3 {
            count(&db, 1).await?;
        }
        // It takes seconds. Were it done here, it would be done before the time is looked at.
        let limit = Duration::from_millis(20);
        let counted = tokio::time::timeout(limit, count(&db, 20_000_000)).await;
        assert!(counted.is_err(), "the thread was kept until the end");
        Ok(())
    });
}

#[test]
fn a_long_list_is_whole_wherever_it_is_read() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options()).await?;
        let names = (0..2_000).map(|number| person(&format!("{number:04}"), 1));
        Person::insert_many(&db, names.collect()).await?;
        for rows in [1, 1, 1, 2_000, 3, 2_000] {
            let query = Person::query().order_by(Person::NAME.asc()).limit(rows);
            let read = query.all(&db).await?;
            let names = read.iter().map(|person| person.name.clone());
            let wanted = (0..rows).map(|number| format!("{number:04}"));
            assert!(names.eq(wanted), "{rows} rows");
        }
        Ok(())
    });
}

#[test]
fn a_task_that_never_waits_lets_others_in() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options().inline_budget(LONG)).await?;
        let ann = person("ann", 1).insert(&db).await?;
        Person::find(&db, ann.id).await?;
        let was_let_in = Arc::new(AtomicBool::new(false));
        let flag = was_let_in.clone();
        tokio::spawn(async move { flag.store(true, Ordering::Relaxed) });
        let mut reads = 0;
        while !was_let_in.load(Ordering::Relaxed) {
            Person::find(&db, ann.id).await?;
            reads += 1;
            assert!(reads < 100_000, "the other task waits for ever");
        }
        Ok(())
    });
}

#[test]
fn a_lock_of_another_process_is_waited_for_on_a_thread() {
    on_one_thread(async |database| {
        let options = Database::options()
            .inline_budget(LONG)
            .busy_timeout(BUSY_TIMEOUT)
            .synchronous(Synchronous::Normal);
        let db = open(&database, options.clone()).await?;
        let ann = person("ann", 1).insert(&db).await?;
        for _ in 0..2 {
            ann.update(&db).await?;
        }
        // As another process would: its lock is known to SQLite only.
        let other = options.connect(database.url()).await?;
        let mut lock = other.begin().await?;
        person("bob", 1).insert(&mut lock).await?;
        let release = async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            lock.commit().await
        };
        // Were the thread blocked, it would be so until SQLite gives up, and the sleeps would end after that.
        let release = tokio::time::timeout(BUSY_TIMEOUT / 2, release);
        let (updated, released) = tokio::join!(ann.update(&db), release);
        assert_eq!(updated?, ann);
        released.expect("the thread is free for other tasks")?;
        Ok(())
    });
}

#[test]
fn the_log_of_many_commits_is_written_back() {
    on_one_thread(async |database| {
        let options = Database::options().synchronous(Synchronous::Normal);
        let db = open(&database, options).await?;
        let row = person("ann", 1).insert(&db).await?;
        let page = "x".repeat(4_096);
        for number in 0..3_000 {
            let nickname = Some(format!("{number} {page}"));
            Person {
                nickname,
                ..row.clone()
            }
            .update(&db)
            .await?;
        }
        let path = database.url().trim_start_matches("sqlite:").to_owned();
        let log = std::fs::metadata(format!("{path}-wal"))?.len();
        // A thousand pages, and what came in until the next free moment; without it 3,000 rows of
        // two pages at least.
        assert!(log < 12 << 20, "the log has {log} bytes");
        let nickname = Person::get(&db, row.id).await?.nickname.unwrap();
        assert!(nickname.starts_with("2999 "));
        Ok(())
    });
}
