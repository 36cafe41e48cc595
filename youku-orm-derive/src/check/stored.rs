//! Types that a column cannot store, as far as their spelling shows it.

use syn::{Type, parse_str};

use crate::errors::Errors;
use crate::parse::parsed::Field;
use crate::parse::types::{is_bytes, is_one_of, name, nullable, text, without_groups};

/// A type that a column cannot store.
pub(crate) struct Fault {
    pub(crate) fact: String,
    pub(crate) help: String,
    /// The nearest column type.
    pub(crate) instead: Type,
}

/// Types that are not column types, the reason, and the nearest column type.
const NO_COLUMNS: [(&str, &str, &str); 9] = [
    ("usize", "its size is not the same on every machine", "u64"),
    ("isize", "its size is not the same on every machine", "i64"),
    (
        "u128",
        "the integers of a database have at most 64 bits",
        "u64",
    ),
    (
        "i128",
        "the integers of a database have at most 64 bits",
        "i64",
    ),
    (
        "char",
        "every text has the same type, however short",
        "String",
    ),
    ("HashMap", MANY, BYTES),
    ("BTreeMap", MANY, BYTES),
    ("HashSet", MANY, BYTES),
    ("BTreeSet", MANY, BYTES),
];
const MANY: &str = "a column holds one value";
const BYTES: &str = "Vec<u8>";

pub(super) fn type_is_known(field: &Field, errors: &mut Errors) {
    if let Some(fault) = fault(&field.ty) {
        errors.push(&field.ty, fault.fact, fault.help);
    }
}

/// What is wrong with the type, if its spelling shows it.
pub(crate) fn fault(ty: &Type) -> Option<Fault> {
    if let Type::Reference(reference) = without_groups(ty) {
        return Some(borrowed(ty, &reference.elem));
    }
    if let Some(inner) = nullable(ty) {
        return match nullable(inner) {
            Some(_) => Some(Fault {
                fact: "a column is either NULL or not, so its type has at most one `Option`"
                    .to_owned(),
                help: format!("write `{}`", text(inner)),
                instead: inner.clone(),
            }),
            None => fault(inner),
        };
    }
    let name = name(ty)?;
    let known = NO_COLUMNS.iter().find(|(known, ..)| *known == name);
    let (reason, instead) = match known {
        Some((_, reason, instead)) => (*reason, *instead),
        None if name == "Vec" && !is_bytes(ty) => (MANY, BYTES),
        None => return None,
    };
    let help = match reason {
        MANY => format!(
            "write `Json<{}>` with the feature `json`, or store the values as rows of a model",
            text(ty)
        ),
        _ => format!("write `{instead}`"),
    };
    Some(Fault {
        fact: format!("`{}` cannot be the type of a column: {reason}", text(ty)),
        help,
        instead: parse_str(instead).ok()?,
    })
}

fn borrowed(ty: &Type, referent: &Type) -> Fault {
    let owned = parse_str("String")
        .ok()
        .filter(|_| is_one_of(referent, &["str"]));
    let instead = owned.unwrap_or_else(|| referent.clone());
    Fault {
        fact: format!("a model owns its values, and `{}` is borrowed", text(ty)),
        help: format!("write `{}`", text(&instead)),
        instead,
    }
}
