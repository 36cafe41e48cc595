//! The clauses of a query after FROM, without types, so that they are compiled once.

use crate::error::{Error, Result};
use crate::sql::fragment::{Fragment, Traits};
use crate::sql::order_key::OrderKey;
use crate::sql::statement::Statement;
use crate::types::value::Value;

/// FORCE INDEX, WHERE, GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET.
#[derive(Clone, Default)]
pub(crate) struct Clauses {
    /// What follows directly after the name of the table.
    pub(crate) index: Option<Fragment>,
    pub(crate) filter: Vec<Fragment>,
    pub(crate) group: Option<Fragment>,
    pub(crate) having: Vec<Fragment>,
    pub(crate) order: Vec<OrderKey>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    /// Lock the rows until the transaction ends.
    pub(crate) lock: bool,
    /// An update or delete is meant for all rows, even if there is no condition.
    pub(crate) every_row: bool,
}

impl Clauses {
    /// Adds a condition that rows must fulfil as well.
    pub(crate) fn and_filter(&mut self, filter: Fragment) {
        add(&mut self.filter, filter);
    }

    /// Adds a condition that groups must fulfil as well.
    pub(crate) fn and_having(&mut self, having: Fragment) {
        add(&mut self.having, having);
    }

    /// Limits the number of rows; the smaller limit wins.
    pub(crate) fn at_most(&mut self, rows: u64) {
        self.limit = Some(self.limit.map_or(rows, |limit| limit.min(rows)));
    }

    /// The condition of an update or delete, `None` for every row of the table.
    pub(crate) fn written(self) -> Result<Option<Fragment>> {
        self.refuse_limit("`limit` and `offset` only read: remove them from the update or delete")?;
        let condition = Fragment::balanced(self.filter, " AND ");
        if condition.is_none() && !self.every_row {
            return Err(Error::usage(
                "the filter of this update or delete has no condition, so it would change every row: add one, or begin with `query().every_row()`",
            ));
        }
        Ok(condition)
    }

    /// Whether only a part of the rows is read.
    pub(crate) fn is_paged(&self) -> bool {
        self.limit.is_some() || self.offset.is_some()
    }

    /// Refuses a query that reads only a part of its rows, with this text.
    pub(crate) fn refuse_limit(&self, text: &'static str) -> Result<()> {
        if self.is_paged() {
            Err(Error::usage(text))
        } else {
            Ok(())
        }
    }

    /// Whether nothing follows FROM and the table.
    pub(crate) fn is_empty(&self) -> bool {
        self.index.is_none()
            && self.filter.is_empty()
            && self.group.is_none()
            && self.order.is_empty()
            && !self.is_paged()
            && !self.lock
    }

    /// The query `head`, the clauses, `end`.
    pub(crate) fn statement(self, head: Fragment, end: &'static str) -> Statement {
        let lock = self.lock;
        Statement::query(self.after(head, end)).locking(lock)
    }

    /// `head`, the clauses, `end`.
    pub(crate) fn after(self, mut sql: Fragment, end: &'static str) -> Fragment {
        let has_filter = !self.filter.is_empty();
        let sorts_text = self.order.iter().any(|key| key.is_text);
        if let Some(index) = self.index {
            sql.append(index);
        }
        for (word, clause) in [
            (" WHERE ", Fragment::balanced(self.filter, " AND ")),
            (" GROUP BY ", self.group),
            (" HAVING ", Fragment::balanced(self.having, " AND ")),
        ] {
            if let Some(clause) = clause {
                sql.push(word).append(clause);
            }
        }
        for (position, key) in self.order.into_iter().enumerate() {
            sql.push(if position == 0 { " ORDER BY " } else { ", " })
                .append(key.sorted());
            if key.descending {
                sql.push(" DESC");
            }
        }
        if self.limit.is_some() || self.offset.is_some() {
            // OFFSET needs a LIMIT in both databases; this one is larger than any table.
            sql.push(" LIMIT ")
                .append(rows(self.limit.unwrap_or(u64::MAX)));
        }
        if let Some(offset) = self.offset {
            sql.push(" OFFSET ").append(rows(offset));
        }
        if !end.is_empty() {
            sql.push(end);
        }
        sql.with(Traits {
            has_filter,
            sorts_text,
            ..Traits::default()
        })
    }
}

/// A number of rows; both databases accept at most `i64::MAX`.
fn rows(number: u64) -> Fragment {
    Fragment::value(Value::U64(number.min(i64::MAX.unsigned_abs())))
}

/// A filter without a condition adds nothing.
fn add(conditions: &mut Vec<Fragment>, condition: Fragment) {
    if !condition.is_empty() {
        conditions.push(condition);
    }
}
