//! Which characters a new user name may have: the profile `UsernameCaseMapped` of RFC 8265, whose
//! user parts are of the `IdentifierClass` of RFC 8264, with the properties of the current Unicode
//! version. In addition to the profile, marks cannot be stacked without limit (UTS 39, section 5.4).
//!
//! RFC 8264 defines its classes by properties, so that they follow Unicode. The crates that ship
//! them as tables stopped at Unicode 6.3.

use icu_properties::props::{
    BidiClass, CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory, JoiningType,
    Script,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;

/// How many marks without a width one character may carry, as UTS 39 suggests.
const MAX_MARKS: usize = 4;

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// `name` with full-width and half-width characters replaced by the ordinary ones (RFC 8265, section
/// 3.3.2, the width-mapping rule), in form C.
pub(super) fn prepare(name: &str) -> String {
    let mapped = name.chars().flat_map(|c| {
        let is_wide = matches!(c, '\u{3000}' | '\u{ff01}'..='\u{ffef}');
        let ordinary = is_wide.then(|| c.nfkc());
        let other = (!is_wide).then_some(c);
        ordinary.into_iter().flatten().chain(other)
    });
    mapped.nfc().collect()
}

/// Whether `name`, in form C, consists of user parts with one space between them.
pub(super) fn is_username(name: &str) -> bool {
    name.split(' ').all(is_user_part)
}

fn is_user_part(part: &str) -> bool {
    let chars: Vec<char> = part.chars().collect();
    !chars.is_empty()
        && (0..chars.len()).all(|place| is_allowed(&chars, place))
        && marks_are_few(part)
        && keeps_direction(&chars)
}

/// RFC 8264, section 8: the order of the rules decides.
fn is_allowed(chars: &[char], place: usize) -> bool {
    let c = chars[place];
    match c {
        // 9.6: exceptions.
        'ß' | 'ς' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '〇' => true,
        '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => {
            false
        }
        '\u{b7}'
        | '\u{375}'
        | '\u{5f3}'
        | '\u{5f4}'
        | '・'
        | '\u{660}'..='\u{669}'
        | '\u{6f0}'..='\u{6f9}' => fits_context(chars, place),
        '!'..='~' => true,
        ZWNJ | ZWJ => joins(chars, place),
        // 9.9: old Hangul.
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}' => false,
        c => is_letter_or_digit(c) && !is_ignorable(c) && c.nfkc().eq([c]),
    }
}

/// RFC 8264, section 9.1.
fn is_letter_or_digit(c: char) -> bool {
    use GeneralCategory::{
        DecimalNumber, LowercaseLetter, ModifierLetter, NonspacingMark, OtherLetter, SpacingMark,
        UppercaseLetter,
    };
    let category = CodePointMapData::<GeneralCategory>::new().get(c);
    [
        LowercaseLetter,
        UppercaseLetter,
        OtherLetter,
        DecimalNumber,
        ModifierLetter,
        NonspacingMark,
        SpacingMark,
    ]
    .contains(&category)
}

fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

fn script(c: char) -> Script {
    CodePointMapData::<Script>::new().get(c)
}

/// RFC 5892, appendix A, rules 3 to 9.
fn fits_context(chars: &[char], place: usize) -> bool {
    let before = place.checked_sub(1).map(|before| chars[before]);
    let after = chars.get(place + 1);
    let has = |range: std::ops::RangeInclusive<char>| chars.iter().any(|c| range.contains(c));
    match chars[place] {
        '\u{b7}' => matches!((before, after), (Some('l' | 'L'), Some('l' | 'L'))),
        '\u{375}' => after.is_some_and(|c| script(*c) == Script::Greek),
        '\u{5f3}' | '\u{5f4}' => before.is_some_and(|c| script(c) == Script::Hebrew),
        '・' => chars
            .iter()
            .any(|c| [Script::Hiragana, Script::Katakana, Script::Han].contains(&script(*c))),
        '\u{660}'..='\u{669}' => !has('\u{6f0}'..='\u{6f9}'),
        _ => !has('\u{660}'..='\u{669}'),
    }
}

/// RFC 5892, appendix A, rules 1 and 2: a joiner changes how the letters next to it are written.
fn joins(chars: &[char], place: usize) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new();
    let is_virama = |c: char| class.get(c) == CanonicalCombiningClass::Virama;
    if place > 0 && is_virama(chars[place - 1]) {
        return true;
    }
    let joining = CodePointMapData::<JoiningType>::new();
    let types = |c: &char| joining.get(*c);
    let solid = |joining: &JoiningType| *joining != JoiningType::Transparent;
    let before = chars[..place].iter().rev().map(types).find(solid);
    let after = chars[place + 1..].iter().map(types).find(solid);
    let joins_left = [JoiningType::LeftJoining, JoiningType::DualJoining];
    let joins_right = [JoiningType::RightJoining, JoiningType::DualJoining];
    chars[place] == ZWNJ
        && before.is_some_and(|joining| joins_left.contains(&joining))
        && after.is_some_and(|joining| joins_right.contains(&joining))
}

/// Whether no character carries more than [`MAX_MARKS`] marks without a width, or one of them twice.
fn marks_are_few(part: &str) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new();
    let mut marks: Vec<char> = Vec::new();
    part.nfd().all(|c| {
        if category.get(c) != GeneralCategory::NonspacingMark {
            marks.clear();
            return true;
        }
        let repeats = marks.last() == Some(&c);
        marks.push(c);
        !repeats && marks.len() <= MAX_MARKS
    })
}

/// RFC 5893, section 2: text of both directions is shown in the order in which it is stored.
fn keeps_direction(chars: &[char]) -> bool {
    use BidiClass as Class;
    let classes = CodePointMapData::<BidiClass>::new();
    let classes: Vec<Class> = chars.iter().map(|c| classes.get(*c)).collect();
    let right_to_left = [Class::RightToLeft, Class::ArabicLetter];
    let is_right_to_left =
        |class: &Class| right_to_left.contains(class) || *class == Class::ArabicNumber;
    if !classes.iter().any(is_right_to_left) {
        return true;
    }
    let neutral = [
        Class::EuropeanNumber,
        Class::EuropeanSeparator,
        Class::CommonSeparator,
        Class::EuropeanTerminator,
        Class::OtherNeutral,
        Class::BoundaryNeutral,
        Class::NonspacingMark,
    ];
    // A name with such letters that begins with a letter of the other direction is mixed.
    let begins = classes
        .first()
        .is_some_and(|first| right_to_left.contains(first));
    let fits = |class: &Class| is_right_to_left(class) || neutral.contains(class);
    let last = classes
        .iter()
        .rev()
        .find(|class| **class != Class::NonspacingMark);
    let ends = last.is_some_and(|last| is_right_to_left(last) || *last == Class::EuropeanNumber);
    let has = |class: Class| classes.contains(&class);
    let one_kind = !(has(Class::EuropeanNumber) && has(Class::ArabicNumber));
    begins && classes.iter().all(fits) && ends && one_kind
}
