//! Arithmetic on columns. SQLite has only signed numbers, so it calculates with `u64` by functions that each connection has.

use crate::sql::fragment::{Fragment, Segment};
use crate::types::column_type::ColumnKind;

/// An operator between two numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Operator {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
}

impl Fragment {
    /// Two numbers of this kind with an operator between them.
    pub(crate) fn calculated(self, kind: ColumnKind, operator: Operator, other: Self) -> Self {
        let is_float = matches!(kind, ColumnKind::Single | ColumnKind::Double);
        let (sqlite, mysql, function) = match operator {
            Operator::Add => (" + ", " + ", "youku_add("),
            Operator::Sub => (" - ", " - ", "youku_sub("),
            Operator::Mul => (" * ", " * ", "youku_mul("),
            // The `/` of integers is a decimal on MySQL.
            Operator::Div if is_float => (" / ", " / ", ""),
            Operator::Div => (" / ", " DIV ", "youku_div("),
            Operator::Rem => (" % ", " % ", "youku_rem("),
        };
        // MySQL refuses an UPDATE that divides by zero. A divisor of NULL makes the result NULL on both databases.
        let other = match operator {
            Operator::Div | Operator::Rem => other.between("NULLIF(", ", 0)"),
            Operator::Add | Operator::Sub | Operator::Mul => other,
        };
        let (head, operator) = if exceeds_sqlite(kind) {
            (either(function, "("), either(", ", mysql))
        } else {
            (Segment::Text("(".into()), either(sqlite, mysql))
        };
        let mut sql = Self::of(head);
        sql.append(self).add(operator).append(other).push(")");
        sql
    }

    /// The number of this kind without its sign.
    pub(crate) fn absolute(self, kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Unsigned(_) => self,
            _ => self.between("ABS(", ")"),
        }
    }

    /// The float with that many digits after the point. MySQL's ROUND of a float takes halves to the even neighbour and SQLite's looks
    /// at the binary number, so both round the decimal digits.
    pub(crate) fn rounded(self, digits: u8) -> Self {
        let mut sql = Self::of(either("youku_round(", "(ROUND(CAST("));
        sql.append(self).add(either("", " AS DECIMAL(65,15))"));
        sql.push(format!(", {digits}")).add(either(")", ") + 0e0)"));
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
