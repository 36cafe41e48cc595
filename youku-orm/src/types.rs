//! What a column holds: Rust types as columns, values on their way into a statement, rows on their way out.
//!
//! Knows neither tables nor SQL text.

pub(crate) mod column_type;

pub(crate) mod supported;

pub(crate) mod column_enum;

pub(crate) mod reference;

pub(crate) mod column_info;

pub(crate) mod value;

pub(crate) mod row;

pub(crate) mod time_text;
