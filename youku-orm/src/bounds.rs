//! The traits in the bounds of this crate's methods. A program that calls these methods does not have to name them; a generic
//! function of your own over models may.
//!
//! | trait | is implemented for |
//! |---|---|
//! | [`IntoOperand<T>`](IntoOperand) | what a column of `T` can be compared with: `T`, `&T`, `&str` for `String`, `&[u8]` for `Vec<u8>` |
//! | [`IntoExpr<M, T>`](IntoExpr) | the same, and the columns and expressions of `M` that hold a `T` |
//! | [`IntoColumn<T>`](IntoColumn) | what a new row's column of `T` can be set to: `T`, without the `Some` for an `Option`, `&str` for `String` |
//! | [`IntoAssignment<M, T>`](IntoAssignment) | the same, and the columns and expressions of `M` that hold a `T` |
//! | [`IntoOrder<M>`](IntoOrder) | what a query can be ordered by: an [`Order`](crate::Order), or a column or an expression of `M` |
//! | [`IntoValue`] | what hand-written SQL can bind: every column type, an `Option` of it, `&str`, `&[u8]` |
//! | [`MaySet`] | the kinds of columns that `set` can change in an existing row: [`Plain`](crate::Plain) |
//! | [`MayWrite`] | the states of a query that can update and delete: [`Writable`](crate::Writable) |
//! | [`Number`], [`Integer`], [`Float`] | numbers, with which SQL can calculate: `%` needs an integer, `round` a float |
//! | [`HasDate`], [`HasTime`] | the types whose `year` and `hour` SQL can extract |
//! | [`SqlArguments<M>`](SqlArguments), [`SqlArgument<M>`](SqlArgument) | what a `{}` in [`Expr::sql`](crate::Expr::sql) can stand for |
//! | [`Searchable`] | `String`, in which `like`, `contains` and the like can search |
//! | [`Selectable`] | a column or an expression of a model of the query |
//! | [`Selection`] | the same, and a tuple of up to eight |
//! | [`Source`] | what a query reads from: a tuple of up to three sides |
//! | [`Side`] | a model, or a model that is [`Left`](crate::Left) out where it has no row |
//! | [`Has<M, Position>`](Has) | a [`Source`] with the model `M`, [`At`] that position |
//! | [`IsModel<M>`](IsModel) | `M` alone |
//! | [`Refers<N>`](Refers) | the types of columns that can refer to `N`: `Id<N>`, or the type of its key |
//! | [`KeyIs<K>`](KeyIs) | `K` alone: a column that refers to a model has the type of its key |
//! | [`JoinsWith<T>`](JoinsWith) | `T` alone: two columns are joined if they hold one type |
//! | [`Columns<M>`](Columns) | a column of `M`, or a tuple of up to eight: the target of an upsert |
//! | [`Inserted<M>`](Inserted) | `M`, `Option<M>` and `Vec<M>`: the results of an insert |

pub use crate::expr::column::MaySet;
pub use crate::expr::functions::number::{Float, Integer, Number};
pub use crate::expr::functions::time::{HasDate, HasTime};
pub use crate::expr::functions::written::{SqlArgument, SqlArguments};
pub use crate::expr::on::JoinsWith;
pub use crate::expr::operand::{IntoAssignment, IntoColumn, IntoExpr, IntoOperand, IntoValue};
pub use crate::expr::order::IntoOrder;
pub use crate::expr::search::Searchable;
pub use crate::expr::selection::{Selectable, Selection};
pub use crate::expr::source::{At, Has, IsModel, Side, Source};
pub use crate::query::state::MayWrite;
pub use crate::table::refers::{KeyIs, Refers};
pub use crate::write::insert::Inserted;
pub use crate::write::upsert::Columns;
