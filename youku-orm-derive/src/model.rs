//! A model that has passed the checks: all code that is generated from it compiles, except for mistakes
//! in the types of its fields.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Path, Visibility};

use crate::parse::parsed::Field;

/// A struct that is a model. Only [`check`](crate::check) makes one.
pub(crate) struct Model<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    /// The module of the runtime that generated code takes everything from.
    pub(crate) runtime: &'a TokenStream,
    /// Its name in generated code.
    pub(crate) private: Ident,
    pub(crate) new: Ident,
    pub(crate) table: &'a str,
    pub(crate) columns: Vec<Column<'a>>,
    /// The index of the primary key in `columns`.
    pub(crate) key: usize,
    /// The fields that are not columns.
    pub(crate) skipped: Vec<&'a Field<'a>>,
}

/// A column of a model.
pub(crate) struct Column<'a> {
    pub(crate) field: &'a Field<'a>,
    pub(crate) name: &'a str,
    pub(crate) source: Source<'a>,
    /// Characters of a text or bytes of a byte string.
    pub(crate) length: Option<u32>,
    /// The group of columns that are unique together; an empty name means this column alone.
    pub(crate) unique: Option<String>,
    /// The group of columns in one index; an empty name means this column alone.
    pub(crate) index: Option<String>,
    /// The model of `references`. A field of type `Id<Other>` does not need the attribute.
    pub(crate) references: Option<&'a Path>,
    pub(crate) on_delete: Option<OnDelete>,
    pub(crate) foreign_key: bool,
}

/// Where the value in a new row comes from.
pub(crate) enum Source<'a> {
    /// The caller, in a field of `NewX`.
    Caller,
    /// The expression of `default`.
    Default(&'a Expr),
    /// The database, which counts an `auto` key.
    Database,
    /// The version, which begins at 0.
    Version,
}

/// What happens to a row when the row it refers to is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

impl OnDelete {
    /// Every action under the name that users write.
    pub(crate) const ALL: [(&'static str, Self); 3] = [
        ("cascade", Self::Cascade),
        ("set_null", Self::SetNull),
        ("restrict", Self::Restrict),
    ];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(known, _)| *known == name)
            .map(|(_, action)| *action)
    }
}

impl<'a> Column<'a> {
    /// The expression of `default`.
    pub(crate) fn default(&self) -> Option<&'a Expr> {
        match self.source {
            Source::Default(expr) => Some(expr),
            Source::Caller | Source::Database | Source::Version => None,
        }
    }
}

impl Model<'_> {
    /// The primary key.
    pub(crate) fn key(&self) -> &Column<'_> {
        &self.columns[self.key]
    }

    /// The column that counts the writes of a row.
    pub(crate) fn version(&self) -> Option<&Column<'_>> {
        let mut columns = self.columns.iter();
        columns.find(|column| matches!(column.source, Source::Version))
    }

    /// The columns of an `INSERT`: all but an `auto` key.
    pub(crate) fn inserted(&self) -> impl Iterator<Item = &Column<'_>> {
        let by_us = |column: &&Column| !matches!(column.source, Source::Database);
        self.columns.iter().filter(by_us)
    }

    /// The columns that the caller gives: the fields of `NewX`.
    pub(crate) fn given(&self) -> impl Iterator<Item = &Column<'_>> {
        let by_caller = |column: &&Column| matches!(column.source, Source::Caller);
        self.columns.iter().filter(by_caller)
    }

    /// All columns but the primary key.
    pub(crate) fn except_key(&self) -> impl Iterator<Item = &Column<'_>> {
        let others = self.columns.iter().enumerate();
        others
            .filter(|(at, _)| *at != self.key)
            .map(|(_, column)| column)
    }
}
