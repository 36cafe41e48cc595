//! What an upload announces, and the rules for it.

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::rule::{Rule, require_hex, require_length};
use crate::host::policy::Policy;
use crate::movies::name::movie_name;
use crate::records::movies::movie::Kind;
use crate::records::movies::upload::UploadRow;

/// A movie to upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMovie {
    /// Its name: text for display, 1 to 400 characters by default. Control and invisible characters
    /// are dropped; parts of a path have no special meaning.
    pub name: String,
    /// How many bytes will come: at least one, and 8 GiB at most by default.
    pub size: u64,
    /// Whether it has to be paid for.
    pub kind: Kind,
    /// SHA-256 of all bytes, if the sender knows it: 64 hexadecimal characters, in upper or lower
    /// case. If the bytes do not match it, finishing the upload fails.
    pub sha256: Option<String>,
    /// A custom digest of the client, at most 255 characters, that
    /// [`Admin::may_upload`](crate::Admin::may_upload) compares; it does not identify the movie.
    pub hint: Option<String>,
}

/// The same, checked.
#[derive(Debug, Clone)]
pub(crate) struct Announced {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) kind: Kind,
    pub(super) sha256: Option<String>,
    pub(super) hint: Option<String>,
}

/// The longest hint, in characters.
const MAX_HINT_CHARS: usize = 255;

impl Announced {
    pub(super) fn parse(new: &NewMovie, policy: &Policy) -> Result<Self> {
        let name = movie_name(&new.name, policy)?;
        if new.size == 0 {
            return Err(Error::broken("size", Rule::Range(1..=u64::MAX)));
        }
        if new.size > policy.max_movie_bytes {
            let rule = format!("a movie may have {} bytes at most", policy.max_movie_bytes);
            return Err(Error::new(Code::TooLarge, rule));
        }
        let sha256 = new.sha256.as_deref().map(parse_sha256).transpose()?;
        let hint = new.hint.as_deref().map(parse_hint).transpose()?;
        Ok(Self {
            name,
            size: new.size,
            kind: new.kind,
            sha256,
            hint: hint.flatten(),
        })
    }

    /// Fails when a digest was announced and differs from that of the bytes.
    pub(super) fn require_digest(&self, sha256: &str) -> Result<()> {
        match &self.sha256 {
            Some(announced) if announced != sha256 => Err(Error::checksum_mismatch("bytes")),
            _ => Ok(()),
        }
    }
}

impl From<UploadRow> for Announced {
    fn from(row: UploadRow) -> Self {
        Self {
            name: row.movie_name,
            size: row.movie_size,
            kind: row.kind,
            sha256: row.sha256,
            hint: row.movie_md5,
        }
    }
}

/// The digest that `text` spells, in lower case.
pub(super) fn parse_sha256(text: &str) -> Result<String> {
    require_hex("sha256", text, 64)
}

/// An empty hint counts as no hint.
fn parse_hint(text: &str) -> Result<Option<String>> {
    require_length("hint", text, 0..=MAX_HINT_CHARS)?;
    Ok(Some(text.to_owned()).filter(|hint| !hint.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movie() -> NewMovie {
        NewMovie {
            name: "The Matrix.mp4".to_owned(),
            size: 1,
            kind: Kind::Free,
            sha256: None,
            hint: None,
        }
    }

    fn check(new: &NewMovie, expected: (Code, Option<&str>)) {
        let error = Announced::parse(new, &Policy::default()).unwrap_err();
        assert_eq!((error.code(), error.field()), expected, "{new:?}");
    }

    #[test]
    fn sizes_outside_the_policy_are_refused() {
        check(
            &NewMovie { size: 0, ..movie() },
            (Code::BadRequest, Some("size")),
        );
        check(
            &NewMovie {
                size: (8 << 30) + 1,
                ..movie()
            },
            (Code::TooLarge, None),
        );
        check(
            &NewMovie {
                size: 1 << 63,
                ..movie()
            },
            (Code::TooLarge, None),
        );
    }

    #[test]
    fn names_without_or_with_too_much_text_are_refused() {
        for name in ["", " \n", "\u{202e}", &"x".repeat(401)] {
            check(
                &NewMovie {
                    name: name.to_owned(),
                    ..movie()
                },
                (Code::BadRequest, Some("name")),
            );
        }
    }

    #[test]
    fn digests_are_read_in_any_case() {
        for sha256 in ["", "abc", &"g".repeat(64), &"a".repeat(63)] {
            let new = NewMovie {
                sha256: Some(sha256.to_owned()),
                ..movie()
            };
            check(&new, (Code::BadRequest, Some("sha256")));
        }
        let new = NewMovie {
            sha256: Some("AB".repeat(32)),
            ..movie()
        };
        let announced = Announced::parse(&new, &Policy::default()).unwrap();
        assert_eq!(announced.sha256, Some("ab".repeat(32)));
    }

    #[test]
    fn names_with_path_parts_are_text() {
        let new = NewMovie {
            name: "../../x\0".to_owned(),
            ..movie()
        };
        assert_eq!(
            Announced::parse(&new, &Policy::default()).unwrap().name,
            "../../x"
        );
    }

    #[test]
    fn long_hint_is_refused_and_empty_one_is_none() {
        let new = NewMovie {
            hint: Some("x".repeat(256)),
            ..movie()
        };
        check(&new, (Code::BadRequest, Some("hint")));
        let new = NewMovie {
            hint: Some(String::new()),
            ..movie()
        };
        assert_eq!(
            Announced::parse(&new, &Policy::default()).unwrap().hint,
            None
        );
    }
}
