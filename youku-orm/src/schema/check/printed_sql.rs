//! Compares SQL that a database prints with SQL of the model's table: each server has its own spelling of the same meaning.

use crate::types::column_type::ColumnKind;
use crate::types::time_text;
use crate::types::value::Value;

/// An expression without what the databases write in different ways: case, quotes of names, parentheses and white space. The
/// literals are unchanged.
pub(super) fn plain(sql: &str) -> String {
    // Outside and inside a literal in turn. Two quotes inside one are an empty part outside.
    let parts = sql.split('\'').enumerate().map(|(position, part)| {
        if position % 2 == 1 {
            return part.to_owned();
        }
        let part = part.to_lowercase().replace("_utf8mb4", "");
        part.replace("octet_length", "length")
            .replace(['(', ')', '`', '"', ' ', '\n', '\t'], "")
    });
    parts.collect::<Vec<_>>().join("'")
}

/// Whether the default that the database prints for a column is this value.
pub(super) fn is_same_default(
    live: Option<&str>,
    wanted: &Value,
    kind: ColumnKind,
    mysql: bool,
) -> bool {
    let Some(live) = live else {
        return matches!(wanted, Value::Null);
    };
    let Some(wanted) = value_text(wanted) else {
        return live.eq_ignore_ascii_case("NULL");
    };
    // MySQL prints a literal without quotes, and an expression with them.
    let unquoted = unquoted(live, mysql);
    let texts = [Some(live), unquoted.as_deref()];
    let mut texts = texts.into_iter().flatten();
    texts.any(|live| is_same_text(live, &wanted, kind, mysql))
}

fn is_same_text(live: &str, wanted: &str, kind: ColumnKind, mysql: bool) -> bool {
    match kind {
        ColumnKind::Boolean
        | ColumnKind::Signed(_)
        | ColumnKind::Unsigned(_)
        | ColumnKind::Decimal => {
            let digits = digits(live);
            digits.is_some() && digits == self::digits(wanted)
        }
        ColumnKind::Single => is_same_number::<f32>(live, wanted),
        ColumnKind::Double => is_same_number::<f64>(live, wanted),
        ColumnKind::Time | ColumnKind::Timestamp | ColumnKind::DateTime if mysql => {
            without_zeros(live) == without_zeros(wanted)
        }
        _ => live == wanted,
    }
}

/// What a literal of the value says. `None` for NULL and for bytes.
fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Bytes(_) | Value::Unstorable(_) => None,
        Value::I64(number) => Some(number.to_string()),
        Value::U64(number) => Some(number.to_string()),
        Value::F64(number) => Some(format!("{number:?}")),
        Value::Date(date) => Some(time_text::of_date(*date)),
        Value::Time(time) => Some(time_text::of_time(*time)),
        Value::DateTime(at) => Some(time_text::of_datetime(*at)),
        Value::Text(text) => Some(text.clone()),
    }
}

fn is_same_number<N: std::str::FromStr + PartialEq>(live: &str, wanted: &str) -> bool {
    let (live, wanted) = (inside_parentheses(live).parse::<N>(), wanted.parse::<N>());
    matches!((live, wanted), (Ok(live), Ok(wanted)) if live == wanted)
}

/// The digits of an exact number without those that mean nothing, and whether it is negative: `-01.50` and `-1.5` are equal.
fn digits(text: &str) -> Option<(bool, String, String)> {
    let text = inside_parentheses(text);
    let text = match text.to_ascii_lowercase().as_str() {
        "true" => "1",
        "false" => "0",
        _ => text,
    };
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    // SQLite has no literal for a number above its own: the bytes are those of the number.
    let hex = text
        .strip_prefix("x'")
        .and_then(|hex| hex.strip_suffix('\''));
    if let Some(number) = hex.and_then(|hex| u64::from_str_radix(hex, 16).ok()) {
        return Some((negative, number.to_string(), String::new()));
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let whole = whole.trim_start_matches('0').to_owned();
    let fraction = fraction.trim_end_matches('0').to_owned();
    let is_zero = whole.is_empty() && fraction.is_empty();
    Some((negative && !is_zero, whole, fraction))
}

/// A time without the zeros at the end of its seconds' fraction.
fn without_zeros(time: &str) -> &str {
    if time.contains('.') {
        time.trim_end_matches('0').trim_end_matches('.')
    } else {
        time
    }
}

fn inside_parentheses(sql: &str) -> &str {
    let sql = sql.trim();
    let inside = sql
        .strip_prefix('(')
        .and_then(|inside| inside.strip_suffix(')'));
    inside.map_or(sql, inside_parentheses)
}

/// The text of an SQL literal. `None` if it is something else.
fn unquoted(sql: &str, mysql: bool) -> Option<String> {
    let sql = inside_parentheses(sql);
    let sql = sql.strip_prefix("_utf8mb4").unwrap_or(sql);
    if mysql && sql.starts_with("\\'") {
        // MySQL escapes the text of an expression, and thus the quotes and the backslashes of its literals.
        let mut chars = sql.chars();
        let next = || next_unescaped(&mut chars);
        return text_of(&std::iter::from_fn(next).collect::<String>(), mysql);
    }
    text_of(sql, mysql)
}

fn text_of(literal: &str, mysql: bool) -> Option<String> {
    let quote = literal
        .chars()
        .next()
        .filter(|quote| matches!(quote, '\'' | '"'))?;
    let inside = literal[1..].strip_suffix(quote)?;
    let mut chars = inside.chars();
    let mut text = String::new();
    while let Some(next) = chars.clone().next() {
        if mysql && next == '\\' {
            text.push(next_unescaped(&mut chars)?);
            continue;
        }
        chars.next();
        if next == quote && chars.next() != Some(quote) {
            return None;
        }
        text.push(next);
    }
    Some(text)
}

/// MySQL manual, "String Literals".
fn next_unescaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let next = chars.next()?;
    if next != '\\' {
        return Some(next);
    }
    Some(match chars.next()? {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        '0' => '\0',
        'Z' => '\u{1a}',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ColumnKind::{Boolean, Date, DateTime, Decimal, Double, Signed, Single, Text, Unsigned};

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn expressions_are_compared_without_their_spelling() {
        for (one, other) in [
            ("(char_length(`a`) <= 9)", "CHAR_LENGTH(`a`) <= 9"),
            ("octet_length(`a`) <= 9", "LENGTH(`a`) <= 9"),
            ("a = _utf8mb4'x'", "(`a` =\n'x')"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        for (one, other) in [
            ("a <= 9", "a <= 8"),
            ("a = 'x y'", "a = 'xy'"),
            ("a = 'X'", "a = 'x'"),
            ("a = '(x)'", "a = 'x'"),
        ] {
            assert_ne!(plain(one), plain(other));
        }
    }

    #[test]
    fn a_default_is_known_in_every_spelling() {
        for (live, wanted, kind) in [
            ("1.0", Value::I64(1), Signed(32)),
            ("(-1)", Value::I64(-1), Signed(32)),
            ("FALSE", Value::I64(0), Boolean),
            ("1", Value::F64(1.0), Double),
            ("0.1", Value::F64(f64::from(0.1_f32)), Single),
            ("'1.500000'", text("1.5"), Decimal),
            ("-1.5", text("-1.50"), Decimal),
            ("'Guest'", text("Guest"), Text),
            ("('it''s')", text("it's"), Text),
            ("NULL", Value::Null, Text),
        ] {
            for mysql in [false, true] {
                assert!(is_same_default(Some(live), &wanted, kind, mysql), "{live}");
            }
        }
        assert!(is_same_default(None, &Value::Null, Text, true));
        let large = Value::U64(u64::MAX);
        let hex = Some("x'ffffffffffffffff'");
        assert!(is_same_default(hex, &large, Unsigned(64), false));
        let date = Value::Date(jiff::civil::date(2024, 1, 2));
        let at = Value::DateTime(jiff::civil::date(2024, 1, 2).at(3, 4, 5, 0));
        for (live, wanted, kind) in [
            ("guest", text("guest"), Text),
            ("_utf8mb4\\'it\\\\\\'s\\'", text("it's"), Text),
            ("'a\\nb'", text("a\nb"), Text),
            ("2024-01-02", date, Date),
            ("2024-01-02 03:04:05", at, DateTime),
        ] {
            assert!(is_same_default(Some(live), &wanted, kind, true), "{live}");
        }
    }

    #[test]
    fn another_default_is_not_taken_for_the_same() {
        for (live, wanted, kind) in [
            (Some("2"), Value::I64(1), Signed(32)),
            (Some("10"), Value::I64(1), Signed(32)),
            (Some("0.2"), Value::F64(0.1), Double),
            (Some("'1.05'"), text("1.5"), Decimal),
            (Some("'guest'"), text("Guest"), Text),
            (Some("'ab'"), text("a\nb"), Text),
            (Some("'NULL'"), Value::Null, Text),
            (Some("'1' || '1'"), text("1"), Text),
            (None, text(""), Text),
        ] {
            for mysql in [false, true] {
                assert!(!is_same_default(live, &wanted, kind, mysql), "{live:?}");
            }
        }
    }
}
