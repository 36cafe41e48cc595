//! What a write does that exceeds its budget on the calling thread.

use super::*;
use crate::drivers::sqlite::connect::ConnectOptions;
use crate::drivers::sqlite::connection::Registered;
use crate::drivers::sqlite::run;

/// Writes of every kind, each of one row that is there or of rows that are not.
const WRITES: [&str; 7] = [
    "INSERT INTO item (name) VALUES ('new')",
    "INSERT INTO item (name) VALUES ('new'), ('newer'), ('newest')",
    "UPDATE item SET hits = hits + 1 WHERE id = 1",
    "UPDATE item SET hits = 5, version = version + 1 WHERE id = 1 AND version = 0",
    "DELETE FROM item WHERE id = 1 RETURNING id",
    "INSERT INTO item (name) VALUES ('old') ON CONFLICT (name) DO UPDATE SET hits = hits + 1",
    "INSERT INTO item (name) VALUES ('new') RETURNING id",
];

const BUDGET: Duration = Duration::from_millis(10);

/// A connection with one row. Its commits take longer than a statement may occupy its thread, and it asks after
/// every instruction whether to stop.
fn slow_to_commit(path: Option<std::path::PathBuf>) -> Result<SqliteConnection> {
    let options = DatabaseOptions::default()
        .inline_budget(BUDGET)
        .synchronous(Synchronous::Normal);
    let mut connection = ConnectOptions::new(path, true, &options).open()?;
    connection.raw.execute_batch(
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT UNIQUE, hits INTEGER NOT NULL DEFAULT 0, \
         version INTEGER NOT NULL DEFAULT 0); INSERT INTO item (name) VALUES ('old')",
    )?;
    interrupt::ask_every(&mut connection.raw, 1)?;
    let hooked = connection.raw.commit_hook(Some(|| {
        std::thread::sleep(2 * BUDGET);
        false
    }));
    hooked.registered()?;
    Ok(connection)
}

fn content(connection: &SqliteConnection) -> Result<Vec<(i64, String, i64, i64)>> {
    let statement = RenderedStatement::control("SELECT * FROM item ORDER BY id");
    run::rows(connection, &statement)
}

fn written_by(sql: &'static str) -> RenderedStatement {
    RenderedStatement {
        kind: StatementKind::WriteFew,
        ..RenderedStatement::control(sql)
    }
}

/// SQLite asks once more after it has committed. A write that is interrupted at that point is already in the database,
/// so running it again would write twice.
#[test]
fn a_write_that_exceeds_its_budget_while_it_commits_runs_once() -> Result<()> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (number, sql) in WRITES.into_iter().enumerate() {
        for path in [None, Some(folder.path().join(format!("{number}.db")))] {
            let statement = written_by(sql);
            let expected = {
                let on_a_thread = slow_to_commit(None)?;
                execute(&on_a_thread, &statement)?;
                content(&on_a_thread)?
            };
            let mut connection = slow_to_commit(path.clone())?;
            connection.short.0.insert(sql.into());
            let done = inline::run_if_short(&mut connection, BUDGET, &statement, execute);
            assert!(matches!(done, Some(Ok(_))), "{sql} in {path:?}: {done:?}");
            assert_eq!(content(&connection)?, expected, "{sql} in {path:?}");
            assert!(
                !connection.short.0.contains(sql),
                "it takes too long to stay"
            );
        }
    }
    Ok(())
}

#[test]
fn a_write_that_returns_rows_exceeds_its_budget_once() -> Result<()> {
    for sql in WRITES.into_iter().filter(|sql| sql.contains("RETURNING")) {
        let mut connection = slow_to_commit(None)?;
        connection.short.0.insert(sql.into());
        let statement = written_by(sql);
        let rows = inline::run_if_short(&mut connection, BUDGET, &statement, run::rows::<i64>);
        let rows = rows.expect("a write is never interrupted")?;
        assert_eq!(rows.len(), 1, "{sql}");
    }
    Ok(())
}
