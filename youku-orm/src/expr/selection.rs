//! What a query can select: columns, expressions and tuples of them.

use crate::expr::column::Column;
use crate::expr::expression::{Calculated, Counted, Expr};
use crate::expr::source::{Has, Side};
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;

/// One thing that a query over `J` can select or group by: a [`Column`] or an [`Expr`]. It is read as a
/// `Cell`, which the compiler finds, as it finds the `Position`.
///
/// A column of a left-joined model is read as an `Option`, and so is what is calculated from its columns; numbers of rows are not.
#[diagnostic::on_unimplemented(
    message = "this query cannot select `{Self}`",
    label = "neither a column nor an expression",
    note = "help: select a column such as `User::USERNAME`, an expression, or a tuple of up to eight"
)]
pub trait Selectable<J, Position, Cell> {
    #[doc(hidden)]
    fn select(self) -> Fragment;
}

// `Cell` is a type parameter, not an associated type of the trait: rustc resolves an associated type
// separately, and would report a missing implementation a second time.
impl<J, M: Table, T: ColumnValue, Kind, Position>
    Selectable<J, Position, <J::Side as Side>::Cell<T>> for Column<M, T, Kind>
where
    J: Has<M, Position>,
{
    fn select(self) -> Fragment {
        self.fragment()
    }
}

impl<J, M: Table, T: ColumnValue, Position> Selectable<J, Position, <J::Side as Side>::Cell<T>>
    for Expr<M, T, Calculated>
where
    J: Has<M, Position>,
{
    fn select(self) -> Fragment {
        self.into_fragment()
    }
}

impl<J, M: Table, T: ColumnValue, Position> Selectable<J, Position, T> for Expr<M, T, Counted>
where
    J: Has<M, Position>,
{
    fn select(self) -> Fragment {
        self.into_fragment()
    }
}

/// What a query over `J` reads: one column or expression, or a tuple of up to eight. Each row of the
/// database is read as `Raw`, and becomes a `Row`: a cell, or a tuple.
#[diagnostic::on_unimplemented(
    message = "this query cannot select `{Self}`",
    label = "neither a column nor an expression",
    note = "help: select a column such as `User::USERNAME`, an expression, or a tuple of up to eight"
)]
pub trait Selection<J, Positions, Raw, Row> {
    #[doc(hidden)]
    fn fragments(self) -> Vec<Fragment>;
    #[doc(hidden)]
    fn row(raw: Raw) -> Row;
}

macro_rules! single {
    ($name:ident $(, $kind:ident)?) => {
        impl<J, M, T, $($kind,)? Position, Cell> Selection<J, Position, (Cell,), Cell>
            for $name<M, T, $($kind)?>
        where
            Self: Selectable<J, Position, Cell>,
        {
            fn fragments(self) -> Vec<Fragment> {
                vec![self.select()]
            }

            fn row(raw: (Cell,)) -> Cell {
                raw.0
            }
        }
    };
}
single!(Column, Kind);
single!(Expr, Kind);

macro_rules! tuple {
    ($first:ident $first_position:ident $first_cell:ident $($name:ident $position:ident $cell:ident)*) => {
        impl<J, $first, $first_position, $first_cell, $($name, $position, $cell),*>
            Selection<
                J,
                ($first_position, $($position,)*),
                ($first_cell, $($cell,)*),
                ($first_cell, $($cell,)*),
            > for ($first, $($name,)*)
        where
            $first: Selectable<J, $first_position, $first_cell>,
            $($name: Selectable<J, $position, $cell>,)*
        {
            #[expect(non_snake_case, reason = "a type parameter names its own value")]
            fn fragments(self) -> Vec<Fragment> {
                let ($first, $($name,)*) = self;
                vec![$first.select(), $($name.select()),*]
            }

            fn row(raw: ($first_cell, $($cell,)*)) -> ($first_cell, $($cell,)*) {
                raw
            }
        }
    };
}
tuple!(A PA CA);
tuple!(A PA CA B PB CB);
tuple!(A PA CA B PB CB C PC CC);
tuple!(A PA CA B PB CB C PC CC D PD CD);
tuple!(A PA CA B PB CB C PC CC D PD CD E PE CE);
tuple!(A PA CA B PB CB C PC CC D PD CD E PE CE F PF CF);
tuple!(A PA CA B PB CB C PC CC D PD CD E PE CE F PF CF G PG CG);
tuple!(A PA CA B PB CB C PC CC D PD CD E PE CE F PF CF G PG CG H PH CH);
