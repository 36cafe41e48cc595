//! A statement on the calling thread must not make other tasks wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use youku_orm::{Database, Model, New, Synchronous, sql};
use youku_tests::Result;

use super::{LONG, on_one_thread, open};
use crate::models::{Person, create, person};

/// How long SQLite waits for a lock; far more than a machine needs to wake a task.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Counts that many rows, one after another.
async fn count(db: &Database, rows: i64) -> youku_orm::Result<i64> {
    let text = "SELECT COUNT(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                WHERE i < ?) SELECT i FROM n)";
    sql(text).bind(rows).one(db).await
}

#[test]
fn a_read_over_its_budget_starts_again_on_a_blocking_thread() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options()).await?;
        for rows in [1, 1, 1, 1_000_000, 1, 1, 1_000_000] {
            assert_eq!(count(&db, rows).await?, rows);
        }
        Ok(())
    });
}

#[test]
fn a_read_over_its_budget_does_not_block_other_tasks() {
    on_one_thread(async |database| {
        let db = open(&database, Database::options()).await?;
        for _ in 0..3 {
            count(&db, 1).await?;
        }
        // It takes seconds. On the calling thread it would be finished before the time is checked.
        let limit = Duration::from_millis(20);
        let counted = tokio::time::timeout(limit, count(&db, 20_000_000)).await;
        assert!(counted.is_err(), "the thread was kept until the end");
        Ok(())
    });
}

#[test]
fn a_long_list_is_complete_on_either_thread() {
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
fn a_task_that_never_waits_yields_to_other_tasks() {
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
fn a_lock_of_another_process_is_awaited_on_a_blocking_thread() {
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
        // Like another process: only SQLite knows this lock.
        let other = options.connect(database.url()).await?;
        let mut lock = other.begin().await?;
        person("bob", 1).insert(&mut lock).await?;
        let release = async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            lock.commit().await
        };
        // If the thread were blocked, it would stay so until SQLite's wait times out, and the sleeps would end after that.
        let release = tokio::time::timeout(BUSY_TIMEOUT / 2, release);
        let (updated, released) = tokio::join!(ann.update(&db), release);
        assert_eq!(updated?, ann);
        released.expect("the thread is free for other tasks")?;
        Ok(())
    });
}

#[test]
fn the_log_of_many_commits_is_checkpointed() {
    on_one_thread(async |database| {
        let path = database.url().trim_start_matches("sqlite:");
        the_log_stays_short(path, path).await
    });
}

/// SQLite names the log after the file that the link leads to.
#[cfg(unix)]
#[test]
fn the_log_of_a_file_behind_a_symbolic_link_is_checkpointed() {
    on_one_thread(async |database| {
        let path = database.url().trim_start_matches("sqlite:");
        let folder = tempfile::tempdir()?;
        let link = folder.path().join("link.db");
        std::os::unix::fs::symlink(path, &link)?;
        the_log_stays_short(&link.display().to_string(), path).await
    });
}

/// Commits much to the database that is opened by one path and stored at the other.
async fn the_log_stays_short(opened: &str, stored: &str) -> Result {
    let options = Database::options().synchronous(Synchronous::Normal);
    let options = options.max_connections(1);
    let db = options.connect(&format!("sqlite:{opened}")).await?;
    create(&db).await?;
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
    let log = std::fs::metadata(format!("{stored}-wal"))?.len();
    // A thousand pages, and what was added until the next free moment; without it, at least 3,000 rows of
    // two pages.
    assert!(log < 12 << 20, "the log has {log} bytes");
    let nickname = Person::get(&db, row.id).await?.nickname.unwrap();
    assert!(nickname.starts_with("2999 "));
    Ok(())
}
