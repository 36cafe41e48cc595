//! What the attributes of one struct, field, enum or variant set: entries that the vocabulary
//! understands.
//!
//! After a mistake the reader uses what was most likely meant, so that a mistake does not cause further
//! errors: a misspelt `primary_key` is reported once and still marks the key.

use proc_macro2::Ident;
use syn::{Attribute, Expr, LitInt, LitStr, Path};

use crate::errors::Errors;
use crate::parse::grammar::{Entry, entries};
use crate::parse::known_attributes::{KnownAttribute, Position, Setting, written_otherwise};
use crate::parse::value::Value;

/// The settings of one position, each at most once.
#[derive(Default)]
pub(crate) struct Settings(Vec<Given>);

/// One setting, with the name as it is written.
pub(crate) struct Given {
    pub(crate) name: Ident,
    setting: Setting,
    value: Value,
}

impl Settings {
    pub(crate) fn parse(attrs: &[Attribute], position: Position, errors: &mut Errors) -> Self {
        let mut settings = Self::default();
        for entry in entries(attrs, errors) {
            let Some(given) = understand(entry, position, errors) else {
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
fn understand(entry: Entry, position: Position, errors: &mut Errors) -> Option<Given> {
    let known = KnownAttribute::named(&entry.name.to_string());
    let Some(word) = known.filter(|word| word.positions.contains(&position)) else {
        return corrected(known, entry, position, errors);
    };
    let (value, error) = Value::read(word, &entry);
    if let Some(error) = error {
        errors.push(error.at, error.fact, error.help);
    }
    Some(Given {
        name: entry.name,
        setting: word.setting,
        value: value?,
    })
}

/// Reports a name that is not allowed at `position`, and returns what was most likely meant.
fn corrected(
    elsewhere: Option<&KnownAttribute>,
    entry: Entry,
    position: Position,
    errors: &mut Errors,
) -> Option<Given> {
    let (name, here) = (&entry.name, position.name());
    let unknown = format!("unknown attribute `{name}`");
    let near = KnownAttribute::meant_by(&name.to_string(), position);
    let Some(word) = near.or(elsewhere) else {
        let words: Vec<_> = KnownAttribute::at(position).map(|word| word.name).collect();
        let list = || format!("{here} has `{}`", words.join("`, `"));
        let help = written_otherwise(&name.to_string()).map_or_else(list, str::to_owned);
        errors.push(name, unknown, help);
        return None;
    };
    let (value, _) = Value::read(word, &entry);
    let paste = value.as_ref().map(|value| value.paste(word.name));
    let paste = paste.as_deref().unwrap_or(word.example);
    if near.is_some() {
        errors.push(name, unknown, format_args!("did you mean `{paste}`?"));
    } else {
        let there = word.positions[0];
        let fact = format!("`{name}` belongs to {}, not to {here}", there.name());
        errors.push(name, fact, moved(word, paste, there, position));
    }
    Some(Given {
        name: entry.name,
        setting: word.setting,
        value: value?,
    })
}

/// Where to write the setting that belongs `there`, not `here`.
fn moved(word: &KnownAttribute, paste: &str, there: Position, here: Position) -> String {
    let above = match (there, here) {
        (Position::Field, Position::ProjectionField) if word.setting == Setting::Column => {
            return "write `select = User::NAME`".to_owned();
        }
        (Position::Field, Position::Newtype) => {
            return format!("write `#[model({paste})]` in the model, above the field of this type");
        }
        (Position::Struct, Position::Field) => "the struct",
        (Position::Field, Position::Struct) => "a field",
        _ => there.name(),
    };
    format!("write `#[model({paste})]` above {above}")
}
