//! What a check found, and how it reads.

use std::fmt;

use crate::error::{Class, Error, Result};

/// What differs between a model and the live database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// The model's table is not there.
    MissingTable,
    /// A column of the model is not there.
    MissingColumn,
    /// A column that the model does not know takes no NULL and has no default, so inserts fail.
    ExtraColumn,
    /// One of the two takes NULL, the other does not.
    Nullability,
    /// The column holds other values.
    Type,
    /// The primary key is another one, or does not count by itself.
    Key,
    /// Nothing keeps the columns unique.
    MissingUnique,
    /// The columns have no index.
    MissingIndex,
    /// No foreign key keeps the reference, or it acts differently on delete.
    ForeignKey,
    /// The column accepts only values shorter than the model's.
    Length,
    /// The column cannot hold every character.
    CharacterSet,
    /// The column does not compare texts by code point.
    Collation,
    /// The texts of an ENUM are not those of the field's type.
    Values,
    /// The column changes the end of a value: CHAR and BINARY.
    Padding,
    /// The database has another default.
    DefaultValue,
    /// The database computes the column, so it cannot be written.
    Generated,
    /// A CHECK that the model does not know refuses values.
    Check,
    /// A trigger changes what is written.
    Trigger,
    /// Another one of the models has the same table.
    SharedTable,
    /// SQLite: a time is stored in another spelling, which filters and orders miss. A sample of the rows is checked.
    TimeText,
}

impl FindingKind {
    /// Whether statements of the model fail, or rows that the model rules out are stored: what is missing, has another type,
    /// key or foreign key, or cannot be written. The other findings concern some values, other programs or speed.
    pub fn is_fatal(self) -> bool {
        use FindingKind::{
            ExtraColumn, ForeignKey, Generated, Key, MissingColumn, MissingTable, MissingUnique,
            Nullability, Type,
        };
        matches!(
            self,
            MissingTable
                | MissingColumn
                | ExtraColumn
                | Nullability
                | Type
                | Key
                | MissingUnique
                | ForeignKey
                | Generated
        )
    }
}

/// One difference between a model and the live database. It displays as a sentence that says how to
/// fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What differs.
    pub kind: FindingKind,
    /// The model's table.
    pub table: &'static str,
    /// The column, or the first one of an index.
    pub column: Option<String>,
    text: String,
}

/// All differences between the models and the live database; made by
/// [`Database::check`](crate::Database::check). It displays with one finding per line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "the findings say what differs"]
pub struct Findings(Vec<Finding>);

impl Finding {
    pub(super) fn new(
        kind: FindingKind,
        table: &'static str,
        column: Option<&str>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            table,
            column: column.map(str::to_owned),
            text: text.into(),
        }
    }
}

impl Findings {
    pub(super) fn new(findings: Vec<Finding>) -> Self {
        Self(findings)
    }

    /// Models and database agree.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings, by table in the order of the models.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// Only those that are [fatal](FindingKind::is_fatal), for a program that starts with the others.
    pub fn fatal(mut self) -> Self {
        self.0.retain(|finding| finding.kind.is_fatal());
        self
    }

    /// An error that lists every finding, for a program that is not to start with a schema that does
    /// not fit.
    ///
    /// # Errors
    /// [`is_schema`](Error::is_schema) when there is a finding.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let text = format!("the database does not fit the models:\n{self}");
        Err(Error::new(Class::Schema, text.trim_end().to_owned()))
    }
}

impl<'f> IntoIterator for &'f Findings {
    type Item = &'f Finding;
    type IntoIter = std::slice::Iter<'f, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fatal_findings_alone_are_kept() {
        use FindingKind::{DefaultValue, Length, MissingColumn, MissingIndex, Trigger, Type};
        let findings = [
            DefaultValue,
            MissingColumn,
            Length,
            Type,
            MissingIndex,
            Trigger,
        ];
        let findings = findings.map(|kind| Finding::new(kind, "t", None, "text"));
        let fatal = Findings::new(findings.to_vec()).fatal();
        let kinds: Vec<_> = fatal.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [MissingColumn, Type]);
    }
}
