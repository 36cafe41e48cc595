//! The column types that come with the crate, one family a file.

pub(crate) mod integer;
pub(crate) mod simple;

pub(crate) mod jiff;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "time")]
mod time;

#[cfg(feature = "decimal")]
pub(crate) mod decimal;
#[cfg(feature = "json")]
pub(crate) mod json;
#[cfg(feature = "uuid")]
mod uuid;
