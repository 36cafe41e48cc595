//! MySQL rows: cells are moved out of the driver's row.

use jiff::civil::{Date, DateTime, Time};
use mysql_async::consts::ColumnType;
use mysql_async::{Column, Value as Mysql};

use crate::drivers::mysql::value;
use crate::error::{Error, Result};
use crate::types::row::{Row, sealed};

/// A row of the binary protocol.
pub(super) struct MysqlRow(pub(super) mysql_async::Row);

impl MysqlRow {
    #[inline]
    fn cell(&self, index: usize) -> Result<&Mysql> {
        self.0
            .as_ref(index)
            .ok_or_else(|| self.too_narrow(index, "a column"))
    }

    #[inline]
    fn take_bytes(&mut self, index: usize, wanted: &str) -> Result<Vec<u8>> {
        match self.0.take(index) {
            Some(Mysql::Bytes(bytes)) => Ok(bytes),
            Some(found) => Err(self.other(index, wanted, &found)),
            None => Err(self.too_narrow(index, wanted)),
        }
    }

    /// A number that the server sends as bytes: the digits of a DECIMAL, such as one from SUM. The digits of a text are not a
    /// number: they sort differently.
    fn digits<T: std::str::FromStr>(&self, index: usize, bytes: &[u8]) -> Option<T> {
        match self.column_type(index)? {
            ColumnType::MYSQL_TYPE_NEWDECIMAL | ColumnType::MYSQL_TYPE_DECIMAL => {
                std::str::from_utf8(bytes).ok()?.parse().ok()
            }
            _ => None,
        }
    }

    /// An integer that the server sends as bytes: the digits of a DECIMAL, or the bits of a BIT, the highest first.
    fn whole<T: std::str::FromStr + TryFrom<u64>>(&self, index: usize, bytes: &[u8]) -> Option<T> {
        if !self.is_bits(index) {
            return self.digits(index, bytes);
        }
        let bits = bytes.iter().try_fold(0_u64, |bits, byte| {
            Some(bits.checked_mul(256)? | u64::from(*byte))
        });
        T::try_from(bits?).ok()
    }

    fn is_bits(&self, index: usize) -> bool {
        self.column_type(index) == Some(ColumnType::MYSQL_TYPE_BIT)
    }

    fn column_type(&self, index: usize) -> Option<ColumnType> {
        self.0.columns_ref().get(index).map(Column::column_type)
    }

    #[cold]
    fn too_narrow(&self, index: usize, wanted: &str) -> Error {
        Error::decode(&self.name(index), wanted, "the result has fewer columns")
    }

    #[cold]
    fn other(&self, index: usize, wanted: &str, found: &Mysql) -> Error {
        let found = match found {
            Mysql::NULL => "it is NULL",
            Mysql::Bytes(_) => "it is text or bytes",
            Mysql::Int(_) | Mysql::UInt(_) => {
                "it is an integer that does not fit, or no number is wanted"
            }
            Mysql::Float(_) | Mysql::Double(_) => "it is a float",
            Mysql::Date(year, month, day, ..) if *month == 0 || *day == 0 => {
                let reason = format!(
                    "it is `{year:04}-{month:02}-{day:02}`, which is not a date; give the row a date, or set the cell to NULL \
                     and write `Option`"
                );
                return self.mismatch(index, wanted, &reason);
            }
            Mysql::Date(..) => "it is a date, perhaps with a time of day",
            Mysql::Time(..) => "it is a time",
        };
        self.mismatch(index, wanted, found)
    }
}

impl sealed::Sealed for MysqlRow {}

impl Row for MysqlRow {
    #[inline]
    fn is_null(&mut self, index: usize) -> Result<bool> {
        Ok(matches!(self.cell(index)?, Mysql::NULL))
    }

    #[inline]
    fn integer(&mut self, index: usize) -> Result<i64> {
        let cell = self.cell(index)?;
        let number = match cell {
            Mysql::Int(number) => Some(*number),
            Mysql::UInt(number) => i64::try_from(*number).ok(),
            Mysql::Bytes(bytes) => self.whole(index, bytes),
            _ => None,
        };
        number.ok_or_else(|| self.other(index, "a signed integer", cell))
    }

    #[inline]
    fn unsigned(&mut self, index: usize) -> Result<u64> {
        let cell = self.cell(index)?;
        let number = match cell {
            Mysql::UInt(number) => Some(*number),
            Mysql::Int(number) => u64::try_from(*number).ok(),
            Mysql::Bytes(bytes) => self.whole(index, bytes),
            _ => None,
        };
        number.ok_or_else(|| self.other(index, "an unsigned integer", cell))
    }

    #[inline]
    fn double(&mut self, index: usize) -> Result<f64> {
        let cell = self.cell(index)?;
        let number = match cell {
            Mysql::Double(number) => Some(*number),
            Mysql::Float(number) => Some(f64::from(*number)),
            Mysql::Int(number) => Some(*number as f64),
            Mysql::UInt(number) => Some(*number as f64),
            Mysql::Bytes(bytes) => self.digits(index, bytes),
            _ => None,
        };
        number.ok_or_else(|| self.other(index, "a float", cell))
    }

    #[inline]
    fn text(&mut self, index: usize) -> Result<String> {
        if self.is_bits(index) {
            return Err(self.mismatch(index, "text", "it is a BIT"));
        }
        let bytes = self.take_bytes(index, "text")?;
        String::from_utf8(bytes)
            .map_err(|_| self.mismatch(index, "text", "its bytes are not UTF-8"))
    }

    #[inline]
    fn str(&mut self, index: usize) -> Result<&str> {
        match self.cell(index)? {
            Mysql::Bytes(_) if self.is_bits(index) => {
                Err(self.mismatch(index, "text", "it is a BIT"))
            }
            Mysql::Bytes(bytes) => std::str::from_utf8(bytes)
                .map_err(|_| self.mismatch(index, "text", "its bytes are not UTF-8")),
            found => Err(self.other(index, "text", found)),
        }
    }

    #[inline]
    fn bytes(&mut self, index: usize) -> Result<Vec<u8>> {
        self.take_bytes(index, "bytes")
    }

    fn decimal(&mut self, index: usize) -> Result<String> {
        match self.cell(index)? {
            Mysql::Int(number) => Ok(number.to_string()),
            Mysql::UInt(number) => Ok(number.to_string()),
            Mysql::Bytes(_) => self.text(index),
            found => Err(self.other(index, "a decimal number", found)),
        }
    }

    fn date(&mut self, index: usize) -> Result<Date> {
        let cell = self.cell(index)?;
        value::to_date(cell).ok_or_else(|| self.other(index, "a date", cell))
    }

    fn time(&mut self, index: usize) -> Result<Time> {
        let cell = self.cell(index)?;
        value::to_time(cell).ok_or_else(|| self.other(index, "a time of day", cell))
    }

    fn datetime(&mut self, index: usize) -> Result<DateTime> {
        let cell = self.cell(index)?;
        value::to_datetime(cell).ok_or_else(|| self.other(index, "a date and time", cell))
    }

    fn name(&self, index: usize) -> String {
        let column = self.0.columns_ref().get(index);
        column.map_or_else(
            || format!("#{index}"),
            |column| column.name_str().into_owned(),
        )
    }
}
