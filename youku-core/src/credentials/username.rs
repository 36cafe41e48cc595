//! The rules for user names.

mod identifier;
pub(crate) mod skeleton;

use crate::basics::error::{Error, Result};
use crate::basics::rule::{Rule, require_length};
use crate::basics::text;
use crate::credentials::username::skeleton::looks;
use crate::host::policy::Policy;

/// The longest name that was ever allowed, in characters.
const MAX_CHARS: usize = 64;

/// The name of a new user, in all of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Username {
    /// The name as it is shown: normalisation form C, without wide characters, otherwise as its owner
    /// spelled it.
    pub(crate) shown: String,
    /// The name as it is compared; unique in the database.
    pub(crate) key: String,
    /// What it looks like; unique among new names.
    pub(crate) looks: String,
}

impl Username {
    /// # Errors
    ///
    /// `bad_request` on `username` with the rule that it breaks.
    pub(crate) fn parse(text: &str, policy: &Policy) -> Result<Self> {
        let chars = &policy.username_chars;
        // Cheap bound first: normalising is not free, and form C is at most three times shorter.
        let too_many = text.len() > chars.end().saturating_mul(3 * 4);
        let shown = if too_many {
            String::new()
        } else {
            identifier::prepare(text)
        };
        require_length("username", &shown, chars.clone())?;
        let steers = |c| text::is_invisible(c) && !matches!(c, '\u{200c}' | '\u{200d}');
        if shown.chars().any(steers) {
            return Err(Error::broken("username", Rule::VisibleCharacters));
        }
        if shown.trim() != shown {
            return Err(Error::broken("username", Rule::NoOuterSpace));
        }
        if !identifier::is_username(&shown) {
            return Err(Error::broken("username", Rule::NameCharacters));
        }
        let (key, looks) = (text::fold(&shown), looks(&shown));
        Ok(Self { shown, key, looks })
    }
}

/// A name that a client logs in with. Names that were registered under older rules are found too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedName {
    /// The key under older rules, which did not map wide characters.
    spelled: String,
    /// The key of a new name.
    pub(crate) key: String,
}

impl TypedName {
    /// Nothing if no user ever had such a name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_CHARS * 3 * 4 || text.chars().any(char::is_control) {
            return None;
        }
        let spelled = text::normalise(text);
        let length = spelled.chars().count();
        // The rows of the system actor and of deleted users have keys that begin with a space.
        let fits = (1..=MAX_CHARS).contains(&length) && spelled.trim() == spelled;
        fits.then(|| Self {
            spelled: text::fold(&spelled),
            key: text::fold(&identifier::prepare(text)),
        })
    }

    /// The keys that it may be stored under.
    pub(crate) fn keys(&self) -> [&str; 2] {
        [&self.spelled, &self.key]
    }

    /// Whether the user with `key` is meant rather than one with another of the [keys](Self::keys).
    pub(crate) fn is_exactly(&self, key: &str) -> bool {
        self.spelled == key
    }
}

#[cfg(test)]
mod tests;
