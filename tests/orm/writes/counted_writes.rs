//! Many single writes from many tasks, counted: a write that was acknowledged once was executed once.
//!
//! On SQLite the writes run with `synchronous=normal` and with budgets near the time of one statement, so that some run on
//! the calling thread and some do not, and this changes from moment to moment.

use std::time::{Duration, Instant};

use youku_orm::{Database, Id, Model, New, Synchronous};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    inserts_are_counted,
    inserts_of_many_are_counted,
    updates_by_an_expression_are_counted,
    versioned_updates_are_counted,
    upserts_are_counted,
    deletes_are_counted,
];

/// How many tasks write at once.
const TASKS: u32 = 6;

/// One of many entries.
#[derive(Model, Debug, Clone, PartialEq)]
struct Entry {
    #[model(primary_key, auto)]
    id: Id<Entry>,
    #[model(unique, length = 40)]
    name: String,
    amount: i64,
}

/// A sum that many tasks add to.
#[derive(Model, Debug, Clone, PartialEq)]
struct Total {
    #[model(primary_key)]
    task: u32,
    amount: i64,
}

/// A row that counts its own writes.
#[derive(Model, Debug, Clone, PartialEq)]
struct Draft {
    #[model(primary_key)]
    task: u32,
    amount: i64,
    #[model(version)]
    version: u32,
}

fn entry(task: u32, round: u32, number: u32) -> NewEntry {
    NewEntry {
        name: format!("{task}/{round}/{number}"),
        amount: 1,
    }
}

/// One handle for each budget on SQLite, and one for MariaDB; and how many writes each task sends to each handle.
async fn handles(database: &TestDatabase) -> Result<(Vec<Database>, u32)> {
    let (budgets, rounds) = match database.backend() {
        Backend::Mysql => (&[0][..], 150),
        // What one statement takes in a test build and in an optimized one.
        Backend::Sqlite | Backend::SqliteMemory => (&[40, 80, 160, 320][..], 300),
    };
    let mut handles = Vec::new();
    for micros in budgets {
        let options = Database::options()
            .max_connections(3)
            .synchronous(Synchronous::Normal)
            .inline_budget(Duration::from_micros(*micros));
        handles.push(options.connect(database.url()).await?);
    }
    handles[0].create_tables::<(Entry, Total, Draft)>().await?;
    Ok((handles, rounds))
}

/// Takes CPU time from the writers, again and again.
async fn disturb() {
    loop {
        let started = Instant::now();
        while started.elapsed() < Duration::from_micros(200) {
            std::hint::spin_loop();
        }
        tokio::task::yield_now().await;
    }
}

/// Makes each task send `rounds` writes, one after another, while another task disturbs them. Each write receives
/// the number of its task and of its round.
async fn write<F, W>(db: &Database, rounds: u32, write: W) -> Result
where
    W: Fn(Database, u32, u32) -> F + Copy + Send + 'static,
    F: Future<Output = youku_orm::Result<()>> + Send,
{
    let neighbour = tokio::spawn(disturb());
    let tasks = (0..TASKS).map(|task| {
        let db = db.clone();
        tokio::spawn(async move {
            for round in 0..rounds {
                write(db.clone(), task, round).await?;
            }
            Ok::<(), youku_orm::Error>(())
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await??;
    }
    neighbour.abort();
    Ok(())
}

async fn inserts_are_counted(database: TestDatabase) -> Result {
    let (handles, rounds) = handles(&database).await?;
    for (db, number) in handles.iter().zip(0..) {
        write(db, rounds, move |db, task, round| async move {
            entry(task, round, number).insert(&db).await?;
            Ok(())
        })
        .await?;
        let written = u64::from(TASKS * rounds * (number + 1));
        assert_eq!(Entry::query().count(db).await?, written);
    }
    Ok(())
}

async fn inserts_of_many_are_counted(database: TestDatabase) -> Result {
    const MANY: u32 = 5;
    let (handles, rounds) = handles(&database).await?;
    for (db, number) in handles.iter().zip(0..) {
        write(db, rounds, move |db, task, round| async move {
            let rows = (0..MANY).map(|row| entry(task, round, number * MANY + row));
            let inserted = Entry::insert_many(&db, rows.collect()).await?;
            assert_eq!(inserted.len(), MANY as usize);
            Ok(())
        })
        .await?;
        let written = u64::from(TASKS * rounds * MANY * (number + 1));
        assert_eq!(Entry::query().count(db).await?, written);
    }
    Ok(())
}

/// A total for each task, and one more that all tasks change.
async fn totals(db: &Database) -> Result {
    let total = |task| NewTotal { task, amount: 0 };
    Total::insert_many(db, (0..=TASKS).map(total).collect()).await?;
    Ok(())
}

async fn sum(db: &Database) -> Result<Option<i64>> {
    Ok(Total::query().select(Total::AMOUNT.sum()).one(db).await?)
}

async fn updates_by_an_expression_are_counted(database: TestDatabase) -> Result {
    let (handles, rounds) = handles(&database).await?;
    totals(&handles[0]).await?;
    for (db, number) in handles.iter().zip(1..) {
        write(db, rounds, |db, task, round| async move {
            // Every second write changes the row that all tasks change.
            let task = if round % 2 == 0 { TASKS } else { task };
            let total = Total::filter(Total::TASK.eq(task));
            let changed = total.set(Total::AMOUNT, Total::AMOUNT + 1).update(&db);
            assert_eq!(changed.await?, 1);
            Ok(())
        })
        .await?;
        assert_eq!(sum(db).await?, Some(i64::from(TASKS * rounds * number)));
    }
    Ok(())
}

async fn versioned_updates_are_counted(database: TestDatabase) -> Result {
    let (handles, rounds) = handles(&database).await?;
    let draft = |task| NewDraft { task, amount: 0 };
    Draft::insert_many(&handles[0], (0..TASKS).map(draft).collect()).await?;
    for (db, number) in handles.iter().zip(1..) {
        write(db, rounds, |db, task, _| async move {
            let draft = Draft::get(&db, task).await?;
            let next = draft.version + 1;
            let amount = draft.amount + 1;
            // No other task writes this row, so a conflict could only be with the statement's own first run.
            let written = Draft { amount, ..draft }.update(&db).await?;
            assert_eq!(written.version, next);
            Ok(())
        })
        .await?;
        for draft in Draft::query().all(db).await? {
            assert_eq!(draft.version, rounds * number);
            assert_eq!(draft.amount, i64::from(rounds * number));
        }
    }
    Ok(())
}

async fn upserts_are_counted(database: TestDatabase) -> Result {
    let (handles, rounds) = handles(&database).await?;
    for (db, number) in handles.iter().zip(1..) {
        write(db, rounds, |db, task, _| async move {
            let total = Total::insert(NewTotal { task, amount: 1 }).on_conflict(Total::TASK);
            let total = total.set(Total::AMOUNT, Total::AMOUNT + 1).exec(&db);
            assert_eq!(total.await?.task, task);
            Ok(())
        })
        .await?;
        assert_eq!(Total::query().count(db).await?, u64::from(TASKS));
        assert_eq!(sum(db).await?, Some(i64::from(TASKS * rounds * number)));
    }
    Ok(())
}

async fn deletes_are_counted(database: TestDatabase) -> Result {
    let (handles, rounds) = handles(&database).await?;
    for db in &handles {
        let rows = (0..TASKS).flat_map(|task| (0..rounds).map(move |round| entry(task, round, 0)));
        Entry::insert_rows(rows.collect()).execute(db).await?;
        write(db, rounds, |db, task, round| async move {
            let entry = Entry::filter(Entry::NAME.eq(entry(task, round, 0).name)).one(&db);
            // A second run of one statement would not find the row.
            entry.await?.delete(&db).await
        })
        .await?;
        assert_eq!(Entry::query().count(db).await?, 0);
    }
    Ok(())
}
