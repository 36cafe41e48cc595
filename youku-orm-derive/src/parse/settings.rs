//! What the attributes of one struct, field, enum or variant set: entries that the vocabulary
//! understands.
//!
//! After a mistake the reader uses what was most likely meant, so that a mistake does not cause further
//! errors: a misspelt `primary_key` is reported once and still marks the key.

use proc_macro2::Ident;
use syn::{Attribute, Expr, LitInt, LitStr, Path};

use crate::errors::Errors;
use crate::parse::grammar::{Entry, entries};
use crate::parse::known_attributes::{Place, Setting, Word, said_otherwise};
use crate::parse::value::Value;

/// The settings of one place, each at most once.
#[derive(Default)]
pub(crate) struct Settings(Vec<Given>);

/// One setting, with the name as it is written.
pub(crate) struct Given {
    pub(crate) name: Ident,
    setting: Setting,
    value: Value,
}

impl Settings {
    pub(crate) fn parse(attrs: &[Attribute], place: Place, errors: &mut Errors) -> Self {
        let mut settings = Self::default();
        for entry in entries(attrs, errors) {
            let Some(given) = understand(entry, place, errors) else {
                continue;
            };
            if settings.has(given.setting) {
                let name = &given.name;
                let fact = format!("`{name}` is given twice");
                errors.push(name, fact, "keep one of the two");
            } else {
                settings.0.push(given);
            }
        }
        settings
    }

    pub(crate) fn get(&self, setting: Setting) -> Option<&Given> {
        self.0.iter().find(|given| given.setting == setting)
    }

    pub(crate) fn has(&self, setting: Setting) -> bool {
        self.get(setting).is_some()
    }

    /// The first setting other than `setting`.
    pub(crate) fn other_than(&self, setting: Setting) -> Option<&Given> {
        self.0.iter().find(|given| given.setting != setting)
    }

    pub(crate) fn text(&self, setting: Setting) -> Option<&LitStr> {
        match &self.get(setting)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The group of `unique` and `index`; a bare flag is the group of this column alone, with an
    /// empty name.
    pub(crate) fn group(&self, setting: Setting) -> Option<String> {
        self.get(setting)?;
        Some(self.text(setting).map(LitStr::value).unwrap_or_default())
    }

    pub(crate) fn number(&self, setting: Setting) -> Option<&LitInt> {
        match &self.get(setting)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn path(&self, setting: Setting) -> Option<&Path> {
        match &self.get(setting)?.value {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn expr(&self, setting: Setting) -> Option<&Expr> {
        match &self.get(setting)?.value {
            Value::Expr(expr) => Some(expr),
            _ => None,
        }
    }
}

/// Reports at most one mistake.
fn understand(entry: Entry, place: Place, errors: &mut Errors) -> Option<Given> {
    let known = Word::named(&entry.name.to_string());
    let Some(word) = known.filter(|word| word.places.contains(&place)) else {
        return mend(known, entry, place, errors);
    };
    let (value, misfit) = Value::read(word, &entry);
    if let Some(misfit) = misfit {
        errors.push(misfit.at, misfit.fact, misfit.help);
    }
    Some(Given {
        name: entry.name,
        setting: word.setting,
        value: value?,
    })
}

/// Reports a name that is not allowed at `place`, and returns what was most likely meant.
fn mend(
    elsewhere: Option<&Word>,
    entry: Entry,
    place: Place,
    errors: &mut Errors,
) -> Option<Given> {
    let (name, here) = (&entry.name, place.name());
    let unknown = format!("unknown attribute `{name}`");
    let near = Word::meant_by(&name.to_string(), place);
    let Some(word) = near.or(elsewhere) else {
        let words: Vec<_> = Word::at(place).map(|word| word.name).collect();
        let list = || format!("{here} has `{}`", words.join("`, `"));
        let help = said_otherwise(&name.to_string()).map_or_else(list, str::to_owned);
        errors.push(name, unknown, help);
        return None;
    };
    let (value, _) = Value::read(word, &entry);
    let paste = value.as_ref().map(|value| value.paste(word.name));
    let paste = paste.as_deref().unwrap_or(word.example);
    if near.is_some() {
        errors.push(name, unknown, format_args!("did you mean `{paste}`?"));
    } else {
        let there = word.places[0];
        let fact = format!("`{name}` belongs to {}, not to {here}", there.name());
        errors.push(name, fact, moved(word, paste, there, place));
    }
    Some(Given {
        name: entry.name,
        setting: word.setting,
        value: value?,
    })
}

/// Where to write the setting that belongs `there`, not `here`.
fn moved(word: &Word, paste: &str, there: Place, here: Place) -> String {
    let above = match (there, here) {
        (Place::Field, Place::ProjectionField) if word.setting == Setting::Column => {
            return "write `select = User::NAME`".to_owned();
        }
        (Place::Field, Place::Newtype) => {
            return format!("write `#[model({paste})]` in the model, above the field of this type");
        }
        (Place::Struct, Place::Field) => "the struct",
        (Place::Field, Place::Struct) => "a field",
        _ => there.name(),
    };
    format!("write `#[model({paste})]` above {above}")
}
