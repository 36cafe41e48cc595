//! What an INSERT does to a row that already exists.

use crate::sql::dialect::{Dialect, Family};
use crate::sql::fragment::Fragment;

impl Dialect {
    /// Whether an INSERT with a conflict clause can return whole rows.
    pub(crate) fn returns_rows(&self) -> bool {
        match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => true,
            #[cfg(feature = "mysql")]
            Family::Mysql { returning, .. } => returning,
        }
    }

    /// Sets columns of the row that has the same values in the columns of `target`: to an
    /// expression, or to what the new row has.
    pub(crate) fn on_conflict(
        &self,
        key: &str,
        target: &[&str],
        set: Vec<(&'static str, Option<Fragment>)>,
    ) -> Fragment {
        let (clause, new) = match self.family {
            #[cfg(feature = "sqlite")]
            Family::Sqlite => {
                let target = target.join("`, `");
                let clause = format!(" ON CONFLICT (`{target}`) DO UPDATE SET ");
                (clause, ["`excluded`.`", "`"])
            }
            #[cfg(feature = "mysql")]
            Family::Mysql { .. } => {
                let clause = format!(" ON DUPLICATE KEY UPDATE {}, ", guard(key, target));
                (clause, ["VALUES(`", "`)"])
            }
        };
        #[cfg(not(feature = "mysql"))]
        let _ = key;
        let mut clause = Fragment::text(clause);
        for (position, (name, value)) in set.into_iter().enumerate() {
            if position > 0 {
                clause.push(", ");
            }
            clause.name(name).push(" = ");
            let [head, tail] = new;
            clause.append(value.unwrap_or_else(|| Fragment::text(format!("{head}{name}{tail}"))));
        }
        clause
    }
}

/// MySQL changes a row if any unique value is taken, not only those of `target`. The first assignment changes
/// nothing in a row that has the values of `target`. For any other row it makes the statement fail with error
/// 1242: a subquery that returns two rows.
#[cfg(feature = "mysql")]
fn guard(key: &str, target: &[&str]) -> String {
    let same = target.iter();
    let same = same.map(|name| format!("`{name}` <=> VALUES(`{name}`)"));
    let same: Vec<String> = same.collect();
    let same = same.join(" AND ");
    format!("`{key}` = IF({same}, `{key}`, (SELECT 1 UNION SELECT 2))")
}
