//! Which queries may update and delete.

/// A query that only reads: made by [`Model::query`](crate::Model::query), or with `limit` or `offset`.
#[derive(Debug, Clone, Copy)]
pub enum ReadOnly {}

/// A query that may also update and delete: made by [`Model::filter`](crate::Model::filter) or
/// [`Query::every_row`](crate::Query::every_row).
#[derive(Debug, Clone, Copy)]
pub enum Writable {}

/// The state of a [`Query`](crate::Query) in which it may update and delete.
#[diagnostic::on_unimplemented(
    message = "this query only reads",
    label = "`query()`, `limit` and `offset` make queries that only read",
    note = "help: begin an update or delete with `Model::filter(…)`, such as `User::filter(…)`, or say `.every_row()` if every row of the table is meant"
)]
pub trait MayWrite {}

impl MayWrite for Writable {}
