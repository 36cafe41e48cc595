//! Arithmetic on columns. SQLite has only signed numbers, so it calculates with `u64` by functions that each connection has.

use crate::sql::fragment::{Fragment, Segment};
use crate::types::column_type::ColumnKind;

/// An operator between two numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operator {
    Add,
    Sub,
    Mul,
}

impl Fragment {
    /// Two numbers of this kind with an operator between them.
    pub(crate) fn calculated(self, kind: ColumnKind, operator: Operator, other: Self) -> Self {
        let (plain, function) = match operator {
            Operator::Add => (" + ", "youku_add("),
            Operator::Sub => (" - ", "youku_sub("),
            Operator::Mul => (" * ", "youku_mul("),
        };
        if !exceeds_sqlite(kind) {
            return self.then(plain, other).between("(", ")");
        }
        let mut sql = Self::of(either(function, "("));
        sql.append(self).add(either(", ", plain));
        sql.append(other).push(")");
        sql
    }

    /// The sum of the numbers of this kind.
    pub(crate) fn summed(self, kind: ColumnKind) -> Self {
        if !exceeds_sqlite(kind) {
            return self.between("SUM(", ")");
        }
        let mut sql = Self::of(either("youku_sum(", "SUM("));
        sql.append(self).push(")");
        sql
    }

    /// The mean of the numbers of this kind, calculated with floats: the mean of integers alone is a decimal of four digits on
    /// MySQL.
    pub(crate) fn averaged(self, kind: ColumnKind) -> Self {
        if !exceeds_sqlite(kind) {
            return self.between("AVG(", " + 0e0)");
        }
        let mut sql = Self::of(either("AVG(youku_float(", "AVG("));
        sql.append(self).add(either("))", " + 0e0)"));
        sql
    }
}

/// Whether SQLite has no room for all numbers of this kind.
fn exceeds_sqlite(kind: ColumnKind) -> bool {
    kind == ColumnKind::Unsigned(64)
}

fn either(sqlite: &'static str, mysql: &'static str) -> Segment {
    Segment::Either { sqlite, mysql }
}
