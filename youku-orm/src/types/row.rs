//! Rows that a database returns: cells are read by index, without a value type in between.

pub(crate) mod by_name;
pub(crate) mod of_values;
pub(crate) mod renumbered;

use jiff::civil::{Date, DateTime, Time};

use crate::error::{Error, Result};
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnValue;

/// One row of a result, read cell by cell.
///
/// Each driver implements it for its own row, so a model's `decode` is compiled once per driver
/// and reads the driver's memory directly. Every reader returns a decode error that names the
/// column when the cell holds something else, NULL included, or when the row has fewer cells.
/// A text or a byte string may be moved out of the row: read every cell once.
pub trait Row: sealed::Sealed {
    /// Whether the cell is NULL.
    fn is_null(&mut self, index: usize) -> Result<bool>;
    /// Reads a signed integer.
    fn integer(&mut self, index: usize) -> Result<i64>;
    /// Reads an unsigned integer.
    fn unsigned(&mut self, index: usize) -> Result<u64>;
    /// Reads a floating point number; an integer cell is converted.
    fn double(&mut self, index: usize) -> Result<f64>;
    /// Reads text and takes it out of the row where the driver owns it.
    fn text(&mut self, index: usize) -> Result<String>;
    /// Reads text in place.
    fn str(&mut self, index: usize) -> Result<&str>;
    /// Reads bytes and takes them out of the row where the driver owns them.
    fn bytes(&mut self, index: usize) -> Result<Vec<u8>>;
    /// Reads an exact number as its text: digits, perhaps with a sign and a decimal point. A float is
    /// not an exact number.
    fn decimal(&mut self, index: usize) -> Result<String>;
    /// Reads a day. A cell with a time of day other than midnight is not a day.
    fn date(&mut self, index: usize) -> Result<Date>;
    /// Reads a time of day.
    fn time(&mut self, index: usize) -> Result<Time>;
    /// Reads a day and a time of day; those of an instant are in UTC.
    fn datetime(&mut self, index: usize) -> Result<DateTime>;
    /// The column's name in the result, or `#` and the index if the result has fewer columns.
    fn name(&self, index: usize) -> String;

    /// Reads a cell as any column type, `Option` included.
    fn get<T: ColumnValue>(&mut self, index: usize) -> Result<T>
    where
        Self: Sized,
    {
        T::decode(self, index)
    }

    /// The error for a cell that is not a `wanted`.
    fn mismatch(&self, index: usize, wanted: &str, found: &str) -> Error {
        Error::decode(&self.name(index), wanted, found)
    }
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// What a row of a query can be decoded into: a model, a tuple of columns, or one column.
///
/// Models are matched by column name in raw SQL; tuples and single values go by position.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    note = "help: use a `#[derive(Model)]` struct, a tuple of column types, or one column type; for one cell that may be NULL write a tuple, `(Option<i64>,)`"
)]
pub trait FromRow: Sized + Send + 'static {
    /// The columns to look for by name, or `None` to read by position.
    const COLUMNS: Option<&'static [ColumnInfo]>;

    /// Reads one row.
    ///
    /// # Errors
    /// A decode error when a cell does not fit.
    fn from_row<R: Row>(row: &mut R) -> Result<Self>;
}

/// Lets rows of one column be read as these column types.
macro_rules! single {
    ($($ty:ty),* $(,)?) => {$(
        impl $crate::types::row::FromRow for $ty {
            const COLUMNS: Option<&'static [$crate::types::column_info::ColumnInfo]> = None;
            fn from_row<R: $crate::types::row::Row>(row: &mut R) -> $crate::error::Result<Self> {
                row.get(0)
            }
        }
    )*};
}
pub(crate) use single;

single!(
    u8,
    u16,
    u32,
    u64,
    i8,
    i16,
    i32,
    i64,
    f32,
    f64,
    bool,
    String,
    Vec<u8>,
);

macro_rules! tuple {
    ($($name:ident $index:tt),*) => {
        impl<$($name: ColumnValue),*> FromRow for ($($name,)*) {
            const COLUMNS: Option<&'static [ColumnInfo]> = None;
            fn from_row<R: Row>(row: &mut R) -> Result<Self> {
                Ok(($(row.get::<$name>($index)?,)*))
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
