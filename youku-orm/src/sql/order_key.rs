//! One key of an ORDER BY clause.

use crate::sql::fragment::{Fragment, Segment};

/// A column or an expression to order by.
#[derive(Clone)]
pub(crate) struct OrderKey {
    pub(crate) by: Fragment,
    pub(crate) descending: bool,
    /// The column's position in its model; `None` for an expression.
    pub(crate) column: Option<usize>,
    /// Whether it is a column of text.
    pub(crate) is_text: bool,
}

impl OrderKey {
    /// What follows ORDER BY.
    pub(crate) fn sorted(&self) -> Fragment {
        match self.by.segments() {
            [Segment::Column { table, column }] if self.is_text => {
                Fragment::of(Segment::Sorted { table, column })
            }
            _ => self.by.clone(),
        }
    }
}
