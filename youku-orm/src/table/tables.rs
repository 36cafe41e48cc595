//! The tables of several models, as `create_tables`, `sync` and `check` take them.

use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;

/// One table as its model describes it.
#[derive(Debug, Clone, Copy)]
pub struct TableInfo {
    /// The table's name.
    pub name: &'static str,
    /// The columns in the order of the struct's fields.
    pub columns: &'static [ColumnInfo],
}

/// A model, or a tuple of up to sixteen.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a model nor a tuple of models",
    label = "not a model",
    note = "help: put `#[derive(Model)]` on the struct"
)]
pub trait Tables {
    /// What the models say about their tables, in order.
    fn tables() -> Vec<TableInfo>;
}

impl<M: Table> Tables for M {
    fn tables() -> Vec<TableInfo> {
        vec![TableInfo {
            name: M::TABLE,
            columns: M::COLUMNS,
        }]
    }
}

/// Implements [`Tables`] for a tuple of these models, and for every shorter one.
macro_rules! tables {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first: Table, $($rest: Table),*> Tables for ($first, $($rest,)*) {
            fn tables() -> Vec<TableInfo> {
                [$first::tables(), $($rest::tables()),*].concat()
            }
        }
        tables!($($rest)*);
    };
}
tables!(A B C D E F G H I J K L M N O P);
