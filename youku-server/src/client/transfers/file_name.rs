//! Safe local file names for the names that a server gives to movies.

/// The most bytes that are kept: file systems take 255, and ` (2)` and `.part` come on top.
const MAX_BYTES: usize = 200;

/// Derives the name of a local file from a name that a peer gave. Removes path parts, control
/// characters and what has a special meaning for shells or Windows, and keeps at most 200 bytes and
/// the extension. Returns `fallback` if nothing is left.
///
/// It does not check whether a file of that name exists. Create the file with
/// [`create_new`](std::fs::OpenOptions::create_new), or an attacker's link may be followed.
///
/// ```
/// use youku_server::client::local_file_name;
///
/// assert_eq!(local_file_name("../../黑客帝国.mp4", "movie"), "黑客帝国.mp4");
/// assert_eq!(local_file_name("..", "movie"), "movie");
/// ```
pub fn local_file_name(name: &str, fallback: &str) -> String {
    // The server sends safe names; a client does not rely on it.
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cleaned: String = last
        .chars()
        .filter(|c| !steers_display(*c))
        .map(harmless)
        .collect();
    let trimmed = cleaned.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, extension) = match trimmed.rfind('.') {
        Some(dot) if trimmed.len() - dot <= 17 => trimmed.split_at(dot),
        _ => (trimmed, ""),
    };
    let stem = &stem[..stem.floor_char_boundary(MAX_BYTES - extension.len())];
    match stem {
        "" => fallback.to_owned(),
        stem if is_device(stem) => format!("_{stem}{extension}"),
        stem => format!("{stem}{extension}"),
    }
}

fn steers_display(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn harmless(c: char) -> char {
    if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
        '_'
    } else {
        c
    }
}

/// Names that Windows keeps for devices, whatever their extension (Microsoft, "Naming Files, Paths,
/// and Namespaces").
fn is_device(stem: &str) -> bool {
    let first = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_lowercase();
    match first.as_str() {
        "con" | "prn" | "aux" | "nul" => true,
        name => {
            let number = name
                .strip_prefix("com")
                .or_else(|| name.strip_prefix("lpt"));
            number.is_some_and(|rest| {
                matches!(rest, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(local_file_name(name, "movie-7"), expected, "{name:?}");
    }

    #[test]
    fn ordinary_names_stay() {
        check("黑客帝国.mp4", "黑客帝国.mp4");
        check("no extension", "no extension");
    }

    #[test]
    fn a_server_cannot_choose_the_folder() {
        check("../../x.mp4", "x.mp4");
        check("/etc/passwd", "passwd");
        check("C:\\a\\b.mp4", "b.mp4");
        for name in ["", "..", "a/", ".", "  "] {
            check(name, "movie-7");
        }
    }

    #[test]
    fn a_server_cannot_choose_a_hidden_or_misleading_name() {
        check(".bashrc", "bashrc");
        check("a\0b\n\x1b[31m.mp4", "ab[31m.mp4");
        check("\u{202e}4pm.exe", "4pm.exe");
        check("nul.mp4", "_nul.mp4");
        check("COM1", "_COM1");
        check("what?.mp4", "what_.mp4");
    }

    #[test]
    fn long_names_are_cut_before_their_extension() {
        let name = local_file_name(&format!("{}.mp4", "电".repeat(300)), "movie-7");
        assert!(
            name.len() <= MAX_BYTES && name.ends_with("电.mp4"),
            "{name}"
        );
    }
}
