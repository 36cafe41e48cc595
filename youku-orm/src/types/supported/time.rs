//! Instants, days and times of day of `time`, which convert through those of `jiff`.

use jiff::civil;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::row::{Row, single};
use crate::types::value::Bind;

const BEYOND: &str = "a date or an instant must lie in the years 1 to 9999";

/// Stored in UTC with microseconds, and read in UTC: the offset is not kept. Finer digits are cut
/// off.
impl ColumnType for OffsetDateTime {
    const KIND: ColumnKind = ColumnKind::Timestamp;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        PrimitiveDateTime::decode(row, index).map(PrimitiveDateTime::assume_utc)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match self.checked_to_offset(UtcOffset::UTC) {
            Some(at) => PrimitiveDateTime::new(at.date(), at.time()).bind(to),
            None => to.refuse(BEYOND),
        }
    }
}

impl ColumnType for Date {
    const KIND: ColumnKind = ColumnKind::Date;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let date = row.date(index)?;
        from_date(date).ok_or_else(|| row.mismatch(index, "a date", "`time` has no such date"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match to_date(*self) {
            Some(date) => to.date(date),
            None => to.refuse(BEYOND),
        }
    }
}

impl Key for Date {}

/// Stored with microseconds; finer digits are truncated.
impl ColumnType for Time {
    const KIND: ColumnKind = ColumnKind::Time;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let time = row.time(index)?;
        from_time(time).ok_or_else(|| row.mismatch(index, "a time", "`time` has no such time"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match to_time(*self) {
            Some(time) => to.time(time),
            None => to.refuse("this time of day cannot be stored"),
        }
    }
}

/// Stored as it is, without a time zone, with microseconds; finer digits are truncated.
impl ColumnType for PrimitiveDateTime {
    const KIND: ColumnKind = ColumnKind::DateTime;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let at = row.datetime(index)?;
        let parts = from_date(at.date()).zip(from_time(at.time()));
        let at = parts.map(|(date, time)| Self::new(date, time));
        at.ok_or_else(|| row.mismatch(index, "a date and time", "`time` has none such"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match to_date(self.date()).zip(to_time(self.time())) {
            Some((date, time)) => to.datetime(date.to_datetime(time)),
            None => to.refuse(BEYOND),
        }
    }
}

single!(OffsetDateTime, Date, Time, PrimitiveDateTime);

fn to_date(date: Date) -> Option<civil::Date> {
    let (month, day) = (
        i8::try_from(u8::from(date.month())).ok()?,
        i8::try_from(date.day()).ok()?,
    );
    civil::Date::new(i16::try_from(date.year()).ok()?, month, day).ok()
}

fn to_time(time: Time) -> Option<civil::Time> {
    let small = |part: u8| i8::try_from(part).ok();
    let (hour, minute, second) = (
        small(time.hour())?,
        small(time.minute())?,
        small(time.second())?,
    );
    civil::Time::new(hour, minute, second, i32::try_from(time.nanosecond()).ok()?).ok()
}

fn from_date(date: civil::Date) -> Option<Date> {
    let month = Month::try_from(date.month().unsigned_abs()).ok()?;
    Date::from_calendar_date(date.year().into(), month, date.day().unsigned_abs()).ok()
}

fn from_time(time: civil::Time) -> Option<Time> {
    let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    let (second, nanos) = (
        time.second().unsigned_abs(),
        time.subsec_nanosecond().unsigned_abs(),
    );
    Time::from_hms_nano(hour, minute, second, nanos).ok()
}
