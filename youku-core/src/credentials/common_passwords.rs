//! The passwords that attackers try first.

use std::collections::HashSet;
use std::sync::LazyLock;

use data_encoding::HEXLOWER_PERMISSIVE;
use md5::{Digest, Md5};

/// One password per line, in lower case and sorted by bytes.
///
/// The list was collected by hand and is not a copy of another list. It has what the published
/// rankings of leaked passwords agree on, such as those that SplashData and NordPass print each
/// year and the one that the UK's National Cyber Security Centre made of Have I Been Pwned. It also
/// has keyboard patterns, and passwords of Chinese leaks. It stops the first guesses; the lockout
/// slows down the others.
const LIST: &str = include_str!("common_passwords.txt");

/// Whether `password` is one of the most common ones, in upper or lower case.
///
/// NIST SP 800-63B, section 5.1.1.2, requires that such passwords are refused. As it says, whole
/// passwords are compared, not parts of them.
pub(crate) fn is_common(password: &str) -> bool {
    let small = password.to_lowercase();
    LIST.lines().any(|common| common == small)
}

/// Whether `password` is the MD5 of one of the most common passwords, in hexadecimal.
///
/// Clients of the Python course project send the MD5 of what a person types, so a common password
/// would arrive as text that no list has. The passwords are tried in lower case, in upper case and
/// with a capital letter.
pub(crate) fn is_digest_of_common(password: &str) -> bool {
    static DIGESTS: LazyLock<HashSet<[u8; 16]>> = LazyLock::new(|| {
        let spellings = |common: &str| {
            let (first, rest) = common.split_at(common.chars().next().map_or(0, char::len_utf8));
            let capital = first.to_uppercase() + rest;
            [common.to_owned(), common.to_uppercase(), capital]
        };
        let digest = |text: String| Md5::digest(text.as_bytes()).into();
        LIST.lines().flat_map(spellings).map(digest).collect()
    });
    let digest = HEXLOWER_PERMISSIVE.decode(password.as_bytes());
    let digest = digest.ok().and_then(|bytes| bytes.try_into().ok());
    digest.is_some_and(|digest: [u8; 16]| DIGESTS.contains(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_known_in_any_case() {
        for password in [
            "password",
            "PassWord1",
            "12345678",
            "Qwertyuiop",
            "woaini1314",
        ] {
            assert!(is_common(password), "{password}");
        }
        for password in ["", "correct horse", "my password", "123456789012"] {
            assert!(!is_common(password), "{password}");
        }
    }

    #[test]
    fn digests_of_common_passwords_are_known_in_any_case() {
        for digest in [
            "e10adc3949ba59abbe56e057f20f883e",
            "E10ADC3949BA59ABBE56E057F20F883E",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "2ac9cb7dc02b3c0083eb70898e549b63",
        ] {
            assert!(is_digest_of_common(digest), "{digest}");
        }
        // MD5 of `correct horse`, and texts that are no digests.
        for other in [
            "3cb4e732631f47e6eb961f34554b7cde",
            "",
            "123456",
            "e10adc3949ba59abbe56e057f20f883",
            "e10adc3949ba59abbe56e057f20f883e00",
        ] {
            assert!(!is_digest_of_common(other), "{other}");
        }
    }

    #[test]
    fn list_is_sorted_and_small_and_without_repetition() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.is_sorted_by(|one, next| one < next));
        assert!(lines.iter().all(|line| line.to_lowercase() == *line));
        assert!(lines.iter().filter(|line| line.len() >= 8).count() >= 500);
    }
}
