//! Statements whose text the derive composed while the program was compiled.

use std::borrow::Cow;

use crate::sql::prefix::TablePrefix;
use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;

/// A text of the derive, and the position of the table's name in it, so that a prefix is inserted without a search.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Composed {
    sql: &'static str,
    table: &'static str,
    /// The byte at which the name begins.
    at: usize,
}

impl Composed {
    /// [`Table::SELECT`].
    pub(crate) const fn select<T: Table>() -> Self {
        Self::reading::<T>(T::SELECT)
    }

    /// [`Table::FIND`].
    pub(crate) const fn find<T: Table>() -> Self {
        Self::reading::<T>(T::FIND)
    }

    /// [`Table::INSERT`].
    pub(crate) const fn insert<T: Table>() -> Self {
        Self::starting::<T>(T::INSERT, "INSERT INTO `")
    }

    /// [`Table::UPDATE`].
    pub(crate) const fn update<T: Table>() -> Self {
        Self::starting::<T>(T::UPDATE, "UPDATE `")
    }

    /// [`Table::DELETE`].
    pub(crate) const fn delete<T: Table>() -> Self {
        Self::starting::<T>(T::DELETE, "DELETE FROM `")
    }

    const fn starting<T: Table>(sql: &'static str, head: &str) -> Self {
        Self {
            sql,
            table: T::TABLE,
            at: head.len(),
        }
    }

    /// ``SELECT `a`, `b` FROM `table` …``
    const fn reading<T: Table>(sql: &'static str) -> Self {
        Self {
            sql,
            table: T::TABLE,
            at: "SELECT ".len() + list_length(T::COLUMNS) + " FROM `".len(),
        }
    }

    /// The text with the prefix before the name of the table.
    pub(crate) fn with_prefix(self, prefix: Option<&TablePrefix>) -> Cow<'static, str> {
        let Some(prefix) = prefix else {
            return Cow::Borrowed(self.sql);
        };
        let (head, rest) = self.sql.split_at_checked(self.at).unwrap_or_default();
        if rest.starts_with(self.table) {
            return [head, prefix.before(self.table), rest].concat().into();
        }
        // The facts were written by hand, with other white space than the derive writes.
        prefix.apply(self.sql.into())
    }
}

/// The bytes of ``​`a`, `b`​``.
const fn list_length(columns: &[ColumnInfo]) -> usize {
    let (mut length, mut position) = (0, 0);
    while position < columns.len() {
        let comma = if position == 0 { 0 } else { ", ".len() };
        length += comma + columns[position].name.len() + 2;
        position += 1;
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::column_type::ColumnValue;

    /// With another length a prefix is still added, but only after a search for names.
    #[test]
    fn the_length_of_a_list_is_that_of_its_text() {
        let column = |name| ColumnInfo::new(name, <u64 as ColumnValue>::INFO);
        assert_eq!(list_length(&[column("id")]), "`id`".len());
        let three = [column("id"), column("name"), column("a")];
        assert_eq!(list_length(&three), "`id`, `name`, `a`".len());
    }
}
