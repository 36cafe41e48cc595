//! What reads rows: queries of one model, projections, joins, pages, relations and hand-written SQL.

pub(crate) mod state;

pub(crate) mod model_query;
mod read_stream;
pub(crate) mod update;

pub(crate) mod select;

pub(crate) mod projection;

pub(crate) mod join;
mod subquery;

pub(crate) mod cursor;
pub(crate) mod page;

pub(crate) mod relation;

pub(crate) mod raw;
