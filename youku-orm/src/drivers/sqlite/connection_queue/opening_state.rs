//! Puts a connection to a database in memory back to the session state with which it was opened.
//!
//! Such a database has one connection and ends with it, so that connection cannot be closed after hand-written SQL has
//! changed it. The state is compared with that of a new connection, and the result is verified.

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::drivers::sqlite::connect::ConnectOptions;
use crate::error::Result;

/// The settings of a connection that its pragmas can read and write (<https://www.sqlite.org/pragma.html>).
const SETTINGS: [&str; 28] = [
    "analysis_limit",
    "automatic_index",
    "busy_timeout",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    "foreign_keys",
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    "journal_mode",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "short_column_names",
    "synchronous",
    "temp_store",
    "trusted_schema",
    "writable_schema",
];

/// Objects of the temporary schema, except those that SQLite drops together with their table.
const TEMPORARY: &str = "SELECT type, name FROM temp.sqlite_master \
    WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' \
    ORDER BY type DESC";

const ATTACHED: &str = "SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')";

/// Restores the state. If a part of it differs nevertheless, a warning says so: the data are worth more than the setting.
pub(super) fn restore(connection: &Connection, options: &ConnectOptions) {
    let error = match reset(connection, options) {
        Ok(different) if different.is_empty() => return,
        Ok(different) => different.join(", "),
        Err(error) => error.to_string(),
    };
    tracing::warn!(
        error,
        "hand-written SQL changed the session of a database in memory, which could not be restored"
    );
}

/// Returns what still differs.
fn reset(connection: &Connection, options: &ConnectOptions) -> Result<Vec<String>> {
    let opened = options.open()?;
    // Otherwise what follows could drop nothing.
    connection.pragma_update(None, "query_only", false)?;
    // Tables that refer to each other are dropped in any order.
    connection.pragma_update(None, "foreign_keys", false)?;
    for (kind, name) in temporary(connection)? {
        connection.execute_batch(&format!("DROP {kind} IF EXISTS temp.{}", quoted(&name)))?;
    }
    for name in attached(connection)? {
        connection.execute_batch(&format!("DETACH {}", quoted(&name)))?;
    }
    for name in SETTINGS {
        let wanted = setting(&opened.raw, name)?;
        if setting(connection, name)? != wanted {
            // Some of these pragmas return a row, and some do not.
            connection.pragma(None, name, &wanted, |_| Ok(()))?;
        }
    }
    // This one cannot be read.
    connection.pragma_update(None, "case_sensitive_like", true)?;
    let mut different = Vec::new();
    for name in SETTINGS {
        if setting(connection, name)? != setting(&opened.raw, name)? {
            different.push(name.to_owned());
        }
    }
    different.extend(temporary(connection)?.into_iter().map(|(_, name)| name));
    different.extend(attached(connection)?);
    Ok(different)
}

fn setting(connection: &Connection, name: &str) -> Result<Option<Value>> {
    let mut value = None;
    connection.pragma_query(None, name, |row| {
        value = Some(row.get(0)?);
        Ok(())
    })?;
    Ok(value)
}

fn temporary(connection: &Connection) -> Result<Vec<(String, String)>> {
    let mut statement = connection.prepare(TEMPORARY)?;
    let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn attached(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare(ATTACHED)?;
    let rows = statement.query_map((), |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A name as an identifier of SQL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
