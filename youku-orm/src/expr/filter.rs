//! Conditions on the rows of one model.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Not;

use crate::sql::fragment::Fragment;

/// A condition on rows of `M`, made by comparing a [`Column`](crate::Column) or an
/// [`Expr`](crate::Expr).
#[must_use = "a filter does nothing until it is given to a query"]
pub struct Filter<M> {
    fragment: Fragment,
    model: PhantomData<fn() -> M>,
}

impl<M> Filter<M> {
    pub(crate) fn new(fragment: Fragment) -> Self {
        Self {
            fragment,
            model: PhantomData,
        }
    }

    pub(crate) fn into_fragment(self) -> Fragment {
        self.fragment
    }

    /// Both conditions hold.
    ///
    /// Each call of `and`, `or` or `!` puts one more pair of parentheses around the condition. SQLite takes
    /// 1,000 of them (`SQLITE_MAX_EXPR_DEPTH`), MySQL what fits its `thread_stack`, and either refuses the
    /// statement beyond that: of many values of one column make an [`in_`](crate::Column::in_).
    pub fn and(self, other: Self) -> Self {
        Self::new(
            self.fragment
                .then(" AND ", other.fragment)
                .between("(", ")"),
        )
    }

    /// At least one of the conditions holds; for long chains see [`and`](Self::and).
    pub fn or(self, other: Self) -> Self {
        Self::new(self.fragment.then(" OR ", other.fragment).between("(", ")"))
    }
}

/// The condition does not hold; where it is NULL, so is its negation.
impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::new(self.fragment.between("NOT (", ")"))
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self::new(self.fragment.clone())
    }
}

/// Shows the SQL text, not the values.
impl<M> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.fragment)
    }
}
