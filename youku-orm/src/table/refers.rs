//! References: columns that hold the key of a row of another table.

use crate::table::facts::Table;
use crate::table::id::Id;
use crate::types::column_type::ColumnType;
use crate::types::reference::Reference;

impl Reference {
    /// The primary key of `N`.
    pub fn to<N: Table>() -> Self {
        Self {
            table: N::TABLE,
            column: N::COLUMNS[N::KEY].name,
        }
    }
}

/// A column type whose values can be keys of `N`: `Id<N>` is for `N` alone, any other key type for
/// each model with such a key.
#[diagnostic::on_unimplemented(
    message = "a column of `{Self}` does not refer to `{N}`",
    label = "its type is not the key of `{N}`",
    note = "help: write the type `Id<{N}>`, or load with a column that refers to `{N}`"
)]
pub trait Refers<N>: ColumnType {}

impl<N: Table> Refers<N> for Id<N> {}

macro_rules! refers {
    ($($key:ty)*) => {$(impl<N: Table> Refers<N> for $key where $key: KeyIs<N::Key> {})*};
}
refers!(i8 i16 i32 i64 u8 u16 u32 u64 String Vec<u8>);
#[cfg(feature = "uuid")]
refers!(uuid::Uuid);

/// The type of a column that refers to a model with a key of type `K`: the same.
#[diagnostic::on_unimplemented(
    message = "a reference has the type of the key that it refers to",
    label = "the key is `{K}`, and this column is `{Self}`",
    note = "help: write the type `{K}`"
)]
pub trait KeyIs<K> {}

impl<K> KeyIs<K> for K {}

/// The reference to `N` of a column of type `T`; called by generated code.
pub const fn reference<N: Table, T: KeyIs<N::Key>>() -> fn() -> Reference {
    Reference::to::<N>
}
