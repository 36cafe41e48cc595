//! Every name that `#[model(…)]` knows, where it may stand, what follows it, and what other libraries call it.

/// What a user can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    Table,
    RenameAll,
    Crate,
    Column,
    PrimaryKey,
    Auto,
    Unique,
    Index,
    Length,
    Default,
    Skip,
    Rename,
}

/// What a `#[model(…)]` stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Struct,
    Field,
    Enum,
    Variant,
}

impl Place {
    /// The place with its article, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Struct => "a struct",
            Self::Field => "a field",
            Self::Enum => "an enum",
            Self::Variant => "a variant",
        }
    }
}

/// What follows a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Flag,
    Text,
    FlagOrText,
    Number,
    Expr,
}

/// One line of the vocabulary.
pub(crate) struct Word {
    pub(crate) setting: Setting,
    pub(crate) name: &'static str,
    pub(crate) places: &'static [Place],
    pub(crate) form: Form,
    /// A right use, for users to paste.
    pub(crate) example: &'static str,
}

const fn word(
    setting: Setting,
    name: &'static str,
    places: &'static [Place],
    form: Form,
    example: &'static str,
) -> Word {
    Word {
        setting,
        name,
        places,
        form,
        example,
    }
}

pub(crate) const WORDS: [Word; 12] = {
    use Form::{Expr, Flag, FlagOrText, Number, Text};
    use Place::{Enum, Field, Struct, Variant};
    [
        word(
            Setting::Table,
            "table",
            &[Struct],
            Text,
            r#"table = "user""#,
        ),
        word(
            Setting::RenameAll,
            "rename_all",
            &[Struct, Enum],
            Text,
            r#"rename_all = "camelCase""#,
        ),
        word(
            Setting::Crate,
            "crate",
            &[Struct, Enum],
            Text,
            r#"crate = "youku_orm""#,
        ),
        word(
            Setting::Column,
            "column",
            &[Field],
            Text,
            r#"column = "name""#,
        ),
        word(
            Setting::PrimaryKey,
            "primary_key",
            &[Field],
            Flag,
            "primary_key",
        ),
        word(Setting::Auto, "auto", &[Field], Flag, "auto"),
        word(
            Setting::Unique,
            "unique",
            &[Field],
            FlagOrText,
            r#"unique = "group""#,
        ),
        word(
            Setting::Index,
            "index",
            &[Field],
            FlagOrText,
            r#"index = "group""#,
        ),
        word(Setting::Length, "length", &[Field], Number, "length = 64"),
        word(Setting::Default, "default", &[Field], Expr, "default = 0"),
        word(Setting::Skip, "skip", &[Field], Flag, "skip"),
        word(
            Setting::Rename,
            "rename",
            &[Variant],
            Text,
            r#"rename = "name""#,
        ),
    ]
};

/// What other libraries (Django, SQLAlchemy, Diesel, serde) call a setting of ours.
const SYNONYMS: [(&str, Setting); 24] = [
    ("db_table", Setting::Table),
    ("table_name", Setting::Table),
    ("tablename", Setting::Table),
    ("__tablename__", Setting::Table),
    ("rename", Setting::Column),
    ("name", Setting::Column),
    ("db_column", Setting::Column),
    ("column_name", Setting::Column),
    ("pk", Setting::PrimaryKey),
    ("id", Setting::PrimaryKey),
    ("key", Setting::PrimaryKey),
    ("auto_increment", Setting::Auto),
    ("autoincrement", Setting::Auto),
    ("db_index", Setting::Index),
    ("indexed", Setting::Index),
    ("max_length", Setting::Length),
    ("max_len", Setting::Length),
    ("size", Setting::Length),
    ("default_value", Setting::Default),
    ("server_default", Setting::Default),
    ("ignore", Setting::Skip),
    ("value", Setting::Rename),
    ("case", Setting::RenameAll),
    ("path", Setting::Crate),
];

/// What other libraries write into an attribute and Rust says with a type.
const SAID_BY_TYPE: [(&str, &str); 12] = [
    ("null", NULLABLE),
    ("nullable", NULLABLE),
    ("not_null", NULLABLE),
    ("blank", NULLABLE),
    ("optional", NULLABLE),
    ("column_type", COLUMN_TYPE),
    ("db_type", COLUMN_TYPE),
    ("sql_type", COLUMN_TYPE),
    ("type", COLUMN_TYPE),
    ("foreign_key", REFERENCE),
    ("references", REFERENCE),
    ("belongs_to", REFERENCE),
];
const NULLABLE: &str =
    "a column that may be NULL is a field of type `Option<T>`, every other column is NOT NULL";
const COLUMN_TYPE: &str =
    "the type of the field decides the type of the column, and `length = 64` the size of a text";
const REFERENCE: &str = "a field of type `Id<Other>` refers to `Other`";

impl Word {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        WORDS.iter().find(|word| word.name == name)
    }

    /// The word at `place` that the writer of an unknown `name` most likely meant.
    pub(crate) fn meant_by(name: &str, place: Place) -> Option<&'static Self> {
        let here = || WORDS.iter().filter(|word| word.places.contains(&place));
        let synonym = SYNONYMS.iter().filter(|(theirs, _)| *theirs == name);
        let mut synonyms =
            synonym.filter_map(|(_, ours)| here().find(|word| word.setting == *ours));
        synonyms.next().or_else(|| {
            here()
                .map(|word| (strsim::damerau_levenshtein(name, word.name), word))
                .filter(|(distance, word)| *distance <= word.name.len().div_ceil(3))
                .min_by_key(|(distance, _)| *distance)
                .map(|(_, word)| word)
        })
    }

    /// The names that may stand at `place`, as a list for messages.
    pub(crate) fn list(place: Place) -> String {
        let here = WORDS.iter().filter(|word| word.places.contains(&place));
        let names: Vec<String> = here.map(|word| format!("`{}`", word.name)).collect();
        names.join(", ")
    }
}

/// What to do instead of the attribute `name`, when a type says it.
pub(crate) fn said_by_type(name: &str) -> Option<&'static str> {
    SAID_BY_TYPE
        .iter()
        .find(|(theirs, _)| *theirs == name)
        .map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use super::{Place, SYNONYMS, Word};

    #[test]
    fn a_near_name_is_suggested_where_it_may_stand() {
        let check = |name, place, expected| {
            assert_eq!(Word::meant_by(name, place).map(|word| word.name), expected);
        };
        check("tabel", Place::Struct, Some("table"));
        check("primarykey", Place::Field, Some("primary_key"));
        check("uniqe", Place::Field, Some("unique"));
        check("max_length", Place::Field, Some("length"));
        check("rename", Place::Field, Some("column"));
        check("tabel", Place::Field, None);
        check("colour", Place::Field, None);
    }

    #[test]
    fn no_synonym_is_a_word_at_the_same_place() {
        for (name, setting) in SYNONYMS {
            let places = |word: &Word| word.places.to_vec();
            let ours = super::WORDS.iter().find(|word| word.setting == setting);
            let taken = Word::named(name).map(places).unwrap_or_default();
            assert!(
                ours.is_some_and(|word| !word.places.iter().any(|p| taken.contains(p))),
                "{name}"
            );
        }
    }
}
