//! Every word that `#[model(…)]` knows, where it is allowed, what follows it, and what other
//! libraries call it.

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
    Version,
    Skip,
    References,
    OnDelete,
    NoForeignKey,
    Rename,
    From,
    Select,
}

/// What a `#[model(…)]` is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    Struct,
    Field,
    Enum,
    Variant,
    Newtype,
    Projection,
    ProjectionField,
}

/// What follows a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueForm {
    Flag,
    Text,
    FlagOrText,
    Number,
    Expr,
    Path,
}

/// A word of the language.
pub(crate) struct KnownAttribute {
    pub(crate) setting: Setting,
    pub(crate) name: &'static str,
    pub(crate) form: ValueForm,
    pub(crate) positions: &'static [Position],
    /// A correct use, for users to paste.
    pub(crate) example: &'static str,
    /// What Django, SQLAlchemy, Diesel and serde call it.
    synonyms: &'static [&'static str],
}

#[rustfmt::skip] // A table reads best with one row a line.
const KNOWN: [KnownAttribute; 18] = {
    use {ValueForm::*, Position::*};
    [
        word(Setting::Table, "table", Text, &[Struct], r#"table = "user""#,
            &["db_table", "table_name", "tablename", "__tablename__", "rename", "name"]),
        word(Setting::RenameAll, "rename_all", Text, &[Struct, Enum], r#"rename_all = "camelCase""#, &["case"]),
        word(Setting::Crate, "crate", Text, &[Struct, Enum, Newtype, Projection], r#"crate = "youku_orm""#, &["path"]),
        word(Setting::Column, "column", Text, &[Field], r#"column = "name""#,
            &["db_column", "column_name", "rename", "name"]),
        word(Setting::PrimaryKey, "primary_key", Flag, &[Field], "primary_key", &["pk", "id", "key"]),
        word(Setting::Auto, "auto", Flag, &[Field], "auto", &["auto_increment", "autoincrement"]),
        word(Setting::Unique, "unique", FlagOrText, &[Field], "unique", &[]),
        word(Setting::Index, "index", FlagOrText, &[Field], "index", &["db_index", "indexed"]),
        word(Setting::Length, "length", Number, &[Field], "length = 64", &["max_length", "max_len", "size"]),
        word(Setting::Default, "default", Expr, &[Field], "default = 0", &["default_value", "server_default"]),
        word(Setting::Version, "version", Flag, &[Field], "version", &["lock_version", "optimistic_lock", "version_id_col"]),
        word(Setting::Skip, "skip", Flag, &[Field], "skip", &["ignore"]),
        word(Setting::References, "references", Path, &[Field], "references = Other", &["foreign_key", "belongs_to"]),
        word(Setting::OnDelete, "on_delete", Text, &[Field], r#"on_delete = "cascade""#, &["ondelete"]),
        word(Setting::NoForeignKey, "no_foreign_key", Flag, &[Field], "no_foreign_key", &[]),
        word(Setting::Rename, "rename", Text, &[Variant], r#"rename = "name""#, &["name", "value", "column"]),
        word(Setting::From, "from", Expr, &[Projection], "from = User", &["model", "source"]),
        word(Setting::Select, "select", Expr, &[ProjectionField], "select = User::USERNAME", &["from", "expr"]),
    ]
};

#[rustfmt::skip]
/// Attributes of other libraries that are written differently here, mostly as a type.
const WRITTEN_OTHERWISE: [(&[&str], &str); 3] = [
    (&["null", "nullable", "not_null", "blank", "optional"],
        "write the type `Option<T>` for a column that may be NULL; every other column is NOT NULL"),
    (&["column_type", "db_type", "sql_type", "type"],
        "remove it: the type of the field decides, and `length = 64` bounds a text"),
    (&["db_constraint"],
        "remove it: a reference has a foreign key; write `no_foreign_key` for one without"),
];

const fn word(
    setting: Setting,
    name: &'static str,
    form: ValueForm,
    positions: &'static [Position],
    example: &'static str,
    synonyms: &'static [&'static str],
) -> KnownAttribute {
    KnownAttribute {
        setting,
        name,
        form,
        positions,
        example,
        synonyms,
    }
}

impl KnownAttribute {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        KNOWN.iter().find(|word| word.name == name)
    }

    /// The word at `position` that the writer of an unknown `name` most likely meant.
    pub(crate) fn meant_by(name: &str, position: Position) -> Option<&'static Self> {
        let mut synonyms = Self::at(position).filter(|word| word.synonyms.contains(&name));
        synonyms.next().or_else(|| {
            let words = Self::at(position);
            let distances = words.map(|word| (strsim::damerau_levenshtein(name, word.name), word));
            let near = distances.filter(|(distance, word)| *distance <= word.name.len() / 3);
            near.min_by_key(|(distance, _)| *distance)
                .map(|(_, word)| word)
        })
    }

    /// The words that are allowed at `position`.
    pub(crate) fn at(position: Position) -> impl Iterator<Item = &'static Self> {
        KNOWN
            .iter()
            .filter(move |word| word.positions.contains(&position))
    }
}

impl Position {
    /// The position with its article, for messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Struct => "a model",
            Self::Field => "a field of a model",
            Self::Enum => "an enum",
            Self::Variant => "a variant",
            Self::Newtype => "a newtype",
            Self::Projection => "a projection",
            Self::ProjectionField => "a field of a projection",
        }
    }
}

impl ValueForm {
    /// What a word of this form takes, for messages.
    pub(crate) fn takes(self) -> &'static str {
        match self {
            Self::Flag => "takes no value",
            Self::Text => "takes a text in double quotes",
            Self::FlagOrText => "takes no value, or the name of a group in double quotes",
            Self::Number => "takes a whole number",
            Self::Expr => "takes an expression",
            Self::Path => "takes the name of a model, without quotes",
        }
    }
}

/// What to do instead of the attribute `name` of another library.
pub(crate) fn written_otherwise(name: &str) -> Option<&'static str> {
    let mut rows = WRITTEN_OTHERWISE.iter();
    rows.find(|(names, _)| names.contains(&name))
        .map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use crate::parse::known_attributes::{KNOWN, KnownAttribute, Position};

    fn check(name: &str, position: Position, expected: Option<&str>) {
        assert_eq!(
            KnownAttribute::meant_by(name, position).map(|word| word.name),
            expected,
            "{name}"
        );
    }

    #[test]
    fn a_similar_attribute_is_suggested_where_it_is_allowed() {
        check("tabel", Position::Struct, Some("table"));
        check("primarykey", Position::Field, Some("primary_key"));
        check("uniqe", Position::Field, Some("unique"));
        check("tabel", Position::Field, None);
        check("colour", Position::Field, None);
        check("rename", Position::Enum, None);
    }

    #[test]
    fn an_attribute_of_another_library_is_recognised() {
        check("max_length", Position::Field, Some("length"));
        check("rename", Position::Field, Some("column"));
        check("rename", Position::Struct, Some("table"));
    }

    #[test]
    fn no_synonym_is_an_attribute_at_the_same_position() {
        for word in &KNOWN {
            for position in word.positions {
                let taken =
                    |name: &&str| KnownAttribute::at(*position).any(|other| other.name == *name);
                assert!(!word.synonyms.iter().any(taken), "{}", word.name);
            }
        }
    }

    /// The pages of the reference are in `youku-orm`, where their examples run. A test of `tests/ui` checks that
    /// their messages are those of the compiler.
    #[test]
    fn every_attribute_has_a_section_with_a_mistake() {
        for (page, positions) in [
            ("model", &[Position::Struct, Position::Field][..]),
            ("column_enum", &[Position::Enum, Position::Variant]),
            ("column_type", &[Position::Newtype]),
            (
                "projection",
                &[Position::Projection, Position::ProjectionField],
            ),
        ] {
            let path = format!("{}/../youku-orm/docs/{page}.md", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).expect("the page can be read");
            let sections: Vec<&str> = text.split("\n## `").skip(1).collect();
            for word in positions
                .iter()
                .flat_map(|position| KnownAttribute::at(*position))
            {
                let own = |section: &&&str| {
                    let rest = section.strip_prefix(word.name);
                    rest.is_some_and(|rest| rest.starts_with(['`', ' ']))
                };
                let section = sections.iter().find(own);
                let shown = section.is_some_and(|section| {
                    let elsewhere = "see\n[`Model`](macro@crate::Model)";
                    section.contains("```text\nerror") || section.contains(elsewhere)
                });
                assert!(shown, "{page}.md shows no mistake of `{}`", word.name);
            }
        }
    }
}
