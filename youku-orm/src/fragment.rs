//! A piece of SQL with the values of its `?`, before any type is put on it.

use crate::value::Value;

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
