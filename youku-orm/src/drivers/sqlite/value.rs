//! Values as SQLite stores them.

use rusqlite::types::{ToSql, ToSqlOutput, Value as Sqlite, ValueRef};

use crate::types::time_text;
use crate::types::value::Value;

/// An unsigned number beyond `i64::MAX` is stored as its eight bytes, most significant first:
/// SQLite sorts every blob after every number, so order and equality stay right, and the value
/// survives a column with INTEGER affinity (<https://www.sqlite.org/datatype3.html>).
impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::I64(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::U64(number) => ToSqlOutput::Owned(match i64::try_from(*number) {
                Ok(number) => Sqlite::Integer(number),
                Err(_) => Sqlite::Blob(number.to_be_bytes().to_vec()),
            }),
            Self::F64(number) => ToSqlOutput::Borrowed(ValueRef::Real(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Date(date) => ToSqlOutput::Owned(Sqlite::Text(time_text::of_date(*date))),
            Self::Time(time) => ToSqlOutput::Owned(Sqlite::Text(time_text::of_time(*time))),
            Self::DateTime(at) => ToSqlOutput::Owned(Sqlite::Text(time_text::of_datetime(*at))),
            Self::Unstorable(why) => {
                return Err(rusqlite::Error::ToSqlConversionFailure((*why).into()));
            }
        })
    }
}
