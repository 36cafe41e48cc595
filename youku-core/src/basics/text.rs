//! Text that users enter and other users read: what it may contain, and how it is compared.

use icu_casemap::CaseMapper;
use unicode_normalization::UnicodeNormalization;

/// `text` in Unicode normalisation form C (UAX #15).
pub(crate) fn normalise(text: &str) -> String {
    text.nfc().collect()
}

/// The form in which two spellings of one name are equal: case folded, in form C.
///
/// Folding is done on the decomposed text, as for a canonical caseless match (The Unicode
/// Standard, section 3.13, D145), and independent of any language.
pub(crate) fn fold(text: &str) -> String {
    let decomposed: String = text.nfd().collect();
    CaseMapper::new().fold_string(&decomposed).nfc().collect()
}

/// The name of a movie for searching and sorting: folded, and cut to its first 700 characters.
/// Folding makes a character up to three times longer, and an index has no room for more. Only
/// names that consist of rare characters and are nearly as long as a name can be are cut.
pub(crate) fn search_name(name: &str) -> String {
    search_text(name).chars().take(700).collect()
}

/// A text to search for in such names. What only shapes other characters makes no difference.
pub(crate) fn search_text(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !shapes(*c)).collect();
    fold(&plain)
}

/// Whether `character` controls the display instead of being visible: control characters, the
/// controls of writing direction (UAX #9), line and paragraph separators, characters without a
/// width, tags and noncharacters.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
        || u32::from(character) & 0xfffe == 0xfffe
        || ('\u{fdd0}'..='\u{fdef}').contains(&character)
}

/// Whether `character` is invisible and changes how the visible one in front of it is written: the
/// joiners of Persian, Indic scripts and emoji, and the selectors of variants of Han characters,
/// Mongolian letters and emoji.
fn shapes(character: char) -> bool {
    is_joiner(character)
        || matches!(character,
            '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// The characters of `text` in form C that are visible, or that [shape](shapes) a visible one. Each
/// carries one selector and one joiner at most, so that no text hides in them.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut before = ' ';
    text.nfc().filter(move |&c| {
        let stays = if shapes(c) {
            let selected = shapes(before) && !is_joiner(before) && is_joiner(c);
            selected || !(before.is_whitespace() || shapes(before))
        } else {
            !is_invisible(c) || matches!(c, '\n' | '\t')
        };
        if stays {
            before = c;
        }
        stays
    })
}

/// Whether `text` is exactly `characters` hexadecimal characters in lower case, as the service
/// generates names.
pub(crate) fn is_lower_hex(text: &str, characters: usize) -> bool {
    text.len() == characters && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// One line of text for display: form C, without white space at its ends, and without invisible
/// characters other than those that shape a visible one.
pub(crate) fn line(text: &str) -> String {
    let visible: String = visible(text).filter(|c| !c.is_control()).collect();
    visible.trim().to_owned()
}

/// Several lines of text for display: like [`line()`], but line feeds and tabs stay.
pub(crate) fn paragraph(text: &str) -> String {
    let visible: String = visible(text).collect();
    visible.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_to_one_form() {
        for (one, other) in [
            ("Admin", "aDMIN"),
            ("caf\u{e9}", "CAFE\u{301}"),
            ("straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"),
            ("\u{1e9b}\u{323}", "\u{1e61}\u{323}"),
            ("电影", "电影"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("neo"), fold("ne0"));
    }

    #[test]
    fn characters_that_steer_a_display_are_invisible() {
        for character in "\0\n\u{7f}\u{85}\u{200b}\u{202e}\u{2066}\u{feff}\u{ffff}\u{1fffe}".chars()
        {
            assert!(is_invisible(character), "{character:?}");
        }
        for character in "aß电ⅷ😀 -_'.\u{301}".chars() {
            assert!(!is_invisible(character), "{character:?}");
        }
    }

    #[test]
    fn lines_keep_what_shapes_a_visible_character() {
        for name in [
            "می\u{200c}خواهم",
            "葛\u{e0100}城",
            "क्\u{200d}ष",
            "❤\u{fe0f}\u{200d}🔥",
        ] {
            assert_eq!(line(name), name);
            assert_eq!(paragraph(name), name);
            assert!(!search_name(name).chars().any(shapes), "{name}");
        }
        for (text, expected) in [
            ("\u{200d}a", "a"),
            ("a \u{fe0f}b", "a b"),
            ("a\u{200c}\u{200c}\u{200d}b", "a\u{200c}b"),
            ("a\u{fe0f}\u{fe0e}b", "a\u{fe0f}b"),
            ("a\u{202e}\u{200c}b", "a\u{200c}b"),
            ("\u{200c}\u{fe0f}", ""),
        ] {
            assert_eq!(line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn lines_lose_what_a_terminal_would_obey() {
        assert_eq!(line(" The\0 Matrix\u{202e}\x1b[31m\n"), "The Matrix[31m");
        assert_eq!(paragraph("\nfirst\r\n\tsecond\u{7}\n"), "first\n\tsecond");
    }
}
