//! Instants, days and times of day of `chrono`, which convert through those of `jiff`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use jiff::civil;

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::row::{Row, single};
use crate::types::value::Bind;

const BEYOND: &str =
    "a date or an instant must lie in the years 1 to 9999, and not in a leap second";

/// Stored in UTC with microseconds; finer digits are truncated. A leap second is refused.
impl ColumnType for DateTime<Utc> {
    const KIND: ColumnKind = ColumnKind::Timestamp;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        NaiveDateTime::decode(row, index).map(|at| at.and_utc())
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        self.naive_utc().bind(to);
    }
}

impl ColumnType for NaiveDate {
    const KIND: ColumnKind = ColumnKind::Date;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let date = row.date(index)?;
        from_date(date).ok_or_else(|| row.mismatch(index, "a date", "`chrono` has no such date"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match to_date(*self) {
            Some(date) => to.date(date),
            None => to.refuse(BEYOND),
        }
    }
}

impl Key for NaiveDate {}

/// Stored with microseconds; finer digits are truncated. A leap second is refused.
impl ColumnType for NaiveTime {
    const KIND: ColumnKind = ColumnKind::Time;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let time = row.time(index)?;
        from_time(time).ok_or_else(|| row.mismatch(index, "a time", "`chrono` has no such time"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match to_time(*self) {
            Some(time) => to.time(time),
            None => to.refuse("a leap second cannot be stored"),
        }
    }
}

/// Stored as it is, without a time zone, with microseconds; finer digits are truncated. A leap second is
/// refused.
impl ColumnType for NaiveDateTime {
    const KIND: ColumnKind = ColumnKind::DateTime;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let at = row.datetime(index)?;
        let parts = from_date(at.date()).zip(from_time(at.time()));
        let at = parts.map(|(date, time)| date.and_time(time));
        at.ok_or_else(|| row.mismatch(index, "a date and time", "`chrono` has none such"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match to_date(self.date()).zip(to_time(self.time())) {
            Some((date, time)) => to.datetime(date.to_datetime(time)),
            None => to.refuse(BEYOND),
        }
    }
}

single!(DateTime<Utc>, NaiveDate, NaiveTime, NaiveDateTime);

fn to_date(date: NaiveDate) -> Option<civil::Date> {
    let (month, day) = (
        i8::try_from(date.month()).ok()?,
        i8::try_from(date.day()).ok()?,
    );
    civil::Date::new(i16::try_from(date.year()).ok()?, month, day).ok()
}

/// `None` for a leap second, whose nanoseconds count on beyond a second.
fn to_time(time: NaiveTime) -> Option<civil::Time> {
    let small = |part: u32| i8::try_from(part).ok();
    let (hour, minute, second) = (
        small(time.hour())?,
        small(time.minute())?,
        small(time.second())?,
    );
    civil::Time::new(hour, minute, second, i32::try_from(time.nanosecond()).ok()?).ok()
}

fn from_date(date: civil::Date) -> Option<NaiveDate> {
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    NaiveDate::from_ymd_opt(date.year().into(), month.into(), day.into())
}

fn from_time(time: civil::Time) -> Option<NaiveTime> {
    let (hour, minute) = (time.hour().unsigned_abs(), time.minute().unsigned_abs());
    let (second, nanos) = (
        time.second().unsigned_abs(),
        time.subsec_nanosecond().unsigned_abs(),
    );
    NaiveTime::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanos)
}
