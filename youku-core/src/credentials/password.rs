//! The rules for passwords.

use std::fmt;

use crate::basics::error::{Error, Result};
use crate::basics::rule::{Rule, require_length};
use crate::basics::text::is_invisible;
use crate::credentials::common_passwords::{is_common, is_digest_of_common};
use crate::host::policy::Policy;

/// A password that keeps the rules. `Debug` does not show it.
#[derive(Clone)]
pub(crate) struct Password(String);

impl Password {
    /// # Errors
    ///
    /// `bad_request` on `password` when it is too short, too long, blank, or one of the most common
    /// ones.
    pub(crate) fn parse(text: String, policy: &Policy) -> Result<Self> {
        require_length("password", &text, policy.password_chars.clone())?;
        if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
            return Err(Error::broken("password", Rule::NotBlank));
        }
        if is_common(&text) || is_digest_of_common(&text) {
            return Err(Error::broken("password", Rule::CommonPassword));
        }
        Ok(Self(text))
    }

    /// A password to compare with a stored one. It may be shorter than a new one must be, because
    /// the policy may have changed since it was set.
    pub(crate) fn attempt(text: String, policy: &Policy) -> Result<Self> {
        require_length("password", &text, 0..=*policy.password_chars.end())?;
        Ok(Self(text))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_of_a_password_is_counted_in_characters() {
        let policy = Policy::default();
        for (text, fits) in [
            ("ab c".repeat(2)[1..].to_owned(), false),
            ("ab c".repeat(2), true),
            ("电".repeat(256), true),
            ("a".repeat(257), false),
            ("a".repeat(1 << 20), false),
        ] {
            let length = text.len();
            let refused = Password::parse(text, &policy).err();
            let rule = refused.as_ref().and_then(Error::rule);
            let expected = Some(&Rule::Length(8..=256)).filter(|_| !fits);
            assert_eq!((refused.is_none(), rule), (fits, expected), "{length}");
        }
        assert!(Password::attempt(String::new(), &policy).is_ok());
    }

    #[test]
    fn common_password_may_be_compared_but_not_chosen() {
        let policy = Policy::default();
        let error = Password::parse("Password1".to_owned(), &policy).unwrap_err();
        assert_eq!(error.field(), Some("password"));
        assert_eq!(error.rule(), Some(&Rule::CommonPassword));
        assert!(Password::attempt("Password1".to_owned(), &policy).is_ok());
    }

    #[test]
    fn blank_password_may_be_compared_but_not_chosen() {
        let policy = Policy::default();
        for blank in [" ".repeat(8), "\u{3000}\t\u{200b}".repeat(3)] {
            let error = Password::parse(blank.clone(), &policy).unwrap_err();
            assert_eq!(error.rule(), Some(&Rule::NotBlank));
            assert!(Password::attempt(blank, &policy).is_ok());
        }
    }

    #[test]
    fn debug_hides_the_password() {
        assert_eq!(
            format!("{:?}", Password("correct horse".to_owned())),
            "Password(..)"
        );
    }
}
