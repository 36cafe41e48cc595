//! The rules for what users enter, as data, and the checks of them.

use std::fmt;
use std::ops::RangeInclusive;

use crate::basics::error::{Error, Result};

/// The rule that a value breaks; see [`Error::rule`].
///
/// It holds what a host needs to state the rule in its own words or language. Its
/// [`Display`](fmt::Display) is the English predicate, without the name of the field.
///
/// ```
/// use youku_core::{Rule, UploadId};
///
/// let error = "x".parse::<UploadId>().unwrap_err();
/// assert_eq!(error.field(), Some("upload_id"));
/// assert_eq!(error.rule(), Some(&Rule::Hex(32)));
/// assert_eq!(error.rule().unwrap().to_string(), "must be 32 hexadecimal characters");
/// assert_eq!(error.to_string(), "`upload_id` must be 32 hexadecimal characters");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The text must have this many characters (Unicode scalar values).
    Length(RangeInclusive<usize>),
    /// The text must not contain control characters or characters that are invisible.
    VisibleCharacters,
    /// The text must not begin or end with white space.
    NoOuterSpace,
    /// The name of a new user may have only what RFC 8265 allows: letters and digits of any script,
    /// with four marks at most, the punctuation of ASCII, and one space between words.
    NameCharacters,
    /// The text must have a visible character.
    NotBlank,
    /// The new password must not be one of the most common passwords, nor the MD5 of one.
    CommonPassword,
    /// The password must be the user's current one.
    CurrentPassword,
    /// The text must have exactly this many hexadecimal characters, in upper or lower case.
    Hex(usize),
    /// The number must be in this range; it has no upper bound if the range ends at [`u64::MAX`].
    Range(RangeInclusive<u64>),
    /// The text must be one of these words.
    OneOf(Vec<&'static str>),
    /// The value must not have more bytes than this.
    Bytes(usize),
    /// The list must not have more entries than this.
    Entries(usize),
    /// The bytes must be an image: PNG, JPEG or WebP.
    Image,
    /// The text must be JSON.
    Json,
    /// The text must be a cursor: the [`next`](crate::Listing::next) of an earlier page.
    Cursor,
    /// The cursor must come from the same list in the same order.
    CursorOfThisList,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(chars) if *chars.start() == 0 => {
                write!(f, "must have {} characters at most", chars.end())
            }
            Self::Length(chars) => {
                let (least, most) = (chars.start(), chars.end());
                write!(f, "must have {least} to {most} characters")
            }
            Self::VisibleCharacters => {
                f.write_str("must not contain control or invisible characters")
            }
            Self::NoOuterSpace => f.write_str("must not begin or end with white space"),
            Self::NameCharacters => f.write_str(
                "may have letters, digits, the punctuation of ASCII and single spaces between words",
            ),
            Self::NotBlank => f.write_str("must not be blank"),
            Self::CommonPassword => {
                f.write_str("is one of the most common passwords; choose another")
            }
            Self::CurrentPassword => f.write_str("is not your password"),
            Self::Hex(characters) => write!(f, "must be {characters} hexadecimal characters"),
            Self::Range(range) if *range.end() == u64::MAX => {
                write!(f, "must be {} or more", range.start())
            }
            Self::Range(range) if *range.start() == 0 => {
                write!(f, "must be {} or less", range.end())
            }
            Self::Range(range) => {
                write!(f, "must be from {} to {}", range.start(), range.end())
            }
            Self::OneOf(words) => write!(f, "must be one of `{}`", words.join("`, `")),
            Self::Bytes(most) => write!(f, "must have {most} bytes at most"),
            Self::Entries(most) => write!(f, "must have {most} entries at most"),
            Self::Image => f.write_str("must be a PNG, JPEG or WebP image"),
            Self::Json => f.write_str("must be JSON"),
            Self::Cursor => f.write_str("must be the `next` of an earlier page"),
            Self::CursorOfThisList => {
                f.write_str("belongs to another order or list; begin again without it")
            }
        }
    }
}

/// Requires that the value of `field` has a length in `chars`.
///
/// # Errors
///
/// `bad_request` on `field`, with [`Rule::Length`].
pub(crate) fn require_length(
    field: &'static str,
    text: &str,
    chars: RangeInclusive<usize>,
) -> Result<()> {
    // Characters are counted no further than to the first one too many, so a text of a megabyte
    // costs no more than one of the permitted length.
    let counted = text.chars().take(chars.end().saturating_add(1)).count();
    if chars.contains(&counted) {
        Ok(())
    } else {
        Err(Error::broken(field, Rule::Length(chars)))
    }
}

/// The value of `field` in lower case, if it is exactly `characters` hexadecimal characters.
///
/// # Errors
///
/// `bad_request` on `field`, with [`Rule::Hex`].
pub(crate) fn require_hex(field: &'static str, text: &str, characters: usize) -> Result<String> {
    if text.len() == characters && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Error::broken(field, Rule::Hex(characters)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: &Rule, expected: &str) {
        let error = Error::broken("field", rule.clone());
        assert_eq!(error.to_string(), format!("`field` {expected}"));
        assert_eq!(error.rule(), Some(rule));
    }

    #[test]
    fn rules_have_english_words() {
        check(&Rule::Length(8..=256), "must have 8 to 256 characters");
        check(&Rule::Length(0..=255), "must have 255 characters at most");
        check(&Rule::Hex(64), "must be 64 hexadecimal characters");
        check(&Rule::Range(1..=u64::MAX), "must be 1 or more");
        check(&Rule::Range(0..=7), "must be 7 or less");
        check(&Rule::Range(1..=7), "must be from 1 to 7");
        check(&Rule::OneOf(vec!["a", "b"]), "must be one of `a`, `b`");
        check(&Rule::Bytes(9), "must have 9 bytes at most");
        check(&Rule::Entries(9), "must have 9 entries at most");
        check(&Rule::Image, "must be a PNG, JPEG or WebP image");
        check(&Rule::Json, "must be JSON");
        check(
            &Rule::VisibleCharacters,
            "must not contain control or invisible characters",
        );
        check(
            &Rule::NoOuterSpace,
            "must not begin or end with white space",
        );
        check(
            &Rule::CommonPassword,
            "is one of the most common passwords; choose another",
        );
        check(
            &Rule::NameCharacters,
            "may have letters, digits, the punctuation of ASCII and single spaces between words",
        );
        check(&Rule::NotBlank, "must not be blank");
        check(&Rule::CurrentPassword, "is not your password");
        check(&Rule::Cursor, "must be the `next` of an earlier page");
        check(
            &Rule::CursorOfThisList,
            "belongs to another order or list; begin again without it",
        );
    }

    #[test]
    fn length_is_counted_in_characters() {
        for (text, fits) in [
            ("", false),
            ("电影", true),
            ("电影院", true),
            ("电影院线", false),
        ] {
            let refused = require_length("name", text, 1..=3).err();
            let rule = refused.as_ref().and_then(Error::rule);
            let expected = Some(&Rule::Length(1..=3)).filter(|_| !fits);
            assert_eq!((refused.is_none(), rule), (fits, expected), "{text}");
        }
    }

    #[test]
    fn hexadecimal_text_is_read_in_any_case() {
        assert_eq!(require_hex("id", "007F80ff", 8).unwrap(), "007f80ff");
        for text in [
            "",
            "00",
            "007f80f",
            "007f80fff",
            "007f80fg",
            "+07f80ff",
            "电影ab",
        ] {
            assert_eq!(
                require_hex("id", text, 8).unwrap_err().rule(),
                Some(&Rule::Hex(8))
            );
        }
    }
}
