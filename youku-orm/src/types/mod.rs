//! The column types that come with the crate, one family a file.

#[cfg(feature = "chrono")]
mod chrono;
mod column_enum;
#[cfg(feature = "decimal")]
mod decimal;
mod integer;
mod jiff;
#[cfg(feature = "json")]
mod json;
mod simple;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

pub use column_enum::{ColumnEnum, bind_enum, decode_enum};
#[cfg(feature = "decimal")]
#[cfg(feature = "sqlite")]
pub(crate) use decimal::compare_decimals;
#[cfg(feature = "json")]
pub use json::Json;
