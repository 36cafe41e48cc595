//! Conditions on the rows of one model.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use crate::sql::fragment::Fragment;

/// A condition on rows of `M`, made by comparing a [`Column`](crate::Column) or an
/// [`Expr`](crate::Expr).
///
/// `a & b` is `a.and(b)`, and `a | b` is `a.or(b)`. Rust does not let a library define `&&` and `||`.
#[must_use = "a filter does nothing until it is given to a query"]
pub struct Filter<M> {
    condition: Condition,
    model: PhantomData<fn() -> M>,
}

#[derive(Clone)]
enum Condition {
    /// No condition: [`Filter::all`] of nothing.
    Always,
    /// No row: [`Filter::any`] of nothing.
    Never,
    When(Fragment),
}

impl<M> Filter<M> {
    pub(crate) fn new(fragment: Fragment) -> Self {
        Self::of(Condition::When(fragment))
    }

    fn of(condition: Condition) -> Self {
        Self {
            condition,
            model: PhantomData,
        }
    }

    /// The condition as SQL; empty if there is none.
    pub(crate) fn into_fragment(self) -> Fragment {
        match self.condition {
            Condition::Always => Fragment::default(),
            Condition::Never => Fragment::text("0 = 1"),
            Condition::When(fragment) => fragment,
        }
    }

    /// The condition as SQL, also if every row fulfils it.
    pub(crate) fn into_condition(self) -> Fragment {
        match self.condition {
            Condition::Always => Fragment::text("1 = 1"),
            _ => self.into_fragment(),
        }
    }

    /// All of these conditions hold. Without any, every row passes; an update or delete with such a filter is refused.
    ///
    /// ```
    /// # use youku_orm::{Filter, Id, Model};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, name: String, bytes: u64 }
    /// let words = ["star", "wars"];
    /// let filter = Filter::all(words.map(|word| Movie::NAME.contains(word)));
    /// # let _ = filter;
    /// ```
    ///
    /// The number of conditions is limited by the number of values that a statement takes: 32,766 on SQLite, 65,535 on MySQL.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = Vec::new();
        for filter in filters {
            match filter.condition {
                Condition::Always => {}
                Condition::Never => return Self::of(Condition::Never),
                Condition::When(fragment) => conditions.push(fragment),
            }
        }
        Self::of(match Fragment::balanced(conditions, " AND ") {
            Some(fragment) => Condition::When(fragment),
            None => Condition::Always,
        })
    }

    /// At least one of these conditions holds. Without any, no row passes.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = Vec::new();
        for filter in filters {
            match filter.condition {
                Condition::Always => return Self::of(Condition::Always),
                Condition::Never => {}
                Condition::When(fragment) => conditions.push(fragment),
            }
        }
        Self::of(match Fragment::balanced(conditions, " OR ") {
            Some(fragment) => Condition::When(fragment),
            None => Condition::Never,
        })
    }

    /// Both conditions hold.
    ///
    /// Each call of `and`, `or` or `!` puts one more pair of parentheses around the condition. SQLite takes
    /// 1,000 of them (`SQLITE_MAX_EXPR_DEPTH`), MySQL what fits its `thread_stack`, and either refuses the
    /// statement beyond that: of many conditions make an [`all`](Self::all), of many values of one column an
    /// [`in_`](crate::Column::in_).
    pub fn and(self, other: Self) -> Self {
        Self::all([self, other])
    }

    /// At least one of the conditions holds; for long chains see [`any`](Self::any).
    pub fn or(self, other: Self) -> Self {
        Self::any([self, other])
    }
}

/// Both conditions hold, as [`Filter::and`].
impl<M> BitAnd for Filter<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

/// At least one of the conditions holds, as [`Filter::or`].
impl<M> BitOr for Filter<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

/// The condition does not hold; where it is NULL, so is its negation.
impl<M> Not for Filter<M> {
    type Output = Self;

    fn not(self) -> Self {
        Self::of(match self.condition {
            Condition::Always => Condition::Never,
            Condition::Never => Condition::Always,
            Condition::When(fragment) => Condition::When(fragment.between("NOT (", ")")),
        })
    }
}

impl<M> Clone for Filter<M> {
    fn clone(&self) -> Self {
        Self::of(self.condition.clone())
    }
}

/// Shows the SQL text, not the values.
impl<M> fmt::Debug for Filter<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({})", self.clone().into_fragment())
    }
}
