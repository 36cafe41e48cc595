//! The current time, and the parts of times.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use crate::expr::column::Column;
use crate::expr::expression::Expr;
use crate::sql::fragment::{Fragment, Segment};
use crate::table::facts::Table;
use crate::types::column_type::{ColumnType, ColumnValue};

/// The current time by the clock of the database, the same in the whole statement. MySQL's has microseconds, SQLite's milliseconds.
pub fn now<M: Table>() -> Expr<M, Timestamp> {
    Expr::new(Fragment::of(Segment::Either {
        sqlite: "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
        mysql: "UTC_TIMESTAMP(6)",
    }))
}

macro_rules! parts {
    ($($(#[$doc:meta])* $method:ident: $part:ident, $sqlite:literal, $mysql:literal;)*) => {
        parts!(of Column<Kind>: $($(#[$doc])* $method: $part, $sqlite, $mysql;)*);
        parts!(of Expr<Kind>: $($(#[$doc])* $method: $part, $sqlite, $mysql;)*);
    };
    (of $name:ident $(<$kind:ident>)?: $($(#[$doc:meta])* $method:ident: $part:ident, $sqlite:literal, $mysql:literal;)*) => {
        /// Parts of times. An instant is split in UTC.
        impl<M: Table, T: ColumnValue $(, $kind)?> $name<M, T $(, $kind)?> {$(
            $(#[$doc])*
            pub fn $method(self) -> Expr<M, T::Also<i32>>
            where
                T::Inner: $part,
            {
                let mut sql = Fragment::of(Segment::Either {
                    sqlite: concat!("CAST(strftime('", $sqlite, "', "),
                    mysql: concat!("EXTRACT(", $mysql, " FROM "),
                });
                sql.append(self.fragment()).add(Segment::Either {
                    sqlite: ") AS INTEGER)",
                    mysql: ")",
                });
                Expr::new(sql)
            }
        )*}
    };
}
parts! {
    /// The year.
    year: HasDate, "%Y", "YEAR";
    /// The month, 1 to 12.
    month: HasDate, "%m", "MONTH";
    /// The day of the month, 1 to 31.
    day: HasDate, "%d", "DAY";
    /// The hour, 0 to 23.
    hour: HasTime, "%H", "HOUR";
    /// The minute, 0 to 59.
    minute: HasTime, "%M", "MINUTE";
    /// The second, 0 to 59, without its fraction.
    second: HasTime, "%S", "SECOND";
}

/// A column type with a date.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no date",
    label = "not a date",
    note = "help: `year`, `month` and `day` need a column of a date, or of a date with a time"
)]
pub trait HasDate: ColumnType {}

/// A column type with a time of day.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no time of day",
    label = "not a time",
    note = "help: `hour`, `minute` and `second` need a column of a time, or of a date with a time"
)]
pub trait HasTime: ColumnType {}

macro_rules! have {
    ($part:ident: $($ty:ty),*) => {$(
        impl $part for $ty {}
    )*};
}
have!(HasDate: Timestamp, DateTime, Date);
have!(HasTime: Timestamp, DateTime, Time);
#[cfg(feature = "chrono")]
have!(HasDate: chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, chrono::NaiveDate);
#[cfg(feature = "chrono")]
have!(HasTime: chrono::DateTime<chrono::Utc>, chrono::NaiveDateTime, chrono::NaiveTime);
#[cfg(feature = "time")]
have!(HasDate: time::OffsetDateTime, time::PrimitiveDateTime, time::Date);
#[cfg(feature = "time")]
have!(HasTime: time::OffsetDateTime, time::PrimitiveDateTime, time::Time);
