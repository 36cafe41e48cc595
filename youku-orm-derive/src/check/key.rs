//! The primary key: exactly one, of a type that identifies a row.

use syn::ext::IdentExt;

use crate::errors::Errors;
use crate::parse::known_attributes::Setting;
use crate::parse::names::Rule;
use crate::parse::parsed::{Field, Parsed};
use crate::parse::types::{
    argument, is_float, is_id, is_integer, is_json, is_plainly_no_integer, name, nullable, text,
};

/// The index of the key among the columns.
pub(super) fn is_one(parsed: &Parsed, errors: &mut Errors) -> Option<usize> {
    let mut keys = parsed.columns().enumerate().filter_map(|(at, field)| {
        let given = field.settings.get(Setting::PrimaryKey)?;
        Some((at, field.ident, &given.name))
    });
    let Some((at, first, _)) = keys.next() else {
        report_missing_key(parsed, errors);
        return None;
    };
    for (_, second, given) in keys {
        let fact = format!("`{second}` is a second primary key, `{first}` is the first");
        let help = "remove `primary_key` from one of them, or write `unique`";
        errors.push(given, fact, help);
    }
    Some(at)
}

/// Reports nothing if the key is missing because of a mistake that is reported elsewhere.
fn report_missing_key(parsed: &Parsed, errors: &mut Errors) {
    let misplaced = parsed.settings.has(Setting::PrimaryKey);
    let meant = |field: &Field| field.is_key() || field.settings.has(Setting::Auto);
    if misplaced || parsed.fields.iter().any(meant) {
        return;
    }
    let name = &parsed.input.ident;
    let help = match likely_key(parsed) {
        Some(Field { ident, ty, .. }) => {
            let auto = if is_integer(ty) { ", auto" } else { "" };
            format!("write `#[model(primary_key{auto})]` above `{ident}`")
        }
        None => format!("add a field `#[model(primary_key, auto)] id: Id<{name}>`"),
    };
    errors.push(name, format_args!("`{name}` has no primary key"), help);
}

/// The field that looks most like a key: by its name, by its type, or because it is the first field and
/// its name ends in `_id`.
pub(crate) fn likely_key<'a>(parsed: &'a Parsed<'a>) -> Option<&'a Field<'a>> {
    let model = parsed.input.ident.unraw().to_string();
    let typed = format!("Id<{model}>");
    let named = ["id".to_owned(), Rule::Snake.apply(&model) + "_id"];
    let by_type = || parsed.columns().find(|field| text(&field.ty) == typed);
    let by_name = || {
        parsed
            .columns()
            .find(|field| named.contains(&field.ident.to_string()))
    };
    let first = || parsed.columns().next();
    let by_end = || first().filter(|field| field.ident.to_string().ends_with("_id"));
    by_name().or_else(by_type).or_else(by_end)
}

pub(super) fn has_key_type(field: &Field, errors: &mut Errors) {
    if !field.is_key() {
        return;
    }
    let (fact, help) = if let Some(inner) = nullable(&field.ty) {
        (
            "a primary key is never NULL",
            format!("write `{}`", text(inner)),
        )
    } else if is_float(&field.ty) {
        (
            "a float cannot be a primary key: equal numbers may compare unequal",
            "write `u64`".to_owned(),
        )
    } else if is_json(&field.ty) {
        (
            "a `Json` value cannot be a primary key: equal values can have different texts",
            "write `String`".to_owned(),
        )
    } else {
        return;
    };
    errors.push(&field.ty, fact, help);
}

pub(super) fn auto_is_key(field: &Field, errors: &mut Errors) {
    if let Some(auto) = field.settings.get(Setting::Auto)
        && !field.is_key()
    {
        errors.push(
            &auto.name,
            "only a primary key can be `auto`",
            "write `primary_key, auto`, or remove `auto`",
        );
    }
}

pub(super) fn auto_is_integer(field: &Field, errors: &mut Errors) {
    let auto = field.settings.get(Setting::Auto).filter(|_| field.is_key());
    if let Some(auto) = auto
        && nullable(&field.ty).is_none()
        && is_plainly_no_integer(&field.ty)
        && !is_float(&field.ty)
    {
        let ty = text(&field.ty);
        errors.push(
            &auto.name,
            format_args!("the database numbers an `auto` key, and `{ty}` is not an integer"),
            "remove `auto`, or write the type `u64`",
        );
    }
}

/// The database counts the rows of this table, but an `Id<Other>` is the number of a row of another table.
pub(super) fn auto_is_own_id(parsed: &Parsed, errors: &mut Errors) {
    let model = parsed.input.ident.to_string();
    for field in parsed.columns().filter(|field| field.is_key()) {
        if let Some(auto) = field.settings.get(Setting::Auto)
            && is_id(&field.ty)
            && argument(&field.ty)
                .and_then(name)
                .is_some_and(|of| of != model)
        {
            let ty = text(&field.ty);
            errors.push(
                &auto.name,
                format_args!("an `auto` key of `{model}` cannot be `{ty}`, the key of other rows"),
                format_args!("remove `auto`, or write the type `Id<{model}>`"),
            );
        }
    }
}
