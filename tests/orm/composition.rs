//! Parts of queries that are put together: optional conditions, executors that are passed on, functions and SQL fragments.

mod executors;
mod optional;

mod fragments;
mod texts;

mod functions;

mod selections;
