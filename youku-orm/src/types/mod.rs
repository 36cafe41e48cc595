//! The column types that come with the crate, one family a file.

mod column_enum;
mod integer;
mod simple;

pub use column_enum::{ColumnEnum, decode_enum};
