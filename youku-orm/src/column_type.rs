//! Which Rust types can be columns, and how each is written and read.

use crate::error::Result;
use crate::row::Row;
use crate::value::{Bind, Value};

/// The family of SQL types a column belongs to; each database has its own name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// True or false.
    Boolean,
    /// A signed integer of that many bits.
    Signed(u8),
    /// An unsigned integer of that many bits.
    Unsigned(u8),
    /// A 32-bit float.
    Single,
    /// A 64-bit float.
    Double,
    /// Text, compared by code point.
    Text,
    /// Bytes.
    Bytes,
    /// An instant in UTC with microseconds.
    Timestamp,
}

/// A type that one column can hold, never NULL.
///
/// Implemented for the integers, floats, `bool`, `String`, `Vec<u8>`, [`Timestamp`](crate::Timestamp)
/// and [`Id<M>`](crate::Id); `#[derive(ColumnEnum)]` implements it for an enum. A nullable column
/// is an `Option` of such a type and nothing else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a column type",
    note = "help: use an integer, a float, `bool`, `String`, `Vec<u8>`, `Timestamp`, `Id<M>`, or an `Option` of one; an enum needs `#[derive(ColumnEnum)]`"
)]
pub trait ColumnType: Sized + Send + Sync + 'static {
    /// The SQL family of the column.
    const KIND: ColumnKind;

    /// Reads the cell at `index`.
    ///
    /// # Errors
    /// A decode error when the cell holds something else.
    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self>;

    /// Writes the value as the next one of a statement.
    fn bind<B: Bind>(&self, to: &mut B);

    /// The value as it is bound; a type that owns its bytes gives them away.
    fn into_value(self) -> Value {
        let mut value = Value::Null;
        self.bind(&mut value);
        value
    }
}

/// What a column's type says about the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeInfo {
    /// The SQL family.
    pub kind: ColumnKind,
    /// Whether the column takes NULL.
    pub nullable: bool,
}

/// The type of a model's field: a [`ColumnType`], or an `Option` of one for a nullable column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a column type",
    note = "help: use an integer, a float, `bool`, `String`, `Vec<u8>`, `Timestamp`, `Id<M>`, or an `Option` of one; an enum needs `#[derive(ColumnEnum)]`"
)]
pub trait ColumnValue: Sized + Send + Sync + 'static {
    /// The type without its `Option`.
    type Inner: ColumnType;
    /// Kind and nullability of the column.
    const INFO: TypeInfo;

    /// Reads the cell at `index`.
    ///
    /// # Errors
    /// A decode error when the cell holds something else.
    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self>;

    /// Writes the value as the next one of a statement.
    fn bind<B: Bind>(&self, to: &mut B);

    /// The value as it is bound.
    fn into_value(self) -> Value;
}

impl<T: ColumnType> ColumnValue for T {
    type Inner = T;
    const INFO: TypeInfo = TypeInfo {
        kind: T::KIND,
        nullable: false,
    };

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        <T as ColumnType>::decode(row, index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        ColumnType::bind(self, to);
    }

    fn into_value(self) -> Value {
        ColumnType::into_value(self)
    }
}

impl<T: ColumnType> ColumnValue for Option<T> {
    type Inner = T;
    const INFO: TypeInfo = TypeInfo {
        kind: T::KIND,
        nullable: true,
    };

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        if row.is_null(index)? {
            Ok(None)
        } else {
            <T as ColumnType>::decode(row, index).map(Some)
        }
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match self {
            Some(value) => ColumnType::bind(value, to),
            None => to.null(),
        }
    }

    fn into_value(self) -> Value {
        self.map_or(Value::Null, ColumnType::into_value)
    }
}

/// A type that can be a primary key.
///
/// Floats are not: equality of a key must be exact.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "help: use `Id<…>`, an integer, `String` or `Vec<u8>`"
)]
pub trait Key: ColumnType + Clone + PartialEq {}

/// A primary key that the database counts up by itself.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an `auto` key",
    label = "not an integer",
    note = "help: `auto` needs an integer or `Id<…>`; drop `auto` and set the key yourself"
)]
pub trait AutoKey: Key {
    /// The key the database made. A number that does not fit saturates at the type's maximum;
    /// the database has refused the row before that happens.
    fn from_generated(key: u64) -> Self;
}
