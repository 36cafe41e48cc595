//! Conditions on the rows of one model.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Not;

use crate::value::Value;

/// A condition on rows of `M`, made by comparing a [`Column`](crate::Column).
#[must_use = "a filter does nothing until it is given to a query"]
pub struct Filter<M> {
    sql: String,
    values: Vec<Value>,
    model: PhantomData<fn() -> M>,
}

impl<M> Filter<M> {
    pub(crate) fn new(sql: String, values: Vec<Value>) -> Self {
        Self {
            sql,
            values,
            model: PhantomData,
        }
    }

    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    pub(crate) fn into_parts(self) -> (String, Vec<Value>) {
        (self.sql, self.values)
    }

    /// Both conditions hold.
    pub fn and(self, other: Self) -> Self {
        self.join(" AND ", other)
    }

    /// At least one of the conditions holds.
    pub fn or(self, other: Self) -> Self {
        self.join(" OR ", other)
    }

    fn join(mut self, operator: &str, other: Self) -> Self {
        self.sql.insert(0, '(');
        self.sql.push_str(operator);
        self.sql.push_str(&other.sql);
        self.sql.push(')');
        self.values.extend(other.values);
        self
    }
}

/// The condition does not hold; where it is NULL, so is its negation.
impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self {
            sql: format!("NOT ({})", self.sql),
            ..self
        }
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self::new(self.sql.clone(), self.values.clone())
    }
}

/// Shows the SQL text, not the values.
impl<M> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.sql)
    }
}
