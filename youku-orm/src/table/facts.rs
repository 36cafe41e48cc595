//! What `#[derive(Model)]` writes down about a struct: facts about one table, and no behaviour.

use crate::error::Result;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::{ColumnKind, Key};
use crate::types::row::{FromRow, Row};
use crate::types::value::{Bind, Value};

/// The facts about a struct that is a table, written by `#[derive(Model)]`.
///
/// [`Model`](crate::Model), which every table implements, has the methods that run statements.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "help: put `#[derive(Model)]` on the struct"
)]
pub trait Table: Sized + Send + 'static {
    /// The type of the primary key.
    type Key: Key;
    /// The struct of a row that is not in the table yet.
    type New: Insertable<Model = Self>;

    /// The table's name.
    const TABLE: &'static str;
    /// The columns, in the order of the struct's fields.
    const COLUMNS: &'static [ColumnInfo];
    /// The index of the primary key in [`COLUMNS`](Self::COLUMNS).
    const KEY: usize;
    /// Reads every column of every row.
    const SELECT: &'static str;
    /// Reads every column of the row with one key.
    const FIND: &'static str;
    /// Inserts one row: every column but an `auto` key.
    const INSERT: &'static str;
    /// Writes every column but the key, of the row with one key (and one version).
    const UPDATE: &'static str;
    /// Deletes the row with one key (and one version).
    const DELETE: &'static str;
    /// The index of the version in [`COLUMNS`](Self::COLUMNS), if there is one.
    const VERSION: Option<usize> = version_of(Self::COLUMNS);

    /// The primary key of this row.
    fn key(&self) -> &Self::Key;

    /// Reads a row by index, in the order of [`COLUMNS`](Self::COLUMNS).
    ///
    /// # Errors
    /// A decode error when a cell does not fit its field.
    fn decode<R: Row>(row: &mut R) -> Result<Self>;

    /// Binds the values of the row, in the order of [`COLUMNS`](Self::COLUMNS).
    fn bind<B: Bind>(&self, to: &mut B);

    /// Binds the value of the column at `index` of [`COLUMNS`](Self::COLUMNS). An index beyond the last column binds
    /// nothing.
    fn bind_column<B: Bind>(&self, index: usize, to: &mut B);
}

/// The facts about a row that is not in the table yet; `#[derive(Model)]` on `User` writes them for `NewUser`.
///
/// [`New`](crate::New), which every such struct implements, has the method that inserts it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row of a model",
    label = "not a new row",
    note = "help: `#[derive(Model)]` on `User` writes it: `NewUser`"
)]
pub trait Insertable: Sized + Send + 'static {
    /// The model this becomes.
    type Model: Table<New = Self>;

    /// The values of [`Table::INSERT`], in its order, defaults filled in.
    fn into_values(self) -> Vec<Value>;
}

impl<T: Table> FromRow for T {
    const COLUMNS: Option<&'static [ColumnInfo]> = Some(T::COLUMNS);

    fn from_row<R: Row>(row: &mut R) -> Result<Self> {
        T::decode(row)
    }
}

/// Whether the database makes the keys of this table.
pub(crate) fn has_auto_key<T: Table>() -> bool {
    T::COLUMNS[T::KEY].auto
}

/// The values of a row in the order of [`Table::COLUMNS`].
pub(crate) fn values_of<T: Table>(row: &T) -> Vec<Value> {
    let mut values = Vec::with_capacity(T::COLUMNS.len());
    row.bind(&mut values);
    values
}

/// The value that a row has in the column at that index of [`Table::COLUMNS`]. Nothing else of the row is copied.
pub(crate) fn value_of<T: Table>(row: &T, column: usize) -> Value {
    // An index beyond the last column binds nothing. Such a value must not be taken for NULL.
    let mut value = Value::Unstorable("a model has no such column");
    row.bind_column(column, &mut value);
    value
}

/// The position of the version among these columns.
///
/// # Panics
/// While compiling, for a version that cannot be counted up: nothing would be compared then. The
/// derive reports it before, at the field.
const fn version_of(columns: &[ColumnInfo]) -> Option<usize> {
    let mut position = 0;
    while position < columns.len() {
        let column = &columns[position];
        if column.version {
            let counts = matches!(column.kind, ColumnKind::Unsigned(_));
            assert!(
                counts && !column.nullable,
                "a version is an unsigned integer that is not NULL"
            );
            return Some(position);
        }
        position += 1;
    }
    None
}
