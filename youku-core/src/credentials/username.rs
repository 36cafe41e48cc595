//! The rules for user names.

use crate::basics::error::{Error, Result};
use crate::basics::rule::{Rule, require_length};
use crate::basics::text;
use crate::host::policy::Policy;

/// A valid user name, in both of its forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Username {
    /// The name as it is shown: normalisation form C, otherwise as its owner spelled it.
    pub(crate) shown: String,
    /// The name as it is compared; unique in the database.
    pub(crate) key: String,
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
            text::normalise(text)
        };
        require_length("username", &shown, chars.clone())?;
        if shown.chars().any(text::is_invisible) {
            return Err(Error::broken("username", Rule::VisibleCharacters));
        }
        if shown.trim() != shown {
            return Err(Error::broken("username", Rule::NoOuterSpace));
        }
        let key = text::fold(&shown);
        Ok(Self { shown, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let parsed = Username::parse(text, &Policy::default());
        assert_eq!(parsed.unwrap().key, expected, "{text:?}");
    }

    #[track_caller]
    fn check_refused(text: &str, rule: &Rule) {
        let error = Username::parse(text, &Policy::default()).unwrap_err();
        assert_eq!(error.field(), Some("username"));
        assert_eq!(error.rule(), Some(rule), "{text:?}");
    }

    #[test]
    fn names_are_compared_without_case_and_composition() {
        check("Admin", "admin");
        check("张三", "张三");
        check("Cafe\u{301}", "caf\u{e9}");
        check(&"x".repeat(64), &"x".repeat(64));
        check(&"e\u{301}".repeat(64), &"\u{e9}".repeat(64));
        check("mary ann", "mary ann");
    }

    #[test]
    fn empty_long_and_deceiving_names_are_refused() {
        let length = Rule::Length(1..=64);
        check_refused("", &length);
        check_refused(&"x".repeat(65), &length);
        check_refused(&"x".repeat(1 << 20), &length);
        check_refused("admin\0", &Rule::VisibleCharacters);
        check_refused("ad\nmin", &Rule::VisibleCharacters);
        check_refused("\u{202e}nimda", &Rule::VisibleCharacters);
        check_refused("ad\u{200b}min", &Rule::VisibleCharacters);
        check_refused(" admin", &Rule::NoOuterSpace);
        check_refused("admin\u{3000}", &Rule::NoOuterSpace);
    }

    #[test]
    fn error_names_the_field_and_the_rule() {
        let error = Username::parse("", &Policy::default()).unwrap_err();
        assert_eq!(error.field(), Some("username"));
        assert_eq!(error.to_string(), "`username` must have 1 to 64 characters");
    }
}
