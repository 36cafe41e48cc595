//! Settings that change nothing. They are not mistakes, so each is only a warning.
//!
//! A `table` or `column` with the default name is not redundant: it keeps the name when the struct or
//! the field is renamed.

use crate::errors::Errors;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::Field;

pub(super) fn index_is_needed(field: &Field, errors: &mut Errors) {
    let alone = |setting| {
        let given = field.settings.get(setting);
        given.filter(|_| field.settings.text(setting).is_none())
    };
    let (unique, index) = (alone(Setting::Unique), alone(Setting::Index));
    if field.is_key() {
        if let Some(unique) = unique {
            errors.warn(&unique.name, "a primary key is always unique");
        }
        if let Some(index) = index {
            errors.warn(&index.name, "a primary key always has an index");
        }
    } else if let (Some(_), Some(index)) = (unique, index) {
        errors.warn(&index.name, "`unique` already creates an index");
    }
}
