//! Running one statement on one connection; the only code that steps SQLite.

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection};
use tokio::sync::mpsc;

use crate::drivers::sqlite::row::SqliteRow;
use crate::error::{Error, Result};
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;
use crate::types::row::by_name::Layout;

/// Rows of a stream that cross from one thread to the other at once; one wake-up serves them.
const CHUNK: usize = 256;

/// Reads all rows of a statement.
pub(super) fn rows<T: FromRow>(
    connection: &Connection,
    statement: &RenderedStatement,
) -> Result<Vec<T>> {
    let _planning = Planning::of(connection, statement)?;
    let mut prepared = prepare(connection, statement)?;
    let mut rows = prepared.raw_query();
    let mut decoded = Vec::with_capacity(usize::from(statement.first_only));
    let mut layout = None;
    while let Some(row) = rows.next()? {
        // The first step is what compiles the statement anew after a change of its tables, so only
        // now the columns are those of the rows.
        let layout = match &layout {
            Some(layout) => layout,
            None => layout.insert(find_layout::<T>(row.as_ref(), statement)?),
        };
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

/// Sends the rows of a statement in chunks until the receiver is gone.
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
    // The receiver may be gone; then the last rows have no reader.
    let _ = sender.blocking_send(Ok(chunk));
    ended.map_err(named)
}

/// Runs a statement for its effect; rows it may have are passed over.
pub(super) fn execute(connection: &Connection, statement: &RenderedStatement) -> Result<Executed> {
    let before = connection.total_changes();
    let _planning = Planning::of(connection, statement)?;
    let mut prepared = prepare(connection, statement)?;
    let mut rows = prepared.raw_query();
    while rows.next()?.is_some() {}
    drop(rows);
    // After a statement that changes no row `changes` still tells of the one before it.
    let rows_affected = match connection.total_changes() == before {
        true => 0,
        false => connection.changes(),
    };
    let last_insert_id = u64::try_from(connection.last_insert_rowid()).unwrap_or(0);
    Ok(Executed {
        rows_affected,
        last_insert_id,
    })
}

/// Whether the statement only reads; found in the statement cache when it runs next.
pub(super) fn is_readonly(connection: &Connection, statement: &RenderedStatement) -> Result<bool> {
    let _planning = Planning::of(connection, statement)?;
    Ok(connection.prepare_cached(&statement.sql)?.readonly())
}

/// A full disk and the like make SQLite undo the transaction by itself; what follows would be
/// kept statement by statement.
pub(super) fn require_transaction(connection: &Connection) -> Result<()> {
    match connection.is_autocommit() {
        false => Ok(()),
        true => Err(Error::cut_off()),
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

/// Lets SQLite plan by the bound values, until it is dropped.
///
/// It costs: where SQLite is built with `SQLITE_ENABLE_STAT4`, as `rusqlite` does, a statement that compares a
/// column without an index is compiled anew for each run, a dozen microseconds. So connections are set to
/// plan once (<https://www.sqlite.org/queryplanner-ng.html#qpstab>), and only a pattern is worth looking at: its
/// beginning may be found in an index.
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
        // It fails only where the setting is not known, and it was.
        let _ = plan_once(self.0, true);
    }
}

/// Whether the plan of a statement is made without its values, so that it stays.
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
    let names: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    Layout::find::<T>(&names)
}
