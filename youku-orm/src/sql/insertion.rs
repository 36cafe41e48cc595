//! What an INSERT promises: how many rows it stores, and which keys they get.

use std::borrow::Cow;

use crate::error::{Class, Error, Result};
use crate::sql::prefix::TablePrefix;
use crate::table::facts::{Table, has_auto_key};
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;
use crate::types::row::{FromRow, Row};
use crate::types::value::Value;

/// The rows that an INSERT stores: all of them, or the statement fails.
#[derive(Debug, Clone)]
pub(crate) struct Insertion {
    /// The name of the table in the database.
    pub(crate) table: Cow<'static, str>,
    pub(crate) rows: usize,
    /// The key that the database makes for each row, if the caller wants to know it.
    pub(crate) key: Option<AutoKey>,
    /// Whether the keys of several rows are calculated from the first one, because the database cannot return them.
    #[cfg_attr(
        not(feature = "mysql"),
        expect(dead_code, reason = "SQLite returns the keys")
    )]
    pub(crate) counts_keys: bool,
    /// Whether the caller wants to know only how many rows were stored, which may be fewer than there are.
    pub(crate) is_only_counted: bool,
    /// The column of the result by which each returned row must be found in the table, because a trigger may have deleted it.
    #[cfg_attr(
        not(feature = "sqlite"),
        expect(dead_code, reason = "no trigger of MySQL writes to its own table")
    )]
    pub(crate) found_by: Option<(usize, &'static str)>,
}

impl Insertion {
    /// That many rows of a model. `key` is the one that the database makes, if it is wanted.
    pub(crate) fn of<M: Table>(rows: usize, key: Option<AutoKey>) -> Self {
        Self {
            table: M::TABLE.into(),
            rows,
            key,
            counts_keys: false,
            is_only_counted: false,
            found_by: None,
        }
    }

    /// That many rows of a model, of which the table may leave some out.
    pub(crate) fn only_counted<M: Table>(rows: usize) -> Self {
        Self {
            is_only_counted: true,
            ..Self::of::<M>(rows, None)
        }
    }

    /// That many rows of a model, which return all columns.
    pub(crate) fn returning_rows<M: Table>(rows: usize) -> Self {
        Self {
            found_by: Some((M::KEY, M::COLUMNS[M::KEY].name)),
            ..Self::of::<M>(rows, None)
        }
    }

    /// Asks for the step between the generated keys.
    pub(crate) fn counting_keys(self) -> Self {
        Self {
            counts_keys: true,
            ..self
        }
    }

    /// With the name that the table of a model has in the database.
    pub(crate) fn named(mut self, prefix: Option<&TablePrefix>) -> Self {
        if let (Some(prefix), Cow::Borrowed(table)) = (prefix, &self.table) {
            self.table = prefix.named(table);
        }
        self
    }

    /// Fails if the table stored fewer rows than it was given.
    pub(crate) fn require(&self, stored: u64) -> Result<()> {
        let (table, rows) = (&self.table, self.rows);
        if self.is_only_counted || stored == rows as u64 {
            return Ok(());
        }
        Err(Error::new(
            Class::NotStored,
            format!(
                "`{table}` stored {stored} of {rows} new rows; a trigger or an `ON CONFLICT` clause of the table left the \
                 others out"
            ),
        ))
    }

    /// The error for a view of SQLite. RETURNING and the last key show what the statement does by itself, and not what the
    /// triggers of a view do.
    #[cfg(feature = "sqlite")]
    pub(crate) fn view_error(&self) -> Error {
        let table = &self.table;
        Error::usage(format!(
            "`{table}` is a view, and the keys of what its triggers insert are unknown; insert with `execute`, which returns \
             no rows"
        ))
    }

    /// The error for an `auto` key that the database does not make.
    #[cfg(feature = "sqlite")]
    pub(crate) fn unknown_key_error(&self, key: AutoKey) -> Error {
        let (table, name) = (&self.table, key.0.name);
        Error::new(
            Class::Schema,
            format!(
                "the database made no key for `{table}`.`{name}`, which is `auto` in the model, so nothing was inserted; \
                 `Database::check` compares them"
            ),
        )
    }

    /// The error for a row that is not in the table under the key that it was inserted with.
    #[cfg(feature = "sqlite")]
    pub(crate) fn lost_error(&self) -> Error {
        let table = &self.table;
        Error::new(
            Class::Database,
            format!(
                "a trigger of `{table}` or its `ON CONFLICT REPLACE` deletes the new row or changes its key, so it cannot be \
                 returned, and nothing was inserted; insert with `execute`, which returns no rows"
            ),
        )
    }
}

/// A key that the database makes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AutoKey(pub(crate) &'static ColumnInfo);

impl AutoKey {
    /// The key of the model, if it is `auto`.
    pub(crate) fn of<M: Table>() -> Option<Self> {
        has_auto_key::<M>().then(|| Self(&M::COLUMNS[M::KEY]))
    }

    /// The greatest key that the field holds.
    pub(crate) fn greatest(self) -> u64 {
        match self.0.kind {
            ColumnKind::Signed(bits) => i64::MAX.unsigned_abs() >> (64 - bits),
            ColumnKind::Unsigned(bits) => u64::MAX >> (64 - bits),
            // The derive has refused any other type.
            _ => 0,
        }
    }

    /// The value of a key that the database has made.
    ///
    /// # Errors
    /// If the field does not hold it. The row must not stay in the table then.
    pub(crate) fn value(self, key: GeneratedKey, table: &str) -> Result<Value> {
        let GeneratedKey(number) = key;
        let (name, greatest) = (self.0.name, self.greatest());
        if number > i128::from(greatest) {
            return Err(Error::new(
                Class::KeysExhausted,
                format!(
                    "the database generated the key {number} for `{table}`.`{name}`, and the field holds at most {greatest}; \
                     give it a wider type"
                ),
            ));
        }
        let value = match self.0.kind {
            // As far below zero as above it, and one more.
            ColumnKind::Signed(_) if number < -1 - i128::from(greatest) => None,
            ColumnKind::Signed(_) => i64::try_from(number).ok().map(Value::I64),
            _ => u64::try_from(number).ok().map(Value::U64),
        };
        value.ok_or_else(|| {
            Error::new(
                Class::Schema,
                format!(
                    "the database generated the key {number} for `{table}`.`{name}`, and the field holds no number that low; \
                     give it a wider signed type"
                ),
            )
        })
    }
}

/// A key that a database has made, of whatever type. Every integer of SQLite and MySQL fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GeneratedKey(pub(crate) i128);

impl FromRow for GeneratedKey {
    const COLUMNS: Option<&'static [ColumnInfo]> = None;

    fn from_row<R: Row>(row: &mut R) -> Result<Self> {
        // An integer stays in its row when it is read.
        match row.integer(0) {
            Ok(key) => Ok(Self(key.into())),
            Err(_) => row.unsigned(0).map(|key| Self(key.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::column_type::{ColumnType, ColumnValue};

    fn check<T: ColumnType>(number: i128, fits: bool) {
        const fn info<T: ColumnType>() -> ColumnInfo {
            ColumnInfo::new("id", <T as ColumnValue>::INFO)
        }
        let key = AutoKey(Box::leak(Box::new(info::<T>())));
        let value = key.value(GeneratedKey(number), "t");
        let is_exhausted = value.as_ref().is_err_and(Error::is_key_exhausted);
        assert_eq!(is_exhausted, !fits && number > 0, "{number}");
        let given = match value {
            Ok(Value::I64(key)) => Some(key.into()),
            Ok(Value::U64(key)) => Some(key.into()),
            _ => None,
        };
        assert_eq!(given, fits.then_some(number));
    }

    #[test]
    fn a_key_fits_its_field_or_is_an_error() {
        check::<i8>(127, true);
        check::<i8>(128, false);
        check::<u8>(255, true);
        check::<u8>(256, false);
        check::<u32>(0, true);
        check::<u32>(-1, false);
        check::<i32>(-1, true);
        check::<i8>(-128, true);
        check::<i8>(-129, false);
        check::<i64>(i64::MIN.into(), true);
        check::<i64>(i64::MAX.into(), true);
        check::<i64>(u64::MAX.into(), false);
        check::<u64>(u64::MAX.into(), true);
    }
}
