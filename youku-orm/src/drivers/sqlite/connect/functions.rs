//! SQL functions that calculate with `u64`, that change the case of letters, and one that spells times.
//!
//! SQLite has signed integers only. A number beyond `i64::MAX` is stored as its eight bytes, which SQLite's own arithmetic takes for
//! 0. These functions take and give both forms, and fail instead of rounding.

use rusqlite::functions::{Aggregate, Context, FunctionFlags};
use rusqlite::types::{Value as Sqlite, ValueRef};
use rusqlite::{Connection, Error, Result};

use crate::drivers::sqlite::error::OUT_OF_RANGE;
use crate::types::column_type::ColumnKind;
use crate::types::time_text;

type Calculation = fn(i128, i128) -> Option<i128>;

type Change = fn(&str) -> String;

/// Adds the functions to a connection, for statements only: a trigger or a view that used them would fail in other programs.
pub(super) fn install(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    let calculations: [(&str, Calculation); 5] = [
        ("youku_add", i128::checked_add),
        ("youku_sub", i128::checked_sub),
        ("youku_mul", i128::checked_mul),
        ("youku_div", i128::checked_div),
        ("youku_rem", i128::checked_rem),
    ];
    for (name, calculate) in calculations {
        connection.create_scalar_function(name, 2, flags, move |arguments| {
            let (left, right) = (number(arguments, 0)?, number(arguments, 1)?);
            match left.zip(right) {
                Some((left, right)) => stored(calculate(left, right)),
                None => Ok(Sqlite::Null),
            }
        })?;
    }
    connection.create_scalar_function("youku_float", 1, flags, |arguments| {
        let number = number(arguments, 0)?;
        Ok(number.map(|number| number as f64))
    })?;
    connection.create_scalar_function("youku_time", 2, flags, |arguments| {
        let kind = match arguments.get_raw(0).as_str()? {
            "Date" => ColumnKind::Date,
            "Time" => ColumnKind::Time,
            "DateTime" => ColumnKind::DateTime,
            _ => ColumnKind::Timestamp,
        };
        let text = arguments.get_raw(1).as_str().ok();
        Ok(text.and_then(|text| time_text::converted(kind, text)))
    })?;
    let cases: [(&str, Change); 2] = [
        // The letter's own small form is an `i` with a second dot; MySQL makes it an `i`.
        ("youku_lower", |text| {
            each(&text.replace('İ', "i"), char::to_lowercase)
        }),
        ("youku_upper", |text| each(text, char::to_uppercase)),
    ];
    for (name, change) in cases {
        connection.create_scalar_function(name, 1, flags, move |arguments| {
            Ok(arguments.get_raw(0).as_str().ok().map(change))
        })?;
    }
    connection.create_scalar_function("youku_length", 1, flags, |arguments| {
        let text = arguments.get_raw(0).as_str().ok();
        Ok(text.map(|text| text.chars().count() as i64))
    })?;
    connection.create_scalar_function("youku_round", 2, flags, |arguments| {
        let number: Option<f64> = arguments.get(0)?;
        let digits: u8 = arguments.get(1)?;
        Ok(number.map(|number| rounded(number, digits.into())))
    })?;
    connection.create_aggregate_function("youku_sum", 1, flags, Sum)
}

/// The text with each letter mapped to another one. A letter that would become several stays, as on MySQL.
fn each<I: Iterator<Item = char>>(text: &str, map: fn(char) -> I) -> String {
    let letters = text.chars().map(|letter| {
        let mut mapped = map(letter);
        match (mapped.next(), mapped.next()) {
            (Some(only), None) => only,
            _ => letter,
        }
    });
    letters.collect()
}

/// The number with that many decimal digits after the point, halves away from zero. What is rounded is the shortest decimal that means
/// the number: 2.675 and not 2.67499999999999982.
fn rounded(number: f64, digits: usize) -> f64 {
    let text = number.abs().to_string();
    let Some((whole, fraction)) = text.split_once('.') else {
        return number;
    };
    let Some(next) = fraction.as_bytes().get(digits) else {
        return number;
    };
    let mut kept = format!("0{whole}.{}", &fraction[..digits]).into_bytes();
    if *next >= b'5' {
        for digit in kept.iter_mut().rev().filter(|digit| **digit != b'.') {
            if *digit != b'9' {
                *digit += 1;
                break;
            }
            *digit = b'0';
        }
    }
    let kept = std::str::from_utf8(&kept).ok();
    let rounded = kept.and_then(|kept| kept.parse::<f64>().ok());
    rounded.unwrap_or(number).copysign(number)
}

/// The number in an argument; `None` for NULL.
fn number(arguments: &Context<'_>, index: usize) -> Result<Option<i128>> {
    match arguments.get_raw(index) {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number.into())),
        ValueRef::Blob(bytes) => match bytes.try_into() {
            Ok(bytes) => Ok(Some(u64::from_be_bytes(bytes).into())),
            Err(_) => Err(out_of_range()),
        },
        ValueRef::Real(_) | ValueRef::Text(_) => Err(out_of_range()),
    }
}

/// The form in which a number is stored.
fn stored(number: Option<i128>) -> Result<Sqlite> {
    let number = number.ok_or_else(out_of_range)?;
    if let Ok(number) = i64::try_from(number) {
        return Ok(Sqlite::Integer(number));
    }
    match u64::try_from(number) {
        Ok(number) => Ok(Sqlite::Blob(number.to_be_bytes().to_vec())),
        Err(_) => Err(out_of_range()),
    }
}

fn out_of_range() -> Error {
    Error::UserFunctionError(OUT_OF_RANGE.into())
}

/// The exact sum; NULL without a number.
struct Sum;

impl Aggregate<Option<i128>, Sqlite> for Sum {
    fn init(&self, _: &mut Context<'_>) -> Result<Option<i128>> {
        Ok(None)
    }

    fn step(&self, arguments: &mut Context<'_>, sum: &mut Option<i128>) -> Result<()> {
        if let Some(number) = number(arguments, 0)? {
            let sum_so_far = sum.unwrap_or(0).checked_add(number);
            *sum = Some(sum_so_far.ok_or_else(out_of_range)?);
        }
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<Option<i128>>) -> Result<Sqlite> {
        match sum.flatten() {
            Some(sum) => stored(Some(sum)),
            None => Ok(Sqlite::Null),
        }
    }
}
