//! The traits in the bounds of this crate's methods. A program that calls these methods does not have to name them; a generic
//! function of your own over models may.
//!
//! | trait | is implemented for |
//! |---|---|
//! | [`IntoOperand`], [`IntoExpr`] | what a column can be compared with |
//! | [`IntoColumn`], [`IntoAssignment`], [`IntoValue`] | what a column can be set to, and what hand-written SQL can bind |
//! | [`MaySet`], [`MayWrite`] | columns that can be set, and queries that can update and delete |
//! | [`Number`], [`Searchable`] | the types of columns that SQL can calculate with, and search |
//! | [`Selectable`], [`Selection`] | what a query can select |
//! | [`Source`], [`Side`], [`Has`], [`IsModel`] | what a query reads from, and which models belong to it |
//! | [`Refers`], [`KeyIs`], [`JoinsWith`] | columns that refer to a model, and pairs of columns to join on |
//! | [`Columns`], [`Inserted`] | the target of an upsert, and the result of an insert |

pub use crate::expr::column::MaySet;
pub use crate::expr::expression::Number;
pub use crate::expr::on::JoinsWith;
pub use crate::expr::operand::{IntoAssignment, IntoColumn, IntoExpr, IntoOperand, IntoValue};
pub use crate::expr::search::Searchable;
pub use crate::expr::selection::{Selectable, Selection};
pub use crate::expr::source::{At, Has, IsModel, Side, Source};
pub use crate::query::model_query::MayWrite;
pub use crate::table::refers::{KeyIs, Refers};
pub use crate::write::insert::Inserted;
pub use crate::write::upsert::Columns;
