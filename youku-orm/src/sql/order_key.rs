//! One key of an ORDER BY clause.

use crate::sql::fragment::Fragment;

/// A column or an expression to order by.
#[derive(Clone)]
pub(crate) struct OrderKey {
    pub(crate) by: Fragment,
    pub(crate) descending: bool,
    /// The column's position in its model; `None` for an expression.
    pub(crate) column: Option<usize>,
}
