//! SQLite rows, read in place.

use rusqlite::types::ValueRef;

use jiff::civil::{Date, DateTime, Time};

use crate::error::{Error, Result};
use crate::types::column_type::ColumnKind;
use crate::types::row::{Row, sealed};
use crate::types::time_text;

/// The current row of a running statement.
pub(super) struct SqliteRow<'r, 's> {
    row: &'r rusqlite::Row<'s>,
    /// The cell that was found not to be NULL, and is read next.
    seen: Option<(usize, ValueRef<'r>)>,
}

impl<'r, 's> SqliteRow<'r, 's> {
    pub(super) fn new(row: &'r rusqlite::Row<'s>) -> Self {
        Self { row, seen: None }
    }

    #[inline]
    fn cell(&mut self, index: usize) -> Result<ValueRef<'r>> {
        match self.seen.take() {
            Some((seen, cell)) if seen == index => Ok(cell),
            _ => self.fetch(index),
        }
    }

    #[inline]
    fn fetch(&self, index: usize) -> Result<ValueRef<'r>> {
        self.row.get_ref(index).map_err(|_| {
            Error::decode(
                &self.name(index),
                "a column",
                "the result has fewer columns",
            )
        })
    }

    #[cold]
    fn other(&self, index: usize, wanted: &str, found: ValueRef<'_>) -> Error {
        self.mismatch(index, wanted, &format!("it is {}", found.data_type()))
    }

    /// The error for a text that is not a time in the one spelling that compares right. Only a text that is a time is shown.
    #[cold]
    fn other_spelling(&mut self, index: usize, spelling: &Spelling) -> Error {
        let Spelling { text, function, .. } = spelling;
        let found = match self.str(index) {
            Ok(found) if time_text::converted(spelling.kind, found).is_some() => format!(
                "it is `{found}`, which does not compare and sort like `{text}`; convert the column with \
                 `Database::convert_times`, or write it with `{function}`"
            ),
            // A `DateTime` is read like an instant, and has no offset.
            Ok(found)
                if spelling.kind == ColumnKind::DateTime
                    && time_text::converted(ColumnKind::Timestamp, found).is_some() =>
            {
                format!(
                    "it is `{found}`, whose offset only an instant can keep; make the field a `Timestamp` and convert the column \
                     with `Database::convert_times`, or write `{text}`"
                )
            }
            _ => format!("the text is not `{text}`"),
        };
        self.mismatch(index, spelling.wanted, &found)
    }
}

/// How a kind of time is written, for errors.
struct Spelling {
    kind: ColumnKind,
    wanted: &'static str,
    text: &'static str,
    /// The SQL that writes it.
    function: &'static str,
}

const DATE: Spelling = Spelling {
    kind: ColumnKind::Date,
    wanted: "a date",
    text: "YYYY-MM-DD",
    function: "date(…)",
};

const TIME: Spelling = Spelling {
    kind: ColumnKind::Time,
    wanted: "a time of day",
    text: "HH:MM:SS.ffffff",
    function: "strftime('%H:%M:%f000', …)",
};

const DATE_TIME: Spelling = Spelling {
    kind: ColumnKind::DateTime,
    wanted: "a date and time",
    text: "YYYY-MM-DD HH:MM:SS.ffffff",
    function: "strftime('%Y-%m-%d %H:%M:%f000', …)",
};

impl sealed::Sealed for SqliteRow<'_, '_> {}

impl Row for SqliteRow<'_, '_> {
    #[inline]
    fn is_null(&mut self, index: usize) -> Result<bool> {
        let cell = self.fetch(index)?;
        self.seen = Some((index, cell));
        Ok(matches!(cell, ValueRef::Null))
    }

    #[inline]
    fn integer(&mut self, index: usize) -> Result<i64> {
        match self.cell(index)? {
            ValueRef::Integer(number) => Ok(number),
            found => Err(self.other(index, "a signed integer", found)),
        }
    }

    #[inline]
    fn unsigned(&mut self, index: usize) -> Result<u64> {
        let cell = self.cell(index)?;
        let number = match cell {
            ValueRef::Integer(number) => u64::try_from(number).ok(),
            ValueRef::Blob(bytes) => bytes.try_into().ok().map(u64::from_be_bytes),
            _ => None,
        };
        number.ok_or_else(|| self.other(index, "an unsigned integer", cell))
    }

    #[inline]
    fn double(&mut self, index: usize) -> Result<f64> {
        match self.cell(index)? {
            ValueRef::Real(number) => Ok(number),
            ValueRef::Integer(number) => Ok(number as f64),
            found => Err(self.other(index, "a float", found)),
        }
    }

    #[inline]
    fn text(&mut self, index: usize) -> Result<String> {
        self.str(index).map(str::to_owned)
    }

    #[inline]
    fn str(&mut self, index: usize) -> Result<&str> {
        match self.cell(index)? {
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map_err(|_| self.mismatch(index, "text", "its bytes are not UTF-8")),
            found => Err(self.other(index, "text", found)),
        }
    }

    #[inline]
    fn bytes(&mut self, index: usize) -> Result<Vec<u8>> {
        match self.cell(index)? {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Ok(bytes.to_vec()),
            found => Err(self.other(index, "bytes", found)),
        }
    }

    fn decimal(&mut self, index: usize) -> Result<String> {
        match self.cell(index)? {
            ValueRef::Integer(number) => Ok(number.to_string()),
            ValueRef::Text(_) => self.text(index),
            found => Err(self.other(index, "a decimal number", found)),
        }
    }

    fn date(&mut self, index: usize) -> Result<Date> {
        let date = time_text::to_date(self.str(index)?);
        date.ok_or_else(|| self.other_spelling(index, &DATE))
    }

    fn time(&mut self, index: usize) -> Result<Time> {
        let time = time_text::to_time(self.str(index)?);
        time.ok_or_else(|| self.other_spelling(index, &TIME))
    }

    fn datetime(&mut self, index: usize) -> Result<DateTime> {
        let at = time_text::to_datetime(self.str(index)?);
        at.ok_or_else(|| self.other_spelling(index, &DATE_TIME))
    }

    fn name(&self, index: usize) -> String {
        let name = self.row.as_ref().column_name(index);
        name.map_or_else(|_| format!("#{index}"), str::to_owned)
    }
}
