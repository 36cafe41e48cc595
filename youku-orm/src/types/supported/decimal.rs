//! Exact numbers of `rust_decimal`.

use rust_decimal::Decimal;

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType};
use crate::types::row::{Row, single};
use crate::types::value::Bind;

/// Every value is kept exactly; zeros at the end of the fraction are not, so `1.50` is read as
/// `1.5`, which equals it. A number from SQL with a longer fraction is rounded to the nearest
/// `Decimal`.
///
/// On SQLite it is a text with the collation `decimal`, the one of SQLite's own extension
/// (<https://www.sqlite.org/floatingpoint.html#the_decimal_c_extension>): equality, order, indexes, MIN and
/// MAX are those of the numbers. Arithmetic and SUM in hand-written SQL are exact on MySQL and go
/// through floats on SQLite, so columns of this type have no `+` and no `sum`.
impl ColumnType for Decimal {
    const KIND: ColumnKind = ColumnKind::Decimal;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let text = row.decimal(index)?;
        let number = text.parse::<Decimal>();
        let number = number.map_err(|_| {
            row.mismatch(
                index,
                "a decimal number",
                "it is not one, or exceeds `Decimal::MAX`",
            )
        })?;
        Ok(number.normalize())
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.text(&self.normalize().to_string());
    }
}

single!(Decimal);

/// The order of SQLite's collation `decimal`. Texts that are not numbers come after all numbers, in
/// their own order, so that the order is total for any content of a table.
#[cfg(feature = "sqlite")]
pub(crate) fn compare_decimals(left: &str, right: &str) -> std::cmp::Ordering {
    use std::cmp::Ordering;

    match (left.parse::<Decimal>(), right.parse::<Decimal>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => left.cmp(right),
    }
}

#[cfg(feature = "sqlite")]
#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[test]
    fn texts_are_compared_as_numbers() {
        let ascending = [
            "-10",
            "-9.5",
            "0",
            "0.0000000000000000000000000001",
            "9",
            "10",
            "",
            "x",
        ];
        for pair in ascending.windows(2) {
            assert_eq!(
                compare_decimals(pair[0], pair[1]),
                Ordering::Less,
                "{pair:?}"
            );
            assert_eq!(
                compare_decimals(pair[1], pair[0]),
                Ordering::Greater,
                "{pair:?}"
            );
        }
        assert_eq!(compare_decimals("1.50", "1.5"), Ordering::Equal);
    }
}
