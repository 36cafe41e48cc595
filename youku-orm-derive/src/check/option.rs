//! The settings of a field that concern its value: `length`, `default`, `skip`.

use crate::errors::{Errors, Reported};
use crate::model::Source;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::Field;
use crate::parse::types::{is_bytes, is_plainly_no_text, nullable, text};

/// The maximum size in bytes of a `VARCHAR` or `VARBINARY` of MySQL, and of one in an index. A character takes
/// up to four bytes (MySQL manual, "The CHAR and VARCHAR Types" and "InnoDB Limits").
const MAX_BYTES: u32 = 65_535;
pub(super) const MAX_INDEXED_BYTES: u32 = 3_072;

/// The length of the column, if it has one.
pub(super) fn length(field: &Field, errors: &mut Errors) -> Result<Option<u32>, Reported> {
    let Some(number) = field.settings.number(Setting::Length) else {
        return Ok(None);
    };
    if is_plainly_no_text(nullable(&field.ty).unwrap_or(&field.ty)) {
        return Err(Reported); // By `length_is_of_text`.
    }
    let (most, unit) = longest(field);
    match number.base10_parse() {
        Ok(0) => {
            let fact = "a column of length 0 cannot hold a value";
            errors.push(number, fact, "write `length = 64`");
        }
        Ok(length) if length <= most => return Ok(Some(length)),
        _ => {
            let fact = format!("MySQL holds at most {most} {unit} in this column");
            let help = format!("write `length = {most}` or less, or remove `length` and any index");
            errors.push(number, fact, help);
        }
    }
    Err(Reported)
}

/// The greatest length of this column and its unit.
fn longest(field: &Field) -> (u32, &'static str) {
    let indexing = [
        Setting::PrimaryKey,
        Setting::Unique,
        Setting::Index,
        Setting::References,
    ];
    let bytes = if indexing
        .into_iter()
        .any(|setting| field.settings.has(setting))
    {
        MAX_INDEXED_BYTES
    } else {
        MAX_BYTES
    };
    if is_bytes(nullable(&field.ty).unwrap_or(&field.ty)) {
        (bytes, "bytes")
    } else {
        (bytes / 4, "characters")
    }
}

pub(super) fn length_is_of_text(field: &Field, errors: &mut Errors) {
    let ty = nullable(&field.ty).unwrap_or(&field.ty);
    if let Some(length) = field.settings.get(Setting::Length)
        && is_plainly_no_text(ty)
    {
        errors.push(
            &length.name,
            format_args!(
                "`length` limits text and bytes, and `{}` is neither",
                text(ty)
            ),
            "remove `length`",
        );
    }
}

/// `None` if `default` is given together with `auto`.
pub(super) fn source<'a>(field: &'a Field<'a>, errors: &mut Errors) -> Option<Source<'a>> {
    if field.settings.has(Setting::Version) && !field.is_key() {
        return crate::check::version::source(field, errors);
    }
    let default = field.settings.expr(Setting::Default);
    match (field.settings.has(Setting::Auto), default) {
        (false, None) => Some(Source::Caller),
        (false, Some(default)) => Some(Source::Default(default)),
        (true, None) => Some(Source::Database),
        (true, Some(default)) => {
            errors.push(
                default,
                "the database numbers an `auto` key, so it cannot have a default",
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
            format_args!("a skipped field is not a column, so it cannot have `{name}`"),
            format_args!("remove `skip` or `{name}`"),
        );
    }
}
