//! Rows of hand-written SQL: a model's columns are found by name.

use crate::Timestamp;
use crate::error::{Class, Error, Result};
use crate::model::ColumnInfo;
use crate::row::{FromRow, Row, sealed};

/// Where each column of the target stands in a result, or that they stand in order.
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
    /// A schema error for a column that the result lacks, with the nearest name it has.
    pub(crate) fn find<T: FromRow>(names: &[String]) -> Result<Self> {
        let Some(columns) = T::COLUMNS else {
            return Ok(Self::InOrder);
        };
        let places: Vec<usize> = columns
            .iter()
            .map(|column| place(column, names))
            .collect::<Result<_>>()?;
        let in_order = places
            .iter()
            .enumerate()
            .all(|(index, place)| index == *place);
        Ok(if in_order {
            Self::InOrder
        } else {
            Self::Mapped(places)
        })
    }

    pub(crate) fn read<T: FromRow, R: Row>(&self, row: &mut R) -> Result<T> {
        match self {
            Self::InOrder => T::from_row(row),
            Self::Mapped(places) => T::from_row(&mut MappedRow { row, places }),
        }
    }
}

fn place(column: &ColumnInfo, names: &[String]) -> Result<usize> {
    names
        .iter()
        .position(|name| name == column.name)
        .ok_or_else(|| {
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

/// A row whose cells stand in another order.
struct MappedRow<'r, R> {
    row: &'r mut R,
    places: &'r [usize],
}

impl<R> MappedRow<'_, R> {
    /// An index beyond the columns stays beyond the row.
    fn place(&self, index: usize) -> usize {
        self.places.get(index).copied().unwrap_or(usize::MAX)
    }
}

impl<R> sealed::Sealed for MappedRow<'_, R> {}

impl<R: Row> Row for MappedRow<'_, R> {
    fn is_null(&mut self, index: usize) -> Result<bool> {
        self.row.is_null(self.place(index))
    }

    fn integer(&mut self, index: usize) -> Result<i64> {
        self.row.integer(self.place(index))
    }

    fn unsigned(&mut self, index: usize) -> Result<u64> {
        self.row.unsigned(self.place(index))
    }

    fn double(&mut self, index: usize) -> Result<f64> {
        self.row.double(self.place(index))
    }

    fn text(&mut self, index: usize) -> Result<String> {
        self.row.text(self.place(index))
    }

    fn str(&mut self, index: usize) -> Result<&str> {
        self.row.str(self.place(index))
    }

    fn bytes(&mut self, index: usize) -> Result<Vec<u8>> {
        self.row.bytes(self.place(index))
    }

    fn timestamp(&mut self, index: usize) -> Result<Timestamp> {
        self.row.timestamp(self.place(index))
    }

    fn name(&self, index: usize) -> String {
        self.row.name(self.place(index))
    }
}
