//! Days and times as text, so that the order of text is the order of time.

use jiff::civil::{Date, DateTime, Time};

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

/// The day of such a text; `None` also when there is a time of day other than midnight.
#[cfg(feature = "sqlite")]
pub(crate) fn to_date(text: &str) -> Option<Date> {
    let at = to_datetime(text)?;
    (at.time() == Time::midnight()).then(|| at.date())
}

/// The time of day of such a text; also takes what SQLite's own functions write.
#[cfg(feature = "sqlite")]
pub(crate) fn to_time(text: &str) -> Option<Time> {
    // `jiff` alone would also find the time in a text with a date.
    text.parse()
        .ok()
        .filter(|_| text.as_bytes().get(2) == Some(&b':'))
}

/// The day and time of such a text; also takes what SQLite's own functions write.
#[cfg(feature = "sqlite")]
pub(crate) fn to_datetime(text: &str) -> Option<DateTime> {
    text.parse().ok()
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
    fn text_of_date_functions_is_read() {
        let at: DateTime = "2024-01-02T03:04:05".parse().unwrap();
        assert_eq!(to_datetime("2024-01-02 03:04:05"), Some(at));
        assert_eq!(to_time("03:04:05"), Some(at.time()));
        assert_eq!(
            to_datetime("2024-01-02").map(|at| at.date()),
            Some(at.date())
        );
        assert_eq!(to_datetime("yesterday"), None);
    }

    #[test]
    fn a_date_is_not_read_as_a_time_nor_a_time_as_a_date() {
        assert_eq!(to_date("2024-01-02 03:04:05"), None);
        assert_eq!(
            to_date("2024-01-02 00:00:00.000000").map(|date| date.day()),
            Some(2)
        );
        assert_eq!(to_time("2024-01-02 03:04:05"), None);
        assert_eq!(to_datetime("03:04:05"), None);
        assert_eq!(to_datetime("2024-01-02T03:04:05Z"), None);
    }
}
