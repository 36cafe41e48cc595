//! Numbers. Existing clients send them as JSON numbers or as strings of decimal digits; clients of
//! protocol 2 send only JSON numbers.

use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// More digits than any number that fits has; a longer string is not parsed.
const MAX_DIGITS: usize = 20;

/// Reads a whole number from 0 to 2^63 - 1, for `#[serde(deserialize_with)]`.
///
/// `12` and `"12"` are taken; a sign, a fraction, an exponent and surrounding space are not.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(Integer)
}

/// Reads what [`integer`] reads, or `null`; a missing field needs `#[serde(default)]`.
pub(crate) fn optional_integer<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Whole(#[serde(deserialize_with = "integer")] u64);
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|whole| whole.0))
}

/// Reads 0 or 1, the Python course project's no and yes, for `#[serde(deserialize_with)]`. A JSON
/// `true` is refused, because it could mean "is free" as well as "1, paid".
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match integer(deserializer)? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(D::Error::custom("expected 0 or 1")),
    }
}

/// A wait as the wire has it: in whole seconds, rounded up.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// A whole number from 0 to 2^63 - 1 in a request of protocol 2: a JSON number, not a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number(u64);

impl Number {
    pub(crate) fn get(self) -> u64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            value if i64::try_from(value).is_ok() => Ok(Self(value)),
            _ => Err(D::Error::custom("the number is too large")),
        }
    }
}

struct Integer;

impl Visitor<'_> for Integer {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number from 0 to 9223372036854775807")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u64, E> {
        match i64::try_from(value) {
            Ok(_) => Ok(value),
            Err(_) => Err(E::custom("the number is too large")),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<u64, E> {
        u64::try_from(value).map_err(|_| E::custom("the number is negative"))
    }

    fn visit_str<E: Error>(self, digits: &str) -> Result<u64, E> {
        if digits.len() > MAX_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(E::custom("not a decimal number"));
        }
        self.visit_u64(digits.parse().map_err(E::custom)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: Option<u64>) {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        assert_eq!(integer(&mut deserializer).ok(), expected, "{json}");
    }

    #[test]
    fn numbers_and_decimal_strings_are_accepted() {
        check("0", Some(0));
        check("12", Some(12));
        check(r#""12""#, Some(12));
        check("9223372036854775807", Some(i64::MAX as u64));
        check(r#""9223372036854775807""#, Some(i64::MAX as u64));
    }

    #[test]
    fn anything_else_is_refused() {
        for json in [
            "-1",
            "1.5",
            "1.0",
            "1e3",
            "9223372036854775808",
            "99999999999999999999999",
        ] {
            check(json, None);
        }
        for json in [
            r#""""#, r#""-1""#, r#""+1""#, r#"" 1""#, r#""1.5""#, "true", "null", "[]",
        ] {
            check(json, None);
        }
    }

    #[test]
    fn a_number_of_protocol_2_is_not_a_text() {
        let read = |json| serde_json::from_str::<Number>(json).ok().map(Number::get);
        assert_eq!(read("12"), Some(12));
        assert_eq!(read("9223372036854775807"), Some(i64::MAX as u64));
        for json in [
            r#""12""#,
            "9223372036854775808",
            "-1",
            "1.0",
            "true",
            "null",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn a_flag_is_zero_or_one() {
        let read = |json| flag(&mut serde_json::Deserializer::from_str(json)).ok();
        assert_eq!(read("0"), Some(false));
        assert_eq!(read("1"), Some(true));
        assert_eq!(read(r#""1""#), Some(true));
        assert_eq!(read("2"), None);
        assert_eq!(read("true"), None);
    }
}
