//! Runs one statement on one connection. Only this module calls `sqlite3_step`.

mod insertion;

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection};
use tokio::sync::mpsc;

use insertion::{Inserted, Keys};

pub(super) use insertion::KnownTables;

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::error::explain;
use crate::drivers::sqlite::row::SqliteRow;
use crate::error::{Error, Result};
use crate::sql::insertion::GeneratedKey;
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;
use crate::types::row::by_name::Layout;

/// How many rows of a stream are sent to the other thread at once, with one wake-up.
const CHUNK: usize = 256;

/// Reads all rows of a statement.
pub(super) fn rows<T: FromRow>(
    on: &SqliteConnection,
    statement: &RenderedStatement,
) -> Result<Vec<T>> {
    let Some(insertion) = &statement.insertion else {
        return read(&on.raw, statement, |_| Ok(()));
    };
    insertion::all_or_none(on, statement, insertion, || {
        let (mut keys, mut found_by) = (Vec::new(), Vec::new());
        let rows = read(&on.raw, statement, |row| {
            // A key that is wanted is the only column.
            if insertion.key.is_some() {
                keys.push(GeneratedKey::from_row(&mut SqliteRow::new(row))?);
            }
            if let Some((column, _)) = insertion.found_by {
                found_by.push(row.get(column)?);
            }
            Ok(())
        })?;
        Ok(Inserted {
            stored: rows.len() as u64,
            result: rows,
            keys: Keys::Returned { keys, found_by },
        })
    })
}

fn read<T: FromRow>(
    connection: &Connection,
    statement: &RenderedStatement,
    mut see: impl FnMut(&rusqlite::Row<'_>) -> Result<()>,
) -> Result<Vec<T>> {
    let _planning = Planning::of(connection, statement)?;
    let mut prepared = prepare(connection, statement)?;
    let mut rows = prepared.raw_query();
    let mut decoded = Vec::with_capacity(usize::from(statement.first_only));
    let mut layout = None;
    while let Some(row) = rows
        .next()
        .map_err(|error| explain(connection, statement, error))?
    {
        // If its tables have changed, the first step compiles the statement again. So only after that step
        // the statement's columns are those of the rows.
        let layout = match &layout {
            Some(layout) => layout,
            None => layout.insert(find_layout::<T>(row.as_ref(), statement)?),
        };
        see(row)?;
        decoded.push(layout.read(&mut SqliteRow::new(row))?);
        if statement.first_only {
            break;
        }
    }
    drop(rows);
    if layout.is_none() {
        find_layout::<T>(&prepared, statement)?;
    }
    Ok(decoded)
}

/// Sends the rows of a statement in chunks, until the receiver is dropped.
pub(super) fn stream<T: FromRow>(
    connection: &Connection,
    statement: &RenderedStatement,
    sender: &mpsc::Sender<Result<Vec<T>>>,
) -> Result<()> {
    let named = |error: Error| error.in_statement(statement.sql.clone());
    let _planning = Planning::of(connection, statement)?;
    let mut prepared = prepare(connection, statement).map_err(named)?;
    let mut rows = prepared.raw_query();
    let mut chunk = Vec::with_capacity(CHUNK);
    let ended = loop {
        match rows.next() {
            Ok(Some(row)) => match T::from_row(&mut SqliteRow::new(row)) {
                Ok(value) => chunk.push(value),
                Err(error) => break Err(error),
            },
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
        if chunk.len() == CHUNK {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if sender.blocking_send(Ok(full)).is_err() {
                return Ok(());
            }
        }
    };
    // If the receiver was dropped, the last rows have no reader.
    let _ = sender.blocking_send(Ok(chunk));
    ended.map_err(named)
}

/// Runs a statement for its effect and skips any rows that it returns.
pub(super) fn execute(on: &SqliteConnection, statement: &RenderedStatement) -> Result<Executed> {
    let Some(insertion) = &statement.insertion else {
        return skip_rows(&on.raw, statement);
    };
    insertion::all_or_none(on, statement, insertion, || {
        let done = skip_rows(&on.raw, statement)?;
        Ok(Inserted {
            result: done,
            stored: done.rows_affected,
            keys: Keys::Last,
        })
    })
}

fn skip_rows(connection: &Connection, statement: &RenderedStatement) -> Result<Executed> {
    let before = connection.total_changes();
    let _planning = Planning::of(connection, statement)?;
    let mut prepared = prepare(connection, statement)?;
    let mut rows = prepared.raw_query();
    while rows
        .next()
        .map_err(|error| explain(connection, statement, error))?
        .is_some()
    {}
    drop(rows);
    // After a statement that changes no row, `changes` still returns the number of the statement before it.
    let rows_affected = if connection.total_changes() == before {
        0
    } else {
        connection.changes()
    };
    // Triggers do not change it, but it is the key of another statement if this one inserted nothing.
    let last = match rows_affected {
        0 => 0,
        _ => connection.last_insert_rowid(),
    };
    Ok(Executed {
        rows_affected,
        last_insert_id: u64::try_from(last).unwrap_or(0),
        generated: GeneratedKey(last.into()),
        key_step: 1,
    })
}

/// Whether the statement only reads. It stays in the statement cache for its next run.
pub(super) fn is_readonly(connection: &Connection, statement: &RenderedStatement) -> Result<bool> {
    let _planning = Planning::of(connection, statement)?;
    Ok(connection.prepare_cached(&statement.sql)?.readonly())
}

/// Fails if the transaction is no longer open. Errors such as a full disk make SQLite roll it back by
/// itself, and each of the following statements would then be committed on its own.
pub(super) fn require_transaction(connection: &Connection) -> Result<()> {
    if connection.is_autocommit() {
        Err(Error::interrupted())
    } else {
        Ok(())
    }
}

fn prepare<'c>(
    connection: &'c Connection,
    statement: &RenderedStatement,
) -> Result<CachedStatement<'c>> {
    let mut prepared = connection.prepare_cached(&statement.sql)?;
    let (given, wanted) = (statement.values.len(), prepared.parameter_count());
    if given != wanted {
        return Err(rusqlite::Error::InvalidParameterCount(given, wanted).into());
    }
    for (index, value) in statement.values.iter().enumerate() {
        value.check()?;
        prepared.raw_bind_parameter(index + 1, value)?;
    }
    Ok(prepared)
}

/// Lets SQLite use the bound values to plan a statement, until it is dropped.
///
/// This has a cost: if SQLite is built with `SQLITE_ENABLE_STAT4`, as `rusqlite` builds it, a statement that compares
/// a column without an index is compiled again for each run, which takes a dozen microseconds. So connections are set
/// to plan once (<https://www.sqlite.org/queryplanner-ng.html#qpstab>). Only for a pattern the value is worth the cost:
/// the pattern's beginning may be found in an index.
struct Planning<'c>(&'c Connection);

impl<'c> Planning<'c> {
    fn of(connection: &'c Connection, statement: &RenderedStatement) -> Result<Option<Self>> {
        if !statement.has_pattern {
            return Ok(None);
        }
        plan_once(connection, false)?;
        Ok(Some(Self(connection)))
    }
}

impl Drop for Planning<'_> {
    fn drop(&mut self) {
        // It fails only if SQLite does not know the setting, and the call in `of` has shown that it does.
        let _ = plan_once(self.0, true);
    }
}

/// Sets whether statements are planned without their values, so that a plan remains valid for all values.
pub(super) fn plan_once(connection: &Connection, once: bool) -> Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, once)?;
    Ok(())
}

fn find_layout<T: FromRow>(
    prepared: &rusqlite::Statement<'_>,
    statement: &RenderedStatement,
) -> Result<Layout> {
    if !statement.by_name || T::COLUMNS.is_none() {
        return Ok(Layout::InOrder);
    }
    #[expect(
        clippy::useless_conversion,
        reason = "up to version 0.39 of `rusqlite` the names are a list"
    )]
    let names = prepared.column_names().into_iter();
    let names: Vec<String> = names.map(str::to_owned).collect();
    Layout::find::<T>(&names)
}
