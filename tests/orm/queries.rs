//! Queries, from a filter to a stream of joined rows, and hand-written SQL.

mod enums;
mod filters;
mod patterns;

mod counting;
mod ordering;

mod projections;

mod derived_projections;
mod joins;
mod relations;

mod pages;
mod streams;

mod raw_sql;
