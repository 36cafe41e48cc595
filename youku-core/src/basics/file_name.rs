//! File names that are safe to create on any system, made from the name of a movie.

use crate::basics::text;

/// The most bytes a name may have. File systems allow 255, and download programs add their own
/// suffixes.
const MAX_BYTES: usize = 200;

/// The prefix for a name that Windows reserves for a device.
const DEVICE_PREFIX: &str = "_";

/// The longest part after the last dot that counts as an extension, in bytes, dot included.
const MAX_EXTENSION_BYTES: usize = 17;

/// A name for a local file, made from a name that another user or a server chose; `fallback`, which
/// must be safe itself, when no part of `name` can be kept.
///
/// The service gives every [`Download`](crate::Download) such a name. A client that stores files
/// under names from a server applies the rule again, because the server may not be this one.
///
/// The result has no path parts, no control characters, no invisible ones other than the joiners and
/// variation selectors that a script needs, none of `<>:"|?*`, no dot or
/// space at the ends, and at most 200 bytes. It is not a name that Windows reserves for devices
/// (Microsoft, "Naming Files, Paths, and Namespaces"). An extension of letters and digits is kept.
///
/// It does not check whether a file of that name exists. Create the file with
/// [`create_new`](std::fs::OpenOptions::create_new), or an attacker's link may be followed.
///
/// ```
/// use youku_core::local_file_name;
///
/// assert_eq!(local_file_name("../../黑客帝国.mp4", "movie"), "黑客帝国.mp4");
/// assert_eq!(local_file_name("NUL.mp4", "movie"), "_NUL.mp4");
/// assert_eq!(local_file_name("..", "movie"), "movie");
/// ```
pub fn local_file_name(name: &str, fallback: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = text::line(last).chars().map(harmless).collect();
    let trimmed = trim(&cleaned);
    let (stem, extension) = split(trimmed);
    let room = MAX_BYTES - DEVICE_PREFIX.len() - extension.len();
    let stem = trim(&stem[..stem.floor_char_boundary(room)]);
    match stem {
        "" => fallback.to_owned(),
        stem if is_reserved(stem) => format!("{DEVICE_PREFIX}{stem}{extension}"),
        stem => format!("{stem}{extension}"),
    }
}

fn harmless(character: char) -> char {
    match character {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        other => other,
    }
}

fn trim(name: &str) -> &str {
    name.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Splits before the last dot if a short extension of letters and digits follows it.
fn split(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot)
            if name.len() - dot <= MAX_EXTENSION_BYTES
                && name[dot + 1..].chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            name.split_at(dot)
        }
        _ => (name, ""),
    }
}

/// Whether Windows reserves this name for a device, whatever its extension.
fn is_reserved(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().trim_end();
    let upper = first.to_ascii_uppercase();
    if matches!(
        upper.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$"
    ) {
        return true;
    }
    let number = upper
        .strip_prefix("COM")
        .or_else(|| upper.strip_prefix("LPT"));
    let mut rest = number.unwrap_or_default().chars();
    matches!(
        (rest.next(), rest.next()),
        (Some('0'..='9' | '¹' | '²' | '³'), None)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(local_file_name(name, "movie-7"), expected, "{name:?}");
    }

    #[test]
    fn ordinary_names_stay_as_they_are() {
        check("黑客帝国.mp4", "黑客帝国.mp4");
        check("The Matrix (1999).mkv", "The Matrix (1999).mkv");
        check("no extension", "no extension");
    }

    #[test]
    fn path_parts_are_removed() {
        check("../../x", "x");
        check("/etc/passwd", "passwd");
        check("C:\\movies\\a.mp4", "a.mp4");
        check("..", "movie-7");
        check("a/", "movie-7");
        check("", "movie-7");
    }

    #[test]
    fn characters_with_a_meaning_elsewhere_are_replaced() {
        check("a\0b\n.mp4", "ab.mp4");
        check("who? what*.mp4", "who_ what_.mp4");
        check("C:x.mp4", "C_x.mp4");
        check("\u{202e}4pm.exe", "4pm.exe");
        check("a\u{2060}b\u{feff}.mp4", "ab.mp4");
        check("nul\u{2060}.mp4", "_nul.mp4");
    }

    #[test]
    fn dots_and_spaces_at_the_ends_are_dropped() {
        check(".bashrc", "bashrc");
        check("name. . .", "name");
        check(" .. x .mp4", "x.mp4");
    }

    #[test]
    fn device_names_are_avoided() {
        check("con", "_con");
        check("NUL.mp4", "_NUL.mp4");
        check("com1.tar.mp4", "_com1.tar.mp4");
        check("LPT³.mp4", "_LPT³.mp4");
        check("CONIN$.mp4", "_CONIN$.mp4");
        check("COM¹.mp4", "_COM¹.mp4");
        check("COM1", "_COM1");
        check("com10.mp4", "com10.mp4");
        check("console.mp4", "console.mp4");
    }

    #[test]
    fn long_names_are_cut_and_keep_their_extension() {
        let name = local_file_name(&format!("{}.mp4", "电".repeat(300)), "movie-7");
        assert!(
            name.len() <= MAX_BYTES && name.len() > MAX_BYTES - 5,
            "{}",
            name.len()
        );
        assert!(name.ends_with("电.mp4"));
        let name = local_file_name(&format!("x.{}", "y".repeat(300)), "movie-7");
        assert_eq!(name.len(), MAX_BYTES - 1);
    }
}
