//! Checks what an index can hold, as far as the spelling of the types shows it. The runtime knows the types
//! and checks again before it creates a table.

use crate::check::option::MAX_INDEXED_BYTES;
use crate::errors::Errors;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::{Field, Parsed};
use crate::parse::types::{is_bytes, is_json, is_text, nullable};

const INDEXES: [Setting; 2] = [Setting::Unique, Setting::Index];

pub(super) fn is_not_of_json(field: &Field, errors: &mut Errors) {
    if !is_json(nullable(&field.ty).unwrap_or(&field.ty)) {
        return;
    }
    for given in INDEXES
        .into_iter()
        .filter_map(|setting| field.settings.get(setting))
    {
        let fact = "a `Json` column cannot be indexed: equal values can have different texts";
        let help = format!("remove `{}`, and index a column of its own", given.name);
        errors.push(&given.name, fact, help);
    }
}

/// Reported at the last column of the group, unless a single column of it is already too long.
pub(super) fn groups_fit(parsed: &Parsed, errors: &mut Errors) {
    for setting in INDEXES {
        let of_group = |field: &&Field| field.settings.text(setting).is_some();
        let fields: Vec<_> = parsed.columns().filter(of_group).collect();
        for (at, last) in fields.iter().enumerate() {
            let name = |field: &Field| field.settings.group(setting);
            let same = |field: &&&Field| name(field) == name(last);
            if fields[at + 1..].iter().any(|field| same(&field)) {
                continue;
            }
            let sizes: Vec<u32> = fields
                .iter()
                .filter(same)
                .map(|field| bytes(field))
                .collect();
            let all = sizes
                .iter()
                .fold(0, |all: u32, size| all.saturating_add(*size));
            let long_alone = sizes.iter().any(|size| *size > MAX_INDEXED_BYTES);
            if let Some(group) = last.settings.text(setting)
                && all > MAX_INDEXED_BYTES
                && !long_alone
            {
                let fact = format!(
                    "the columns of `{}` take {all} bytes, and MySQL indexes at most {MAX_INDEXED_BYTES}",
                    group.value()
                );
                let help = "give its texts a smaller `length`: a character takes 4 bytes, and \
                            without `length` there are 255";
                errors.push(group, fact, help);
            }
        }
    }
}

/// The bytes that the spelling of the type shows: those of texts and byte strings.
fn bytes(field: &Field) -> u32 {
    let ty = nullable(&field.ty).unwrap_or(&field.ty);
    let given = field.settings.number(Setting::Length);
    let given = given.and_then(|length| length.base10_parse::<u32>().ok());
    let unit = if is_bytes(ty) { 1 } else { 4 };
    match given {
        Some(length) => length.saturating_mul(unit),
        None if is_bytes(ty) || is_text(ty) => 255 * unit,
        None => 0,
    }
}
