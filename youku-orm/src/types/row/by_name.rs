//! Rows of hand-written SQL: a model's columns are found by name.

use crate::error::{Class, Error, Result};
use crate::types::column_info::ColumnInfo;
use crate::types::row::renumbered::{Positions, Renumbered};
use crate::types::row::{FromRow, Row};

/// The position of each column of the target in a result, or the fact that the columns are in order.
pub(crate) enum Layout {
    /// Cell `i` is column `i`.
    InOrder,
    /// Cell `map[i]` is column `i`.
    Mapped(Vec<usize>),
}

impl Layout {
    /// Finds the columns that `T` wants among `names`.
    ///
    /// # Errors
    /// A schema error for a column that the result lacks, with the nearest name it has, and for one that it has twice.
    pub(crate) fn find<T: FromRow>(names: &[String]) -> Result<Self> {
        let Some(columns) = T::COLUMNS else {
            return Ok(Self::InOrder);
        };
        let positions: Vec<usize> = columns
            .iter()
            .map(|column| position(column, names))
            .collect::<Result<_>>()?;
        if positions.iter().copied().eq(0..positions.len()) {
            return Ok(Self::InOrder);
        }
        Ok(Self::Mapped(positions))
    }

    pub(crate) fn read<T: FromRow, R: Row>(&self, row: &mut R) -> Result<T> {
        match self {
            Self::InOrder => T::from_row(row),
            Self::Mapped(map) => T::from_row(&mut Renumbered {
                row,
                positions: Positions::Mapped(map),
            }),
        }
    }
}

fn position(column: &ColumnInfo, names: &[String]) -> Result<usize> {
    let mut positions = (0..names.len()).filter(|position| names[*position] == column.name);
    let first = positions.next();
    if positions.next().is_some() {
        let name = column.name;
        return Err(Error::new(
            Class::Schema,
            format!(
                "the result has two columns `{name}`; select one of them, or give one another name with `AS`"
            ),
        ));
    }
    first.ok_or_else(|| {
        let near = names
            .iter()
            .map(|name| (strsim::jaro_winkler(name, column.name), name))
            .filter(|(likeness, _)| *likeness > 0.8)
            .max_by(|left, right| left.0.total_cmp(&right.0));
        let hint = near.map_or(String::new(), |(_, name)| format!("; it has `{name}`"));
        Error::new(
            Class::Schema,
            format!("the result has no column `{}`{hint}", column.name),
        )
    })
}
