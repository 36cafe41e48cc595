//! The passwords that attackers try first.

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
    fn list_is_sorted_and_small_and_without_repetition() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.is_sorted_by(|one, next| one < next));
        assert!(lines.iter().all(|line| line.to_lowercase() == *line));
        assert!(lines.iter().filter(|line| line.len() >= 8).count() >= 500);
    }
}
