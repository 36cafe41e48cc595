//! What a query reads from: one model, or several that are joined.

use std::marker::PhantomData;

use crate::error::Result;
use crate::sql::fragment::Fragment;
use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnValue;
use crate::types::row::renumbered::{Positions, Renumbered};
use crate::types::row::{FromRow, Row};

/// The right side of a left join: rows of `M` that may be missing.
#[derive(Debug, Clone, Copy)]
pub struct Left<M>(PhantomData<fn() -> M>);

/// One side of a join: a model, or a model that may be [`Left`] out.
pub trait Side: 'static {
    /// The model.
    type Model: Table;
    /// What a row of this side is read as: the model, or an `Option` of it.
    type Row: Send + 'static;
    /// What a column of type `T` of this side is read as: `T`, or an `Option`.
    type Cell<T: ColumnValue>: ColumnValue;

    #[doc(hidden)]
    fn decode<R: Row>(row: &mut Renumbered<'_, R>) -> Result<Self::Row>;
}

impl<M: Table> Side for M {
    type Model = M;
    type Row = M;
    type Cell<T: ColumnValue> = T;

    fn decode<R: Row>(row: &mut Renumbered<'_, R>) -> Result<M> {
        M::decode(row)
    }
}

impl<M: Table> Side for Left<M> {
    type Model = M;
    type Row = Option<M>;
    type Cell<T: ColumnValue> = Option<T::Inner>;

    fn decode<R: Row>(row: &mut Renumbered<'_, R>) -> Result<Option<M>> {
        // A key is never NULL, so a NULL there means that no row was joined.
        if row.is_null(M::KEY)? {
            Ok(None)
        } else {
            M::decode(row).map(Some)
        }
    }
}

/// The `N`th side of a join, counted from 0.
#[derive(Debug, Clone, Copy)]
pub enum At<const N: usize> {}

/// A query over these sides can use the columns of `M`; `Position` is found by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{M}` is not part of this query",
    label = "not part of this query",
    note = "help: use a column of the query's own model, or `.join(…)` the other model first"
)]
pub trait Has<M, Position>: Source {
    /// The side that is `M`.
    type Side: Side<Model = M>;
}

/// The model of a filter, an order or a column in a query over `M`: the same.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not part of this query, which is over `{M}`",
    label = "of `{Self}`, and the query is over `{M}`",
    note = "help: use a column of `{M}`, or `.join(…)` `{Self}` first"
)]
pub trait IsModel<M> {}

impl<M> IsModel<M> for M {}

/// The sides of a query, as a tuple.
pub trait Source: Sized + 'static {
    /// What a whole row is read as.
    type Row: Send + 'static;

    #[doc(hidden)]
    fn tables() -> Vec<(&'static str, &'static [ColumnInfo])>;

    #[doc(hidden)]
    fn decode<R: Row>(row: &mut R) -> Result<Self::Row>;
}

/// The qualified columns of all sides.
pub(crate) fn columns<J: Source>() -> Vec<Fragment> {
    let of_side = |(table, columns): (&'static str, &'static [ColumnInfo])| {
        let qualified = columns.iter();
        qualified.map(move |column| Fragment::column(table, column.name))
    };
    J::tables().into_iter().flat_map(of_side).collect()
}

/// A whole row of a join.
pub(crate) struct WholeRow<J: Source>(pub(crate) J::Row);

impl<J: Source> FromRow for WholeRow<J> {
    const COLUMNS: Option<&'static [ColumnInfo]> = None;

    fn from_row<R: Row>(row: &mut R) -> Result<Self> {
        J::decode(row).map(Self)
    }
}

macro_rules! sources {
    ($($name:ident)+) => {
        impl<$($name: Side),+> Source for ($($name,)+) {
            type Row = ($($name::Row,)+);

            fn tables() -> Vec<(&'static str, &'static [ColumnInfo])> {
                vec![$((<$name::Model as Table>::TABLE, <$name::Model as Table>::COLUMNS)),+]
            }

            fn decode<R: Row>(row: &mut R) -> Result<Self::Row> {
                let mut start = 0;
                Ok(($({
                    let positions = Positions::From(start);
                    let side = $name::decode(&mut Renumbered { row: &mut *row, positions })?;
                    start += <$name::Model as Table>::COLUMNS.len();
                    let _ = start;
                    side
                },)+))
            }
        }
    };
}
sources!(A);
sources!(A B);
sources!(A B C);

// Each side is implemented for its own type and not for `Side::Model`. So a model that is not a side has no
// implementation at all, and rustc shows our message instead of reporting an implementation that does not fit.
macro_rules! has {
    ($model:ident as $side:ty, at $position:literal in ($($all:ty),+), with ($($other:ident),*)) => {
        impl<$model: Table, $($other: Side),*> Has<$model, At<$position>> for ($($all,)+) {
            type Side = $side;
        }
    };
}
has!(A as A, at 0 in (A), with ());
has!(A as A, at 0 in (A, B), with (B));
has!(B as B, at 1 in (A, B), with (A));
has!(B as Left<B>, at 1 in (A, Left<B>), with (A));
has!(A as A, at 0 in (A, B, C), with (B, C));
has!(B as B, at 1 in (A, B, C), with (A, C));
has!(B as Left<B>, at 1 in (A, Left<B>, C), with (A, C));
has!(C as C, at 2 in (A, B, C), with (A, B));
has!(C as Left<C>, at 2 in (A, B, Left<C>), with (A, B));
