//! Booleans, floats, text and bytes.

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::row::Row;
use crate::types::value::{Bind, Value};

impl ColumnType for bool {
    const KIND: ColumnKind = ColumnKind::Boolean;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        match row.integer(index)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(row.mismatch(index, "bool", "the number is neither 0 nor 1")),
        }
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.integer(i64::from(*self));
    }
}

impl ColumnType for f32 {
    const KIND: ColumnKind = ColumnKind::Single;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let wide = row.double(index)?;
        // A cast rounds to the nearest `f32`; only a number beyond its range becomes infinite.
        let narrow = wide as f32;
        if narrow.is_finite() {
            Ok(narrow)
        } else {
            Err(row.mismatch(index, "f32", "the number is out of range"))
        }
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.double(f64::from(*self));
    }
}

impl ColumnType for f64 {
    const KIND: ColumnKind = ColumnKind::Double;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.double(index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.double(*self);
    }
}

impl ColumnType for String {
    const KIND: ColumnKind = ColumnKind::Text;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.text(index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.text(self);
    }

    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl Key for String {}

impl ColumnType for Vec<u8> {
    const KIND: ColumnKind = ColumnKind::Bytes;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.bytes(index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.bytes(self);
    }

    fn into_value(self) -> Value {
        Value::Bytes(self)
    }
}

impl Key for Vec<u8> {}
