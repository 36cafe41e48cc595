//! The passwords that everybody tries first.

/// One password a line, in small letters and in the order of their bytes.
///
/// Collected by hand, and not a copy of any list: what the published rankings of leaked passwords
/// agree on, such as those that SplashData and NordPass print each year and the UK's National Cyber
/// Security Centre made of Have I Been Pwned, with patterns of the keyboard and what Chinese leaks
/// have beside that. It stops the guesses that come first; the lockout slows down the others.
const LIST: &str = include_str!("common_passwords.txt");

/// Whether `password` is one of the most common ones, in small or capital letters.
///
/// NIST SP 800-63B, section 5.1.1.2, asks to refuse such passwords. That compares whole passwords
/// and not parts of them, as it says.
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
