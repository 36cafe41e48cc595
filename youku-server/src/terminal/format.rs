//! Values as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment in the time zone of this machine, to the second.
pub fn local_time(moment: Timestamp) -> String {
    let local = moment.to_zoned(TimeZone::system());
    local.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A number of bytes in the largest binary unit that it fills.
///
/// ```
/// assert_eq!(youku_server::terminal::size(3 << 20), "3.00 MiB");
/// ```
pub fn size(bytes: u64) -> String {
    indicatif::BinaryBytes(bytes).to_string()
}

/// An amount of fen in yuan.
///
/// ```
/// assert_eq!(youku_server::terminal::yuan(1005), "10.05");
/// ```
pub fn yuan(fen: u64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_the_largest_unit_that_they_fill() {
        let sizes = [0, 1023, 1024, 1536, 3 << 20, 5 << 30].map(size);
        let expected = [
            "0 B", "1023 B", "1.00 KiB", "1.50 KiB", "3.00 MiB", "5.00 GiB",
        ];
        assert_eq!(sizes, expected);
    }

    #[test]
    fn fen_are_the_decimals_of_yuan() {
        let amounts = [0, 5, 99, 100, 1005].map(yuan);
        assert_eq!(amounts, ["0.00", "0.05", "0.99", "1.00", "10.05"]);
    }
}
