//! The version: at most one, an unsigned integer that no other setting fills.

use crate::errors::Errors;
use crate::model::Source;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::{Field, Parsed};
use crate::parse::types::{is_plainly_no_unsigned, text};

pub(super) fn is_one_at_most(parsed: &Parsed, errors: &mut Errors) {
    let mut versions = parsed.columns().filter_map(|field| {
        let given = field.settings.get(Setting::Version)?;
        Some((field.ident, &given.name))
    });
    let Some((first, _)) = versions.next() else {
        return;
    };
    for (second, given) in versions {
        let fact = format!("`{second}` is a second version, `{first}` is the first");
        errors.push(given, fact, "remove `version` from one of them");
    }
}

/// If the version is the key, only that mistake is reported.
pub(super) fn is_unsigned(field: &Field, errors: &mut Errors) {
    let Some(version) = field.settings.get(Setting::Version) else {
        return;
    };
    if field.is_key() {
        let fact = "a primary key never changes, so it cannot be a version";
        let help = "remove `version`, and write it above a field `version: u32`";
        errors.push(&version.name, fact, help);
    } else if is_plainly_no_unsigned(&field.ty) {
        let fact = format!(
            "a version counts up from 0, so it is an unsigned integer, and `{}` is not one",
            text(&field.ty)
        );
        errors.push(&field.ty, fact, "write the type `u32`");
    }
}

/// `None` if `default` is given together with `version`.
pub(super) fn source<'a>(field: &'a Field<'a>, errors: &mut Errors) -> Option<Source<'a>> {
    let Some(default) = field.settings.expr(Setting::Default) else {
        return Some(Source::Version);
    };
    let fact = "a version starts at 0, so it cannot have a default";
    errors.push(default, fact, "remove `default` or `version`");
    None
}
