//! References: what `references`, `on_delete` and `no_foreign_key` require of their field.

use crate::errors::{Errors, Reported};
use crate::model::OnDelete;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::Field;
use crate::parse::types::{is_id, is_plainly_no_id, nullable, text};

/// The action of the attribute, if the field has it.
pub(super) fn on_delete(field: &Field, errors: &mut Errors) -> Result<Option<OnDelete>, Reported> {
    let Some(word) = field.settings.text(Setting::OnDelete) else {
        return Ok(None);
    };
    let Some(on_delete) = OnDelete::from_name(&word.value()) else {
        let fact = format!("unknown action `{}`", word.value());
        let names = OnDelete::ALL.map(|(name, _)| format!("`on_delete = \"{name}\"`"));
        errors.push(word, fact, format_args!("write {}", names.join(", ")));
        return Err(Reported);
    };
    if on_delete == OnDelete::SetNull && is_plainly_not_null(field) {
        let ty = text(&field.ty);
        errors.push(
            word,
            format_args!("`set_null` writes NULL, which a column of type `{ty}` does not take"),
            format_args!("write the type `Option<{ty}>`, or `on_delete = \"cascade\"`"),
        );
    }
    Ok(Some(on_delete))
}

/// An alias may hide an `Option`. The runtime checks the type itself while the program compiles.
fn is_plainly_not_null(field: &Field) -> bool {
    let known = is_plainly_no_id(&field.ty) || is_id(&field.ty);
    nullable(&field.ty).is_none() && known
}

pub(super) fn is_there(field: &Field, errors: &mut Errors) {
    let ty = nullable(&field.ty).unwrap_or(&field.ty);
    if field.settings.has(Setting::References) || !is_plainly_no_id(ty) {
        return;
    }
    for setting in [Setting::OnDelete, Setting::NoForeignKey] {
        if let Some(given) = field.settings.get(setting) {
            let (name, field) = (&given.name, field.ident);
            errors.push(
                name,
                format_args!(
                    "`{name}` applies to a reference, and `{field}` does not refer to a model"
                ),
                format_args!(
                    "add `references = Other`, write the type `Id<Other>`, or remove `{name}`"
                ),
            );
        }
    }
}

pub(super) fn is_kept_to_act(field: &Field, errors: &mut Errors) {
    let given = |setting| field.settings.get(setting);
    if let (Some(on_delete), Some(_)) = (given(Setting::OnDelete), given(Setting::NoForeignKey)) {
        errors.push(
            &on_delete.name,
            "without a foreign key nothing happens on delete",
            "remove `on_delete` or `no_foreign_key`",
        );
    }
}
