//! The primary key: exactly one, of a type that identifies a row.

use crate::errors::Errors;
use crate::names::Rule;
use crate::parsed::{Field, Parsed};
use crate::types::{
    argument, is_float, is_integer, is_one_of, is_plainly_no_integer, nullable, text,
};
use crate::vocabulary::Setting;

/// The index of the key among the columns.
pub(super) fn is_one(parsed: &Parsed, errors: &mut Errors) -> Option<usize> {
    let mut keys = parsed
        .columns()
        .enumerate()
        .filter(|(_, field)| field.is_key());
    let Some((at, first)) = keys.next() else {
        is_none(parsed, errors);
        return None;
    };
    for (_, second) in keys {
        errors.push(
            second
                .settings
                .get(Setting::PrimaryKey)
                .map(|given| &given.name),
            format_args!(
                "`{}` is a second primary key, `{}` is the first",
                second.ident, first.ident
            ),
            "remove `primary_key` from one of them, or write `unique`",
        );
    }
    Some(at)
}

/// Silent when a mistake that is reported elsewhere took the key away.
fn is_none(parsed: &Parsed, errors: &mut Errors) {
    let misplaced = parsed.settings.has(Setting::PrimaryKey);
    let meant = |field: &Field| field.is_key() || field.settings.has(Setting::Auto);
    if misplaced || parsed.fields.iter().any(meant) {
        return;
    }
    let name = &parsed.input.ident;
    let help = match likely_key(parsed) {
        Some(field) if is_integer(&field.ty) => {
            format!(
                "write `#[model(primary_key, auto)]` above `{}`",
                field.ident
            )
        }
        Some(field) => format!("write `#[model(primary_key)]` above `{}`", field.ident),
        None => format!("add a field `#[model(primary_key, auto)] id: Id<{name}>`"),
    };
    errors.push(name, format_args!("`{name}` has no primary key"), help);
}

/// The field that looks most like a key: by its type, by its name, or as a first field that ends in `_id`.
pub(crate) fn likely_key<'a>(parsed: &'a Parsed<'a>) -> Option<&'a Field<'a>> {
    let model = &parsed.input.ident;
    let own_id = format!("{}_id", Rule::Snake.apply(&model.to_string()));
    let typed = |field: &&Field| {
        is_one_of(&field.ty, &["Id"])
            && argument(&field.ty).is_some_and(|ty| is_one_of(ty, &[&model.to_string()]))
    };
    let named = |field: &&Field| *field.ident == "id" || *field.ident == own_id;
    let mut columns = parsed.columns();
    let first = columns
        .next()
        .filter(|field| field.ident.to_string().ends_with("_id"));
    parsed
        .columns()
        .find(typed)
        .or_else(|| parsed.columns().find(named))
        .or(first)
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
            "a float is no primary key: equal numbers may compare unequal",
            "write `u64`".to_owned(),
        )
    } else if is_one_of(&field.ty, &["Json"]) {
        (
            "a `Json` value is no primary key: it has no one text",
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
            format_args!("an `auto` key is counted by the database, and `{ty}` is no integer"),
            "remove `auto`, or write the type `u64`",
        );
    }
}
