//! Rows seen through another numbering of their cells.

use jiff::civil::{Date, DateTime, Time};

use crate::error::Result;
use crate::types::row::{Row, sealed};

/// A row whose cell `i` is cell `positions[i]` of another.
pub(crate) struct Mapped<'r, R> {
    pub(crate) row: &'r mut R,
    pub(crate) positions: &'r [usize],
}

impl<R> Mapped<'_, R> {
    /// An index beyond the columns stays beyond the row.
    fn position(&self, index: usize) -> usize {
        self.positions.get(index).copied().unwrap_or(usize::MAX)
    }
}

/// A row that begins at a later cell of another: one side of a join.
#[doc(hidden)]
pub struct Shifted<'r, R> {
    pub(crate) row: &'r mut R,
    pub(crate) start: usize,
}

impl<R> Shifted<'_, R> {
    fn position(&self, index: usize) -> usize {
        self.start.saturating_add(index)
    }
}

macro_rules! renumbered {
    ($name:ident) => {
        impl<R> sealed::Sealed for $name<'_, R> {}

        impl<R: Row> Row for $name<'_, R> {
            fn is_null(&mut self, index: usize) -> Result<bool> {
                self.row.is_null(self.position(index))
            }

            fn integer(&mut self, index: usize) -> Result<i64> {
                self.row.integer(self.position(index))
            }

            fn unsigned(&mut self, index: usize) -> Result<u64> {
                self.row.unsigned(self.position(index))
            }

            fn double(&mut self, index: usize) -> Result<f64> {
                self.row.double(self.position(index))
            }

            fn text(&mut self, index: usize) -> Result<String> {
                self.row.text(self.position(index))
            }

            fn str(&mut self, index: usize) -> Result<&str> {
                self.row.str(self.position(index))
            }

            fn bytes(&mut self, index: usize) -> Result<Vec<u8>> {
                self.row.bytes(self.position(index))
            }

            fn decimal(&mut self, index: usize) -> Result<String> {
                self.row.decimal(self.position(index))
            }

            fn date(&mut self, index: usize) -> Result<Date> {
                self.row.date(self.position(index))
            }

            fn time(&mut self, index: usize) -> Result<Time> {
                self.row.time(self.position(index))
            }

            fn datetime(&mut self, index: usize) -> Result<DateTime> {
                self.row.datetime(self.position(index))
            }

            fn name(&self, index: usize) -> String {
                self.row.name(self.position(index))
            }
        }
    };
}
renumbered!(Mapped);
renumbered!(Shifted);
