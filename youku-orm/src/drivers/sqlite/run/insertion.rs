//! INSERT: it stores all of its rows or none, and the keys that it reports are in the table.

use std::cell::RefCell;
use std::collections::HashMap;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, StatementStatus, ToSql};

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::error::{Error, Result};
use crate::sql::dialect::Dialect;
use crate::sql::insertion::{AutoKey, GeneratedKey, Insertion};
use crate::sql::statement::RenderedStatement;

/// What a connection knows about the tables that it inserts into.
///
/// A statement that may change a table clears it. Another process can change one as well: then SQLite compiles the statement
/// again while it runs, and this is noticed after that run.
#[derive(Default)]
pub(in crate::drivers::sqlite) struct KnownTables(RefCell<HashMap<String, TableFacts>>);

impl KnownTables {
    /// Forgets all tables.
    pub(in crate::drivers::sqlite) fn clear(&self) {
        self.0.borrow_mut().clear();
    }
}

/// What decides how carefully rows are inserted into a table.
#[derive(Clone, Copy)]
struct TableFacts {
    is_view: bool,
    /// Triggers run code of their own. They may leave a row out after they have written something, delete it, or change its
    /// key. With ON CONFLICT REPLACE a row deletes another one, which may be as new.
    may_lose_rows: bool,
    /// Whether `last_insert_rowid` is the key, and fits the field that it is read into.
    reports_keys: bool,
}

/// Runs an INSERT and returns the keys that the database has made, if they are wanted.
///
/// If something can go wrong after the rows are written, it runs inside a savepoint, which is rolled back then: if there are
/// several rows, of which the table may leave some out, and if the table has triggers, or keys that the field may not hold.
pub(super) fn all_or_none<T>(
    on: &SqliteConnection,
    statement: &RenderedStatement,
    insertion: &Insertion,
    run: impl FnOnce() -> Result<Inserted<T>>,
) -> Result<T> {
    if insertion.is_only_counted {
        return count(&on.raw, insertion, run);
    }
    let done = insert(on, insertion, run);
    // A taken value says nothing about the table, and any other error may be the first sign of a change.
    let is_sign = |error: &Error| !error.is_unique_violation();
    if done.as_ref().is_err_and(is_sign) || is_compiled_again(&on.raw, statement) {
        on.tables.clear();
    }
    done
}

/// Whether SQLite had to compile the statement again, because a table has changed.
fn is_compiled_again(connection: &Connection, statement: &RenderedStatement) -> bool {
    let prepared = connection.prepare_cached(&statement.sql);
    prepared.map_or(true, |prepared| {
        prepared.reset_status(StatementStatus::RePrepare) > 0
    })
}

/// Runs an INSERT whose keys are not wanted. An error such as that of `RAISE(FAIL)` would keep the rows before it.
fn count<T>(
    connection: &Connection,
    insertion: &Insertion,
    run: impl FnOnce() -> Result<Inserted<T>>,
) -> Result<T> {
    if insertion.rows <= 1 {
        return Ok(run()?.result);
    }
    let savepoint = Savepoint::begin(connection)?;
    let done = run()?;
    savepoint.release()?;
    Ok(done.result)
}

fn insert<T>(
    on: &SqliteConnection,
    insertion: &Insertion,
    run: impl FnOnce() -> Result<Inserted<T>>,
) -> Result<T> {
    let connection = &on.raw;
    // Not inside the savepoint: after a read in it, SQLite does not let the INSERT wait for the lock of another process.
    let facts = known(on, insertion)?;
    if facts.is_view {
        return Err(insertion.view_error());
    }
    let is_careful =
        insertion.rows > 1 || facts.may_lose_rows || insertion.key.is_some() && !facts.reports_keys;
    let savepoint = is_careful.then(|| Savepoint::begin(connection));
    let savepoint = savepoint.transpose()?;
    let done = run()?;
    insertion.require(done.stored)?;
    match (done.keys, insertion.key.filter(|_| is_careful)) {
        (Keys::Last, Some(key)) => require_last(connection, insertion, key)?,
        (Keys::Returned { keys, .. }, Some(key)) => {
            require_all(connection, insertion, key, &keys, facts)?;
        }
        (Keys::Returned { found_by, .. }, None) if facts.may_lose_rows => {
            if let Some((_, name)) = insertion.found_by {
                require_found(connection, insertion, name, &found_by)?;
            }
        }
        _ => {}
    }
    if let Some(savepoint) = savepoint {
        savepoint.release()?;
    }
    Ok(done.result)
}

/// What an INSERT did.
pub(super) struct Inserted<T> {
    pub(super) result: T,
    /// The number of rows that the table stored.
    pub(super) stored: u64,
    pub(super) keys: Keys,
}

/// Where the keys of new rows are.
pub(super) enum Keys {
    /// Of the only row: `last_insert_rowid`.
    Last,
    /// The statement returned them.
    Returned {
        keys: Vec<GeneratedKey>,
        /// The values of the column [`Insertion::found_by`].
        found_by: Vec<Value>,
    },
}

fn known(on: &SqliteConnection, insertion: &Insertion) -> Result<TableFacts> {
    if let Some(facts) = on.tables.0.borrow().get(&*insertion.table) {
        return Ok(*facts);
    }
    let facts = look_up(&on.raw, insertion)?;
    let table = insertion.table.clone().into_owned();
    on.tables.0.borrow_mut().insert(table, facts);
    Ok(facts)
}

/// The tables and views of that name, and the triggers on them, also those of the session.
const OBJECTS: &str = "SELECT type, sql FROM \
    (SELECT * FROM sqlite_master UNION ALL SELECT * FROM sqlite_temp_master) \
    WHERE type IN ('table', 'view', 'trigger') AND tbl_name = ? COLLATE NOCASE";

const IS_ROWID: &str = "SELECT pk = 1 AND upper(type) = 'INTEGER' FROM pragma_table_info(?) \
                        WHERE name = ? COLLATE NOCASE";

fn look_up(connection: &Connection, insertion: &Insertion) -> Result<TableFacts> {
    let mut facts = TableFacts {
        is_view: false,
        may_lose_rows: false,
        reports_keys: false,
    };
    let mut objects = connection.prepare(OBJECTS)?;
    let mut objects = objects.query([&*insertion.table])?;
    while let Some(object) = objects.next()? {
        let kind: String = object.get(0)?;
        match &*kind {
            "view" => facts.is_view = true,
            "trigger" => facts.may_lose_rows = true,
            _ => {
                let sql: String = object.get(1)?;
                facts.may_lose_rows |= replaces_rows(&sql);
                facts.reports_keys = match insertion.key {
                    Some(key) => counts_within(connection, insertion, key, &sql)?,
                    None => false,
                };
            }
        }
    }
    Ok(facts)
}

/// Whether a constraint of the table says ON CONFLICT REPLACE. In a comment or a literal these words do no harm.
fn replaces_rows(sql: &str) -> bool {
    let words = sql.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.windows(2).any(|two| {
        two[0].eq_ignore_ascii_case("CONFLICT") && two[1].eq_ignore_ascii_case("REPLACE")
    })
}

/// Whether the key is the row's number, and the table counts up from 1 to what the field holds: of 64 bits, or with the CHECK
/// that this crate writes.
fn counts_within(
    connection: &Connection,
    insertion: &Insertion,
    key: AutoKey,
    sql: &str,
) -> Result<bool> {
    let name = key.0.name;
    let is_rowid = connection
        .prepare(IS_ROWID)?
        .query_row([&insertion.table, name], |row| row.get(0))
        .optional()?;
    let is_counted = sql.to_ascii_uppercase().contains("AUTOINCREMENT");
    let check = || Dialect::sqlite().check_clause(key.0);
    let is_wide = key.greatest() >= i64::MAX.unsigned_abs();
    Ok(is_rowid == Some(true)
        && is_counted
        && (is_wide || check().is_some_and(|check| sql.contains(&check))))
}

/// Fails if the last row is not in the table, or has a key that the field does not hold.
fn require_last(connection: &Connection, insertion: &Insertion, key: AutoKey) -> Result<()> {
    let (table, name) = (quoted(&insertion.table), quoted(key.0.name));
    let sql = format!("SELECT {name} FROM {table} WHERE rowid = ?");
    let rowid = connection.last_insert_rowid();
    let mut row = connection.prepare_cached(&sql)?;
    let stored = row.query_row([rowid], |row| row.get::<_, Option<i64>>(0));
    // The key is another column than the row's number, and the database has not made it.
    if stored.optional()?.ok_or_else(|| insertion.lost_error())? != Some(rowid) {
        return Err(insertion.unknown_key_error(key));
    }
    key.value(GeneratedKey(rowid.into()), &insertion.table)?;
    Ok(())
}

/// Fails if a returned key is not in the table, or the field does not hold it.
fn require_all(
    connection: &Connection,
    insertion: &Insertion,
    key: AutoKey,
    keys: &[GeneratedKey],
    facts: TableFacts,
) -> Result<()> {
    let values = keys.iter();
    let values = values.map(|number| key.value(*number, &insertion.table));
    let values = values.collect::<Result<Vec<_>>>()?;
    if facts.may_lose_rows {
        require_found(connection, insertion, key.0.name, &values)?;
    }
    Ok(())
}

/// Fails if the table has no row with one of the values in the column.
fn require_found(
    connection: &Connection,
    insertion: &Insertion,
    column: &str,
    values: &[impl ToSql],
) -> Result<()> {
    let (table, name) = (quoted(&insertion.table), quoted(column));
    let find = format!("SELECT 1 FROM {table} WHERE {name} = ?");
    let mut find = connection.prepare_cached(&find)?;
    for value in values {
        if !find.exists([value])? {
            return Err(insertion.lost_error());
        }
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A savepoint for one statement; outside a transaction it is one. It is rolled back when it is dropped.
struct Savepoint<'c>(&'c Connection);

impl<'c> Savepoint<'c> {
    fn begin(connection: &'c Connection) -> Result<Self> {
        connection
            .prepare_cached("SAVEPOINT all_or_none")?
            .execute([])?;
        Ok(Self(connection))
    }

    fn release(self) -> Result<()> {
        self.0.prepare_cached("RELEASE all_or_none")?.execute([])?;
        std::mem::forget(self);
        Ok(())
    }
}

impl Drop for Savepoint<'_> {
    fn drop(&mut self) {
        // An error such as a full disk has ended the whole transaction. If the rollback fails, the transaction stays open,
        // and the connection is rolled back or closed when it is released.
        if !self.0.is_autocommit() {
            let undo = "ROLLBACK TO all_or_none; RELEASE all_or_none";
            let _ = self.0.execute_batch(undo);
        }
    }
}
