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
