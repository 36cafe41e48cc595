//! Cursors: the position after a row of an ordered query, and its text.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::types::value::Value;

/// The position after a row of an ordered query. Its text (`to_string`, `parse`) can be part of a
/// URL. It is neither secret nor authenticated.
pub struct Cursor<M> {
    pub(crate) values: Vec<Value>,
    pub(crate) model: PhantomData<fn() -> M>,
}

impl<M> Cursor<M> {
    /// The position after a row that has these values in the columns that the query is ordered by, with the
    /// primary key last.
    ///
    /// It is for a program whose cursors have another text than [`Display`](fmt::Display) gives, or that
    /// selects columns or joins instead of reading whole [pages](crate::Query::page). Nothing is checked here.
    /// [`Query::after`](crate::Query::after) and [`Query::before`](crate::Query::before) check that there is one value for
    /// each column of the query's order, and that it is of the kind that the column holds.
    pub fn from_values(values: Vec<Value>) -> Self {
        Self {
            values,
            model: PhantomData,
        }
    }
}

/// One letter for the kind of each value, then its digits; joined by dots.
impl<M> fmt::Display for Cursor<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, value) in self.values.iter().enumerate() {
            if position > 0 {
                f.write_str(".")?;
            }
            match value {
                Value::Null | Value::Unstorable(_) => f.write_str("n")?,
                Value::I64(number) => write!(f, "i{number}")?,
                Value::U64(number) => write!(f, "u{number}")?,
                Value::F64(number) => write!(f, "f{:x}", number.to_bits())?,
                Value::Date(date) => write!(f, "d{date}")?,
                Value::Time(time) => write_time(f, "c", time)?,
                Value::DateTime(at) => write_time(f, "t", at)?,
                Value::Text(text) => write_hex(f, "s", text.as_bytes())?,
                Value::Bytes(bytes) => write_hex(f, "b", bytes)?,
            }
        }
        Ok(())
    }
}

/// A fraction of a second follows a comma, as ISO 8601 allows, because the dot separates values.
fn write_time(f: &mut fmt::Formatter<'_>, kind: &str, time: impl fmt::Display) -> fmt::Result {
    write!(f, "{kind}{}", time.to_string().replace('.', ","))
}

fn write_hex(f: &mut fmt::Formatter<'_>, kind: &str, bytes: &[u8]) -> fmt::Result {
    f.write_str(kind)?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl<M> FromStr for Cursor<M> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let values = text
            .split('.')
            .map(read_value)
            .collect::<Option<Vec<Value>>>();
        values
            .map(Self::from_values)
            .ok_or_else(|| Error::usage("this is not a cursor; start again without one"))
    }
}

fn read_value(text: &str) -> Option<Value> {
    let (kind, digits) = text.split_at_checked(1)?;
    match kind {
        "i" => digits.parse().ok().map(Value::I64),
        "u" => digits.parse().ok().map(Value::U64),
        "f" => u64::from_str_radix(digits, 16)
            .ok()
            .map(f64::from_bits)
            .map(Value::F64),
        "d" => digits.parse().ok().map(Value::Date),
        "c" => digits.parse().ok().map(Value::Time),
        "t" => digits.parse().ok().map(Value::DateTime),
        "s" => String::from_utf8(read_hex(digits)?).ok().map(Value::Text),
        "b" => read_hex(digits).map(Value::Bytes),
        _ => None,
    }
}

fn read_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs
        .map(|pair| if pair.len() == 2 { byte(pair) } else { None })
        .collect()
}

impl<M> Clone for Cursor<M> {
    fn clone(&self) -> Self {
        Self {
            values: self.values.clone(),
            model: PhantomData,
        }
    }
}

impl<M> PartialEq for Cursor<M> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<M> fmt::Debug for Cursor<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({self})")
    }
}
