//! Instants as SQLite text: `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, so that text order is time order.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::Timestamp;

/// The text of an instant, always 26 characters; finer digits are cut off.
pub(super) fn to_text(at: Timestamp) -> String {
    let time = at.to_zoned(TimeZone::UTC).datetime();
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.subsec_nanosecond() / 1_000
    )
}

/// The instant of such a text; also takes what SQLite's own date functions write.
pub(super) fn from_text(text: &str) -> Option<Timestamp> {
    let time: DateTime = text.parse().ok()?;
    time.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_microseconds_and_cuts_the_rest() {
        let at: Timestamp = "2024-02-29T23:59:59.123456789Z".parse().unwrap();
        assert_eq!(to_text(at), "2024-02-29 23:59:59.123456");
        let cut: Timestamp = "2024-02-29T23:59:59.123456Z".parse().unwrap();
        assert_eq!(from_text("2024-02-29 23:59:59.123456"), Some(cut));
    }

    #[test]
    fn text_of_date_functions_is_read() {
        let at: Timestamp = "2024-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(from_text("2024-01-02 03:04:05"), Some(at));
        assert_eq!(from_text("yesterday"), None);
    }
}
