//! A row seen through another numbering of its cells.

use jiff::civil::{Date, DateTime, Time};

use crate::error::Result;
use crate::types::row::{Row, sealed};

/// A row whose cells are those of another row at other positions.
#[doc(hidden)]
pub struct Renumbered<'r, R> {
    pub(crate) row: &'r mut R,
    pub(crate) positions: Positions<'r>,
}

/// Where the cells are in the other row.
#[derive(Clone, Copy)]
pub(crate) enum Positions<'r> {
    /// Cell `i` is cell `start + i`.
    From(usize),
    /// Cell `i` is cell `map[i]`.
    Mapped(&'r [usize]),
}

impl<R> Renumbered<'_, R> {
    fn position(&self, index: usize) -> usize {
        match self.positions {
            Positions::From(start) => start.saturating_add(index),
            Positions::Mapped(map) => map.get(index).copied().unwrap_or(usize::MAX),
        }
    }
}

impl<R> sealed::Sealed for Renumbered<'_, R> {}

impl<R: Row> Row for Renumbered<'_, R> {
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
