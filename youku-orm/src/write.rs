//! What writes rows: inserts of one and of many, upserts, and updates and deletes of one row.

pub(crate) mod row;

pub(crate) mod batch;
pub(crate) mod insert;
pub(crate) mod upsert;
