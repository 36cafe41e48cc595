//! Rows about events: who wants to know of them, and what each has yet to be told.

pub(crate) mod subscriber;

pub(crate) mod event;
