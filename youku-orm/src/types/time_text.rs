//! Days and times as text, so that the order of text is the order of time.
//!
//! There is one spelling for each. Any other spelling of the same time is another text: it is not equal to the one that a filter
//! binds, and it sorts at another place. So no other spelling is read.

use jiff::civil::{Date, DateTime, Time};
#[cfg(feature = "sqlite")]
use jiff::{Timestamp, tz::TimeZone};

#[cfg(feature = "sqlite")]
use crate::types::column_type::ColumnKind;

/// `YYYY-MM-DD`.
pub(crate) fn of_date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// `HH:MM:SS.ffffff`; finer digits are truncated.
pub(crate) fn of_time(time: Time) -> String {
    let micros = time.subsec_nanosecond() / 1_000;
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{hour:02}:{minute:02}:{second:02}.{micros:06}")
}

/// `YYYY-MM-DD HH:MM:SS.ffffff`; finer digits are truncated.
pub(crate) fn of_datetime(at: DateTime) -> String {
    format!("{} {}", of_date(at.date()), of_time(at.time()))
}

/// The day of a text that [`of_date`] writes.
#[cfg(feature = "sqlite")]
pub(crate) fn to_date(text: &str) -> Option<Date> {
    let [y, yy, yyy, yyyy, b'-', m, mm, b'-', d, dd] = *text.as_bytes() else {
        return None;
    };
    let year = number([y, yy, yyy, yyyy])?;
    let (month, day) = (number([m, mm])?, number([d, dd])?);
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
    // No filter binds the year 0.
    .filter(|date| date.year() > 0)
}

/// The time of day of a text that [`of_time`] writes.
#[cfg(feature = "sqlite")]
pub(crate) fn to_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_at_checked(9)?;
    let [h, hh, b':', m, mm, b':', s, ss, b'.'] = *clock.as_bytes() else {
        return None;
    };
    let micros = number::<6>(fraction.as_bytes().try_into().ok()?)?;
    let small = |digits| number(digits)?.try_into().ok();
    let (hour, minute, second) = (small([h, hh])?, small([m, mm])?, small([s, ss])?);
    Time::new(hour, minute, second, micros * 1_000).ok()
}

/// The day and time of a text that [`of_datetime`] writes.
#[cfg(feature = "sqlite")]
pub(crate) fn to_datetime(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_at_checked(10)?;
    let time = to_time(time.strip_prefix(' ')?)?;
    Some(to_date(date)?.to_datetime(time))
}

/// The number with these digits.
#[cfg(feature = "sqlite")]
fn number<const N: usize>(digits: [u8; N]) -> Option<i32> {
    digits.into_iter().try_fold(0, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit - b'0')?;
        Some(number * 10 + i32::from(digit))
    })
}

/// The spelling of this module for a time of that kind in another spelling: that of SQLite's own functions, of ISO 8601 or of
/// RFC 3339. Digits finer than microseconds are truncated. `None` if the text is not such a time, or if something would be
/// lost: an offset where only an instant has one, or the time of a day.
#[cfg(feature = "sqlite")]
pub(crate) fn converted(kind: ColumnKind, text: &str) -> Option<String> {
    let text = text.trim();
    if kind == ColumnKind::Time {
        // `jiff` alone would also find the time in a text with a date.
        let is_time = text.as_bytes().get(2) == Some(&b':') && !text.contains(['+', '-', 'Z', 'z']);
        return text.parse().ok().filter(|_| is_time).map(of_time);
    }
    let (date, rest) = text.split_at_checked(10)?;
    to_date(date)?;
    let has_offset = rest.contains(['+', '-', 'Z', 'z', '[']);
    let at: DateTime = match kind {
        ColumnKind::Timestamp if has_offset => {
            TimeZone::UTC.to_datetime(text.parse::<Timestamp>().ok()?)
        }
        _ if has_offset => return None,
        _ => text.parse().ok()?,
    };
    if !(1..=9999).contains(&at.year()) {
        return None;
    }
    match kind {
        ColumnKind::Date => (at.time() == Time::midnight()).then(|| of_date(at.date())),
        _ => Some(of_datetime(at)),
    }
}

#[cfg(feature = "sqlite")]
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_microseconds_and_cuts_the_rest() {
        let at: DateTime = "2024-02-29T23:59:59.123456789".parse().unwrap();
        assert_eq!(of_datetime(at), "2024-02-29 23:59:59.123456");
        let cut: DateTime = "2024-02-29T23:59:59.123456".parse().unwrap();
        assert_eq!(to_datetime("2024-02-29 23:59:59.123456"), Some(cut));
        assert_eq!(to_time("23:59:59.123456"), Some(cut.time()));
        assert_eq!(to_date("2024-02-29"), Some(cut.date()));
    }

    #[test]
    fn no_other_spelling_is_read() {
        for text in [
            "",
            "yesterday",
            "2024-01-02 03:04:05",
            "2024-01-02 03:04:05.12345",
            "2024-01-02 03:04:05.1234567",
            "2024-01-02T03:04:05.123456",
            "2024-01-02 03:04:05.123456Z",
            "2024-01-02 03:04:05.+23456",
            "2024-13-02 03:04:05.123456",
            "2024-01-02 24:04:05.123456",
            "2024-01-0ä 3:04:05.123456",
            "2024-01-02",
            "03:04:05.123456",
        ] {
            assert_eq!(to_datetime(text), None, "{text}");
        }
        for text in [
            "2024-01-02 00:00:00.000000",
            "2024-1-02",
            "+024-01-02",
            "0000-05-05",
            "20240102",
        ] {
            assert_eq!(to_date(text), None, "{text}");
        }
        for text in [
            "03:04:05",
            "03:04",
            "03:04:05.1",
            "T03:04:05.000000",
            "03:04:60.000000",
        ] {
            assert_eq!(to_time(text), None, "{text}");
        }
    }

    fn check(kind: ColumnKind, text: &str, expected: Option<&str>) {
        assert_eq!(
            converted(kind, text).as_deref(),
            expected,
            "{kind:?} {text}"
        );
    }

    #[test]
    fn other_spellings_are_converted_without_a_loss() {
        use ColumnKind::{Date, DateTime, Time, Timestamp};
        let noon = Some("2024-01-02 12:00:00.000000");
        for text in [
            "2024-01-02 12:00:00",
            "2024-01-02T12:00",
            "2024-01-02 12:00:00.0000009",
        ] {
            check(Timestamp, text, noon);
            check(DateTime, text, noon);
            check(Date, text, None);
        }
        for text in [
            "2024-01-02T12:00:00Z",
            "2024-01-02 14:00:00+02:00",
            "2024-01-02T07:00:00.0-05:00",
        ] {
            check(Timestamp, text, noon);
            check(DateTime, text, None);
            check(Date, text, None);
        }
        for text in [
            "2024-01-02",
            "2024-01-02 00:00:00",
            "2024-01-02T00:00:00.000",
        ] {
            check(Timestamp, text, Some("2024-01-02 00:00:00.000000"));
            check(Date, text, Some("2024-01-02"));
        }
        check(Timestamp, "0001-01-01T00:00:00+01:00", None);
        check(Time, "12:00", Some("12:00:00.000000"));
        check(Time, "12:00:00.1234567", Some("12:00:00.123456"));
        for text in ["2024-01-02 12:00", "12:00:00+02:00", "noon", "12"] {
            check(Time, text, None);
        }
        for text in [
            "",
            "yesterday",
            "20240102",
            "1704196800",
            "2024-01-02 noon",
            "2024-02-30",
        ] {
            check(Timestamp, text, None);
            check(Date, text, None);
        }
    }
}
