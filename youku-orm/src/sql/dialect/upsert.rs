//! What an INSERT does to a row that already exists.

use crate::sql::dialect::Dialect;
use crate::sql::fragment::{Fragment, Segment};

impl Dialect {
    /// Sets columns of the row that has the same values in the columns of `target`: to an
    /// expression, or to what the new row has.
    pub(crate) fn on_conflict(
        &self,
        key: &str,
        target: &[&str],
        set: Vec<(&'static str, Option<Fragment>)>,
    ) -> Fragment {
        let (clause, [head, tail]) = if self.is_sqlite {
            let target = target.join("`, `");
            let clause = format!(" ON CONFLICT (`{target}`) DO UPDATE SET ");
            (clause, ["`excluded`.`", "`"])
        } else {
            let clause = format!(" ON DUPLICATE KEY UPDATE {}, ", guard(key, target));
            (clause, ["VALUES(`", "`)"])
        };
        let mut clause = Fragment::text(clause);
        clause.append_list(set.into_iter().map(|(name, value)| {
            let mut assignment = Fragment::of(Segment::Name(name));
            let value = value.unwrap_or_else(|| Fragment::text(format!("{head}{name}{tail}")));
            assignment.push(" = ").append(value);
            assignment
        }));
        clause
    }
}

/// MySQL changes a row if any unique value is taken, not only those of `target`. The first assignment changes
/// nothing in a row that has the values of `target`. For any other row it makes the statement fail with error
/// 1242: a subquery that returns two rows.
fn guard(key: &str, target: &[&str]) -> String {
    let same = target.iter();
    let same = same.map(|name| format!("`{name}` <=> VALUES(`{name}`)"));
    let same: Vec<String> = same.collect();
    let same = same.join(" AND ");
    format!("`{key}` = IF({same}, `{key}`, (SELECT 1 UNION SELECT 2))")
}
