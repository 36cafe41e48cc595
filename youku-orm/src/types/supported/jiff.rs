//! Instants, days and times of day of `jiff`, the default crate for time.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::row::{Row, single};
use crate::types::value::Bind;
use jiff::Timestamp;

/// Stored in UTC with microseconds. Finer digits are truncated: write whole microseconds to read the same value back.
impl ColumnType for Timestamp {
    const KIND: ColumnKind = ColumnKind::Timestamp;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let at = TimeZone::UTC.to_timestamp(row.datetime(index)?);
        at.map_err(|_| row.mismatch(index, "a timestamp", "it is later than `Timestamp::MAX`"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.datetime(TimeZone::UTC.to_datetime(*self));
    }
}

impl ColumnType for Date {
    const KIND: ColumnKind = ColumnKind::Date;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.date(index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.date(*self);
    }
}

impl Key for Date {}

/// Stored with microseconds; finer digits are truncated.
impl ColumnType for Time {
    const KIND: ColumnKind = ColumnKind::Time;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.time(index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.time(*self);
    }
}

/// Stored as it is, without a time zone, with microseconds; finer digits are truncated.
impl ColumnType for DateTime {
    const KIND: ColumnKind = ColumnKind::DateTime;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.datetime(index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.datetime(*self);
    }
}

single!(Timestamp, Date, Time, DateTime);
