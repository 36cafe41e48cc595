//! Writes of one row, of many rows, and of the rows that a query matches.

mod crud;
mod keys;
mod left_out;
mod triggers;
mod undone;
mod updates;
mod versions;

mod ignored;
mod insert_many;

mod refused_upserts;
mod upserts;

mod counted_writes;
