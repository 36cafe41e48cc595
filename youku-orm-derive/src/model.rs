//! A model that the checks have passed: whatever is built from it compiles, up to the types of its
//! fields.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, Visibility};

use crate::parsed::Field;

/// A struct that is a model. Only [`check`](crate::check) makes one.
pub(crate) struct Model<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    /// The module that generated code names everything through.
    pub(crate) private: &'a TokenStream,
    pub(crate) new: Ident,
    pub(crate) table: &'a str,
    pub(crate) columns: Vec<Column<'a>>,
    /// The index of the primary key in `columns`.
    pub(crate) key: usize,
    /// The fields that are no columns.
    pub(crate) skipped: Vec<&'a Field<'a>>,
}

/// A column of a model.
pub(crate) struct Column<'a> {
    pub(crate) field: &'a Field<'a>,
    pub(crate) name: &'a str,
    pub(crate) source: Source<'a>,
    /// Characters of a text or bytes of a byte string.
    pub(crate) length: Option<u32>,
    /// The group of columns that is unique together; an empty name is this column alone.
    pub(crate) unique: Option<String>,
    /// The group of columns in one index; an empty name is this column alone.
    pub(crate) index: Option<String>,
}

/// Who gives the value of a new row.
pub(crate) enum Source<'a> {
    /// The caller, in a field of `NewX`.
    Caller,
    /// The expression of `default`.
    Default(&'a Expr),
    /// The database counts: an `auto` key.
    Database,
}

impl<'a> Column<'a> {
    /// The expression of `default`.
    pub(crate) fn default(&self) -> Option<&'a Expr> {
        match self.source {
            Source::Default(expr) => Some(expr),
            Source::Caller | Source::Database => None,
        }
    }
}

impl Model<'_> {
    /// The primary key.
    pub(crate) fn key(&self) -> &Column<'_> {
        &self.columns[self.key]
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
    pub(crate) fn beside_key(&self) -> impl Iterator<Item = &Column<'_>> {
        let others = self.columns.iter().enumerate();
        others
            .filter(|(at, _)| *at != self.key)
            .map(|(_, column)| column)
    }
}
