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

/// A model, or a tuple of up to thirty-two.
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

macro_rules! tables {
    ($($name:ident)*) => {
        impl<$($name: Table),*> Tables for ($($name,)*) {
            fn tables() -> Vec<TableInfo> {
                vec![$(TableInfo { name: $name::TABLE, columns: $name::COLUMNS }),*]
            }
        }
    };
}
tables!(A);
tables!(A B);
tables!(A B C);
tables!(A B C D);
tables!(A B C D E);
tables!(A B C D E F);
tables!(A B C D E F G);
tables!(A B C D E F G H);
tables!(A B C D E F G H I);
tables!(A B C D E F G H I J);
tables!(A B C D E F G H I J K);
tables!(A B C D E F G H I J K L);
tables!(A B C D E F G H I J K L M);
tables!(A B C D E F G H I J K L M N);
tables!(A B C D E F G H I J K L M N O);
tables!(A B C D E F G H I J K L M N O P);
tables!(A B C D E F G H I J K L M N O P Q);
tables!(A B C D E F G H I J K L M N O P Q R);
tables!(A B C D E F G H I J K L M N O P Q R S);
tables!(A B C D E F G H I J K L M N O P Q R S T);
tables!(A B C D E F G H I J K L M N O P Q R S T U);
tables!(A B C D E F G H I J K L M N O P Q R S T U V);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1 D1);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1 D1 E1);
tables!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z A1 B1 C1 D1 E1 F1);
