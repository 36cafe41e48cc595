//! A piece of SQL with the values of its `?`, before any type is put on it.

use crate::sql::conditional::around_operand;
use crate::types::column_type::ColumnKind;
use crate::types::value::Value;

/// The longest list that is padded. Beyond it padding would cost more than a statement found again
/// saves, and could exceed the number of `?` that a database takes.
const MOST_PADDED: usize = 512;

/// SQL text and the values to bind, in the order of the text.
#[derive(Clone, Default, Debug)]
#[doc(hidden)]
pub struct Fragment {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Fragment {
    /// Text without values.
    pub(crate) fn text(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
        }
    }

    /// One bound value.
    pub(crate) fn value(value: Value) -> Self {
        Self {
            sql: "?".to_owned(),
            values: vec![value],
        }
    }

    /// One bound value that is compared with a column of this kind.
    pub(crate) fn operand(kind: ColumnKind, value: Value) -> Self {
        let operand = Self::value(value);
        match around_operand(kind) {
            Some((head, tail)) => operand.between(head, tail),
            None => operand,
        }
    }

    /// `(?, ?, …)` to compare a column of this kind with, padded to a power of two; `None` without
    /// a value.
    pub(crate) fn list(kind: ColumnKind, mut values: Vec<Value>) -> Option<Self> {
        let last = values.last().cloned()?;
        if values.len() <= MOST_PADDED {
            values.resize(values.len().next_power_of_two(), last);
        }
        let (head, tail) = around_operand(kind).unwrap_or_default();
        let one = format!("{head}?{tail}");
        let mut sql = String::with_capacity(1 + (one.len() + 2) * values.len());
        sql.push('(');
        sql.push_str(&one);
        for _ in 1..values.len() {
            sql.push_str(", ");
            sql.push_str(&one);
        }
        sql.push(')');
        Some(Self { sql, values })
    }

    /// `` `table`.`column` ``.
    pub(crate) fn path(table: &str, column: &str) -> Self {
        let mut sql = String::with_capacity(table.len() + column.len() + 5);
        for part in ["`", table, "`.`", column, "`"] {
            sql.push_str(part);
        }
        Self::text(sql)
    }

    /// Appends text.
    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Appends another fragment.
    pub(crate) fn append(&mut self, other: Self) -> &mut Self {
        self.sql.push_str(&other.sql);
        self.values.extend(other.values);
        self
    }

    /// `head`, this, `tail`.
    pub(crate) fn between(mut self, head: &str, tail: &str) -> Self {
        self.sql.insert_str(0, head);
        self.sql.push_str(tail);
        self
    }

    /// This, the operator, and the other.
    pub(crate) fn then(mut self, operator: &str, other: Self) -> Self {
        self.push(operator).append(other);
        self
    }
}
