//! Values as `mysql_async` sends them.

use jiff::civil::{Date, DateTime, Time};
use mysql_async::Value as Mysql;

use crate::error::{Error, Result};
use crate::types::value::Value;

/// Checks and converts the values of a statement; texts and bytes move.
pub(super) fn params(values: Vec<Value>) -> Result<mysql_async::Params> {
    if values.is_empty() {
        return Ok(mysql_async::Params::Empty);
    }
    values.iter().try_for_each(Value::check)?;
    // Collecting would use the memory of `values`, and then ask for less of it.
    let mut converted = Vec::with_capacity(values.len());
    converted.extend(values.into_iter().map(convert));
    Ok(mysql_async::Params::Positional(converted))
}

/// The payload of the greatest packet of the protocol. The driver sends the values of a larger statement one by one.
const MAX_PAYLOAD: usize = (1 << 24) - 1;

/// Refuses a statement that the server would not read: it would close the connection, and a transaction would end.
pub(super) fn require_room(sql: &str, values: &[Value], max_packet: usize) -> Result<()> {
    // COM_STMT_PREPARE: the command and the text.
    let text = 1 + sql.len();
    // COM_STMT_EXECUTE: the head, a bit for NULL and a type for each value, and the values.
    let head = 11 + values.len().div_ceil(8) + 2 * values.len();
    let execute = head + values.iter().map(length).sum::<usize>();
    let longest = if execute > MAX_PAYLOAD {
        values.iter().map(length).max().unwrap_or(0)
    } else {
        execute
    };
    let size = text.max(longest);
    if size < max_packet {
        return Ok(());
    }
    Err(Error::usage(format!(
        "the statement has {size} bytes, and the server accepts less than {max_packet} (`max_allowed_packet`, read when \
         this pool connected); raise that and connect again, or write less at once"
    )))
}

/// The bytes that a value takes in a packet, or a few more.
fn length(value: &Value) -> usize {
    match value {
        Value::Null => 0,
        Value::I64(_) | Value::U64(_) | Value::F64(_) => 8,
        Value::Text(_) | Value::Bytes(_) => {
            let size = value.size();
            size + match size {
                0..251 => 1,
                251..0x1_0000 => 3,
                0x1_0000..0x100_0000 => 4,
                _ => 9,
            }
        }
        Value::Date(_) | Value::Time(_) | Value::DateTime(_) | Value::Unstorable(_) => 13,
    }
}

fn convert(value: Value) -> Mysql {
    match value {
        Value::Null => Mysql::NULL,
        Value::I64(number) => Mysql::Int(number),
        Value::U64(number) => Mysql::UInt(number),
        Value::F64(number) => Mysql::Double(number),
        Value::Text(text) => Mysql::Bytes(text.into_bytes()),
        Value::Bytes(bytes) => Mysql::Bytes(bytes),
        Value::Date(date) => from_datetime(date.into()),
        Value::Time(time) => from_time(time),
        Value::DateTime(at) => from_datetime(at),
        // [`Value::check`] has refused it.
        Value::Unstorable(_) => Mysql::NULL,
    }
}

/// A DATE or DATETIME(6); digits finer than microseconds are cut off. The parts fit:
/// [`Value::check`] has refused years beyond 1 to 9999, and the rest are small by nature.
fn from_datetime(at: DateTime) -> Mysql {
    Mysql::Date(
        at.year().unsigned_abs(),
        at.month().unsigned_abs(),
        at.day().unsigned_abs(),
        at.hour().unsigned_abs(),
        at.minute().unsigned_abs(),
        at.second().unsigned_abs(),
        at.subsec_nanosecond().unsigned_abs() / 1_000,
    )
}

/// A TIME(6); digits finer than microseconds are cut off.
fn from_time(time: Time) -> Mysql {
    Mysql::Time(
        false,
        0,
        time.hour().unsigned_abs(),
        time.minute().unsigned_abs(),
        time.second().unsigned_abs(),
        time.subsec_nanosecond().unsigned_abs() / 1_000,
    )
}

/// The day of a DATE. `None` if the value is not a date, such as the zero date, or has a time of day.
pub(super) fn to_date(value: &Mysql) -> Option<Date> {
    let at = to_datetime(value)?;
    (at.time() == Time::midnight()).then(|| at.date())
}

/// The time of day of a TIME. `None` if the value is a span that is not a time of day, such as 25 hours.
pub(super) fn to_time(value: &Mysql) -> Option<Time> {
    match *value {
        Mysql::Time(false, 0, hour, minute, second, micros) => time(hour, minute, second, micros),
        _ => None,
    }
}

/// The parts of a DATETIME or DATE. `None` if the value is not a date, such as the zero date.
pub(super) fn to_datetime(value: &Mysql) -> Option<DateTime> {
    let Mysql::Date(year, month, day, hour, minute, second, micros) = *value else {
        return None;
    };
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let date = Date::new(i16::try_from(year).ok()?, month, day).ok()?;
    Some(date.to_datetime(time(hour, minute, second, micros)?))
}

fn time(hour: u8, minute: u8, second: u8, micros: u32) -> Option<Time> {
    let small = |part: u8| i8::try_from(part).ok();
    let nanos = i32::try_from(micros.checked_mul(1_000)?).ok()?;
    Time::new(small(hour)?, small(minute)?, small(second)?, nanos).ok()
}
