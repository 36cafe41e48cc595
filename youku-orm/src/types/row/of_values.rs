//! A row made of bound values: an insert returns it without asking the database.

use jiff::civil::{Date, DateTime, Time};

use crate::error::{Error, Result};
use crate::types::column_info::ColumnInfo;
use crate::types::row::{Row, sealed};
use crate::types::value::Value;

/// Values in the order of `columns`.
pub(crate) struct ValueRow {
    values: Vec<Value>,
    columns: &'static [ColumnInfo],
}

impl ValueRow {
    pub(crate) fn new(values: Vec<Value>, columns: &'static [ColumnInfo]) -> Self {
        Self { values, columns }
    }

    /// Takes the value out of the row; a cell can be read only once.
    fn take_value(&mut self, index: usize) -> Value {
        self.values
            .get_mut(index)
            .map_or(Value::Null, |cell| std::mem::replace(cell, Value::Null))
    }

    fn other(&self, index: usize, wanted: &str) -> Error {
        self.mismatch(index, wanted, "it was set to another type")
    }
}

impl sealed::Sealed for ValueRow {}

impl Row for ValueRow {
    fn is_null(&mut self, index: usize) -> Result<bool> {
        Ok(self
            .values
            .get(index)
            .is_none_or(|value| *value == Value::Null))
    }

    fn integer(&mut self, index: usize) -> Result<i64> {
        match self.take_value(index) {
            Value::I64(number) => Ok(number),
            Value::U64(number) => {
                i64::try_from(number).map_err(|_| self.other(index, "a signed integer"))
            }
            _ => Err(self.other(index, "a signed integer")),
        }
    }

    fn unsigned(&mut self, index: usize) -> Result<u64> {
        match self.take_value(index) {
            Value::U64(number) => Ok(number),
            Value::I64(number) => {
                u64::try_from(number).map_err(|_| self.other(index, "an unsigned integer"))
            }
            _ => Err(self.other(index, "an unsigned integer")),
        }
    }

    fn double(&mut self, index: usize) -> Result<f64> {
        match self.take_value(index) {
            Value::F64(number) => Ok(number),
            _ => Err(self.other(index, "a float")),
        }
    }

    fn text(&mut self, index: usize) -> Result<String> {
        match self.take_value(index) {
            Value::Text(text) => Ok(text),
            _ => Err(self.other(index, "text")),
        }
    }

    fn str(&mut self, index: usize) -> Result<&str> {
        match self.values.get(index) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.other(index, "text")),
        }
    }

    fn bytes(&mut self, index: usize) -> Result<Vec<u8>> {
        match self.take_value(index) {
            Value::Bytes(bytes) => Ok(bytes),
            _ => Err(self.other(index, "bytes")),
        }
    }

    fn decimal(&mut self, index: usize) -> Result<String> {
        self.text(index)
    }

    fn date(&mut self, index: usize) -> Result<Date> {
        match self.take_value(index) {
            Value::Date(date) => Ok(date),
            _ => Err(self.other(index, "a date")),
        }
    }

    fn time(&mut self, index: usize) -> Result<Time> {
        match self.take_value(index) {
            Value::Time(time) => Ok(time),
            _ => Err(self.other(index, "a time of day")),
        }
    }

    fn datetime(&mut self, index: usize) -> Result<DateTime> {
        match self.take_value(index) {
            Value::DateTime(at) => Ok(at),
            _ => Err(self.other(index, "a date and time")),
        }
    }

    fn name(&self, index: usize) -> String {
        self.columns
            .get(index)
            .map_or_else(|| format!("#{index}"), |info| info.name.to_owned())
    }
}
