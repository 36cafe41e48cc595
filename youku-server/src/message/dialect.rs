//! Which of the two older dialects a request is in.

use crate::message::Fields;

/// The two spellings of the same operations. A reply has the shape that matches the spelling of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Dialect {
    /// The Python course project's design half: `session`, `file_md5`, `release_notice`.
    Design,
    /// The Python course project's implementation half: `cookies`, `movie_md5`, `send_notice`.
    #[default]
    Implementation,
}

/// Keys that only one of the two dialects uses.
const DESIGN_KEYS: [&str; 6] = [
    "name",
    "session",
    "file_md5",
    "file_name",
    "file_size",
    "delete_movie_id",
];
const IMPLEMENTATION_KEYS: [&str; 5] = [
    "username",
    "cookies",
    "movie_md5",
    "movie_name",
    "movie_size",
];

/// Operations that only one of the two has under this name.
const DESIGN_OPERATIONS: [&str; 2] = ["release_notice", "check_download_record"];
const IMPLEMENTATION_OPERATIONS: [&str; 2] = ["send_notice", "check_record"];

impl Dialect {
    /// The dialect that the spelling of a request shows, if it shows one alone.
    pub(crate) fn of(request: &Fields) -> Option<Self> {
        let operation = request.operation();
        let spelled = |operations: &[&str], keys: &[&str]| {
            operation.is_some_and(|operation| operations.contains(&operation))
                || keys.iter().any(|key| request.has(key))
        };
        let design = spelled(&DESIGN_OPERATIONS, &DESIGN_KEYS);
        let implementation = spelled(&IMPLEMENTATION_OPERATIONS, &IMPLEMENTATION_KEYS);
        match (design, implementation) {
            (true, false) => Some(Self::Design),
            (false, true) => Some(Self::Implementation),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str, expected: Option<Dialect>) {
        assert_eq!(
            Dialect::of(&Fields::parse(json.as_bytes()).unwrap()),
            expected,
            "{json}"
        );
    }

    #[test]
    fn spelling_shows_the_dialect() {
        check(r#"{"type": "login", "name": "a"}"#, Some(Dialect::Design));
        check(
            r#"{"type": "login", "username": "a"}"#,
            Some(Dialect::Implementation),
        );
        check(
            r#"{"type": "check_notice", "cookies": null}"#,
            Some(Dialect::Implementation),
        );
        check(r#"{"type": "release_notice"}"#, Some(Dialect::Design));
        check(r#"{"type": "check_record"}"#, Some(Dialect::Implementation));
    }

    #[test]
    fn a_request_with_no_or_both_spellings_shows_no_dialect() {
        check(r#"{"type": "check_notice"}"#, None);
        check(
            r#"{"type": "upload_movie", "session": "s", "movie_name": "m"}"#,
            None,
        );
    }
}
