//! Values on their way into a statement.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

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
    /// A day.
    Date(Date),
    /// A time of day, stored with microseconds.
    Time(Time),
    /// A day and a time of day, stored with microseconds; an instant is one in UTC.
    DateTime(DateTime),
    /// What no column holds: the statement that binds it fails with this text.
    Unstorable(&'static str),
}

impl Value {
    /// About how many bytes it takes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
            _ => 16,
        }
    }

    /// Refuses what one of the two databases cannot store.
    #[inline]
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Value::F64(number) if !number.is_finite() => Err(Error::usage(
                "NaN and infinity cannot be stored; use `Option<f64>` with `None` for a missing number",
            )),
            Value::Date(date) => check_year(date.year()),
            Value::DateTime(at) => check_year(at.year()),
            Value::Unstorable(why) => Err(Error::usage(*why)),
            _ => Ok(()),
        }
    }
}

/// MySQL's dates end there, and the texts of SQLite keep the order of time no further.
fn check_year(year: i16) -> Result<()> {
    match year {
        1..=9999 => Ok(()),
        _ => Err(Error::usage(
            "a date or an instant must lie in the years 1 to 9999",
        )),
    }
}

/// What is truncated, because neither database stores it. It is truncated here and not by the database, so that the row that
/// a write gives back is the one in the table.
fn finer_than_stored(nanosecond: i32) -> Option<SignedDuration> {
    let finer = nanosecond % 1_000;
    (finer != 0).then(|| SignedDuration::from_nanos(finer.into()))
}

/// The values of one row.
pub type Values = Vec<Value>;

/// A row of these values, with room for the key that the database makes.
pub fn values<const N: usize>(values: [Value; N]) -> Values {
    let mut row = Vec::with_capacity(N + 1);
    row.extend(values);
    row
}

/// Where the values of a row are written to, one call a column, in the order of the statement.
///
/// `#[derive(Model)]` and [`ColumnType`](crate::ColumnType) call it; a program has no need to.
pub trait Bind {
    /// Binds a value of any kind.
    fn value(&mut self, value: Value);

    /// Binds NULL.
    fn null(&mut self) {
        self.value(Value::Null);
    }

    /// Binds a signed integer.
    fn integer(&mut self, value: i64) {
        self.value(Value::I64(value));
    }

    /// Binds an unsigned integer.
    fn unsigned(&mut self, value: u64) {
        self.value(Value::U64(value));
    }

    /// Binds a floating point number.
    fn double(&mut self, value: f64) {
        self.value(Value::F64(value));
    }

    /// Binds text.
    fn text(&mut self, value: &str) {
        self.value(Value::Text(value.to_owned()));
    }

    /// Binds bytes.
    fn bytes(&mut self, value: &[u8]) {
        self.value(Value::Bytes(value.to_vec()));
    }

    /// Binds a day.
    fn date(&mut self, value: Date) {
        self.value(Value::Date(value));
    }

    /// Binds a time of day. Digits finer than microseconds are truncated.
    fn time(&mut self, value: Time) {
        let finer = finer_than_stored(value.subsec_nanosecond());
        self.value(Value::Time(
            finer.map_or(value, |finer| value.saturating_sub(finer)),
        ));
    }

    /// Binds a day and a time of day; an instant is bound in UTC. Digits finer than microseconds are truncated.
    fn datetime(&mut self, value: DateTime) {
        let finer = finer_than_stored(value.subsec_nanosecond());
        self.value(Value::DateTime(
            finer.map_or(value, |finer| value.saturating_sub(finer)),
        ));
    }

    /// Makes the statement fail with this text: the value is one that no column holds.
    fn refuse(&mut self, why: &'static str) {
        self.value(Value::Unstorable(why));
    }
}

impl Bind for Vec<Value> {
    fn value(&mut self, value: Value) {
        self.push(value);
    }
}

impl Bind for Value {
    fn value(&mut self, value: Value) {
        *self = value;
    }
}
