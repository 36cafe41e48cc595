//! The settings of a field that bear on its value: `length`, `default`, `skip`.

use quote::ToTokens;

use crate::errors::Errors;
use crate::model::Source;
use crate::parsed::Field;
use crate::types::{is_bytes, is_plainly_no_text, nullable};
use crate::vocabulary::Setting;

/// The most bytes of a `VARCHAR` or `VARBINARY` of MySQL, and of one that is indexed. A character takes up
/// to four of them (MySQL 8.4 manual, 13.3.2 and 17.21).
const MOST_BYTES: u32 = 65_535;
const MOST_INDEXED_BYTES: u32 = 3_072;

/// `Some(None)` is a column without a length.
pub(super) fn length(field: &Field, errors: &mut Errors) -> Option<Option<u32>> {
    let Some(number) = field.settings.number(Setting::Length) else {
        return Some(None);
    };
    let settings = &field.settings;
    let indexed = [Setting::PrimaryKey, Setting::Unique, Setting::Index];
    let indexed = indexed.into_iter().any(|setting| settings.has(setting));
    let bytes = if indexed {
        MOST_INDEXED_BYTES
    } else {
        MOST_BYTES
    };
    let ty = nullable(&field.ty).unwrap_or(&field.ty);
    let (most, unit) = if is_bytes(ty) {
        (bytes, "bytes")
    } else {
        (bytes / 4, "characters")
    };
    match number.base10_parse::<u32>() {
        Ok(0) => errors.push(
            number,
            "a column of length 0 holds nothing",
            "write `length = 64`",
        ),
        Ok(length) if length <= most => return Some(Some(length)),
        _ => errors.push(
            number,
            format_args!("MySQL holds at most {most} {unit} in this column"),
            if indexed {
                "write a smaller length, or index a digest of the value"
            } else {
                "remove `length`"
            },
        ),
    }
    None
}

pub(super) fn length_is_of_text(field: &Field, errors: &mut Errors) {
    let ty = nullable(&field.ty).unwrap_or(&field.ty);
    if let Some(length) = field.settings.get(Setting::Length)
        && is_plainly_no_text(ty)
    {
        errors.push(
            &length.name,
            format_args!(
                "`length` is of a text or of bytes, and `{}` is neither",
                ty.to_token_stream()
            ),
            "remove `length`",
        );
    }
}

/// `None` after `default` together with `auto`.
pub(super) fn source<'a>(field: &'a Field<'a>, errors: &mut Errors) -> Option<Source<'a>> {
    let default = field.settings.expr(Setting::Default);
    match (field.settings.has(Setting::Auto), default) {
        (false, None) => Some(Source::Caller),
        (false, Some(default)) => Some(Source::Default(default)),
        (true, None) => Some(Source::Database),
        (true, Some(default)) => {
            errors.push(
                default,
                "an `auto` key is counted by the database, so it has no default",
                "remove `default` or `auto`",
            );
            None
        }
    }
}

pub(super) fn skip_stands_alone(field: &Field, errors: &mut Errors) {
    if !field.is_skipped() {
        return;
    }
    if let Some(other) = field.settings.other_than(Setting::Skip) {
        let name = &other.name;
        errors.push(
            name,
            format_args!("a skipped field is no column, so it has no `{name}`"),
            format_args!("remove `skip` or `{name}`"),
        );
    }
}
