//! Values on their way into a statement.

use crate::Timestamp;
use crate::error::{Error, Result};

/// One value to bind to a `?` of a statement.
///
/// Only values that go *to* the database take this form; rows are decoded without it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A signed integer; `bool` is 0 or 1.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A floating point number; NaN and the infinities are refused when the statement runs.
    F64(f64),
    /// Text, UTF-8.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// An instant, stored in UTC with microseconds.
    Timestamp(Timestamp),
}

impl Value {
    /// Refuses what one of the two databases cannot store.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Value::F64(number) if !number.is_finite() => Err(Error::usage(
                "NaN and infinity cannot be stored; use `Option<f64>` with `None` for a missing number",
            )),
            Value::Timestamp(at) => {
                let year = at.to_zoned(jiff::tz::TimeZone::UTC).year();
                match year {
                    1..=9999 => Ok(()),
                    _ => Err(Error::usage("a timestamp must lie in the years 1 to 9999")),
                }
            }
            _ => Ok(()),
        }
    }
}

/// Where the values of a row are written to, one call a column, in the order of the statement.
///
/// `#[derive(Model)]` and [`ColumnType`](crate::ColumnType) call it; a program has no need to.
pub trait Bind {
    /// Binds NULL.
    fn null(&mut self);
    /// Binds a signed integer.
    fn integer(&mut self, value: i64);
    /// Binds an unsigned integer.
    fn unsigned(&mut self, value: u64);
    /// Binds a floating point number.
    fn double(&mut self, value: f64);
    /// Binds text.
    fn text(&mut self, value: &str);
    /// Binds bytes.
    fn bytes(&mut self, value: &[u8]);
    /// Binds an instant.
    fn timestamp(&mut self, value: Timestamp);
}

macro_rules! bind_values {
    ($target:ty, |$self:ident, $value:ident| $put:expr) => {
        impl Bind for $target {
            fn null(&mut self) {
                self.put(Value::Null);
            }
            fn integer(&mut self, value: i64) {
                self.put(Value::I64(value));
            }
            fn unsigned(&mut self, value: u64) {
                self.put(Value::U64(value));
            }
            fn double(&mut self, value: f64) {
                self.put(Value::F64(value));
            }
            fn text(&mut self, value: &str) {
                self.put(Value::Text(value.to_owned()));
            }
            fn bytes(&mut self, value: &[u8]) {
                self.put(Value::Bytes(value.to_vec()));
            }
            fn timestamp(&mut self, value: Timestamp) {
                self.put(Value::Timestamp(value));
            }
        }

        impl Put for $target {
            fn put(&mut $self, $value: Value) {
                $put
            }
        }
    };
}

trait Put {
    fn put(&mut self, value: Value);
}

bind_values!(Vec<Value>, |self, value| self.push(value));
bind_values!(Value, |self, value| *self = value);
