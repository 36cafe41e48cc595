//! Values as `mysql_async` sends them.

use jiff::tz::TimeZone;
use mysql_async::Value as Mysql;

use crate::Timestamp;
use crate::error::Result;
use crate::value::Value;

/// Checks and converts the values of a statement; texts and bytes move.
pub(super) fn params(values: Vec<Value>) -> Result<mysql_async::Params> {
    if values.is_empty() {
        return Ok(mysql_async::Params::Empty);
    }
    let converted = values
        .into_iter()
        .map(|value| {
            value.check()?;
            Ok(convert(value))
        })
        .collect::<Result<Vec<Mysql>>>()?;
    Ok(mysql_async::Params::Positional(converted))
}

fn convert(value: Value) -> Mysql {
    match value {
        Value::Null => Mysql::NULL,
        Value::I64(number) => Mysql::Int(number),
        Value::U64(number) => Mysql::UInt(number),
        Value::F64(number) => Mysql::Double(number),
        Value::Text(text) => Mysql::Bytes(text.into_bytes()),
        Value::Bytes(bytes) => Mysql::Bytes(bytes),
        Value::Timestamp(at) => from_timestamp(at),
    }
}

/// A DATETIME(6) in UTC; finer digits are cut off. The parts fit: [`Value::check`] has refused
/// years beyond 1 to 9999, and the rest are small by nature.
fn from_timestamp(at: Timestamp) -> Mysql {
    let time = at.to_zoned(TimeZone::UTC).datetime();
    Mysql::Date(
        time.year().unsigned_abs(),
        time.month().unsigned_abs(),
        time.day().unsigned_abs(),
        time.hour().unsigned_abs(),
        time.minute().unsigned_abs(),
        time.second().unsigned_abs(),
        time.subsec_nanosecond().unsigned_abs() / 1_000,
    )
}

/// The instant of a DATETIME in UTC; `None` for what is no date, such as the zero date.
pub(super) fn to_timestamp(value: &Mysql) -> Option<Timestamp> {
    let Mysql::Date(year, month, day, hour, minute, second, micros) = *value else {
        return None;
    };
    let small = |part: u8| i8::try_from(part).ok();
    let time = jiff::civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        i32::try_from(micros.checked_mul(1_000)?).ok()?,
    );
    time.ok()?
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}
