//! The order of a list of movies.

use std::fmt;
use std::str::FromStr;

use youku_orm::{Id, Query};

use crate::basics::error::{Error, Result};
use crate::basics::page::{Cursor, Key};
use crate::basics::rule::Rule;
use crate::records::movies::movie::MovieRow;

/// The order of a list of movies. Among movies that are equal in it, the one that was uploaded
/// first comes first, or in a descending order last.
///
/// ```
/// use youku_core::Sort;
///
/// let sort: Sort = "name_descending".parse()?;
/// assert_eq!(sort, Sort::NameDescending);
/// # Ok::<(), youku_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Sort {
    /// In the order of upload, by ascending ids.
    #[default]
    Oldest,
    /// The latest upload first, by descending ids.
    Newest,
    /// By name, ignoring case and composition of characters. Names are ordered by code points, not
    /// by the rules of a language.
    Name,
    /// By name, in reverse.
    NameDescending,
    /// The smallest file first.
    Smallest,
    /// The largest file first.
    Largest,
}

impl Sort {
    /// Every order.
    pub const ALL: &'static [Self] = &[
        Self::Oldest,
        Self::Newest,
        Self::Name,
        Self::NameDescending,
        Self::Smallest,
        Self::Largest,
    ];

    /// The order as a word for protocols and arguments: lower case, joined by `_`. It never
    /// changes; [`parse`](str::parse) reads it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oldest => "oldest",
            Self::Newest => "newest",
            Self::Name => "name",
            Self::NameDescending => "name_descending",
            Self::Smallest => "smallest",
            Self::Largest => "largest",
        }
    }

    pub(super) fn is_by_name(self) -> bool {
        matches!(self, Self::Name | Self::NameDescending)
    }

    pub(super) fn is_by_size(self) -> bool {
        matches!(self, Self::Smallest | Self::Largest)
    }

    /// The index, created by the migrations, that begins with the columns that all lists filter by,
    /// or all lists of one kind, and is in this order. MySQL needs a hint to use it: for a page in
    /// the middle of a long list it expects to read half of the table, and then reads all rows
    /// before the page.
    pub(super) fn index(self, of_one_kind: bool) -> &'static str {
        match (self, of_one_kind) {
            (Self::Oldest | Self::Newest, false) => "movie.list",
            (Self::Oldest | Self::Newest, true) => "movie.list.kind",
            (Self::Name | Self::NameDescending, false) => "movie.list.name",
            (Self::Name | Self::NameDescending, true) => "movie.list.kind.name",
            (Self::Smallest | Self::Largest, false) => "movie.list.size",
            (Self::Smallest | Self::Largest, true) => "movie.list.kind.size",
        }
    }

    /// The query with its rows sorted in this order. A page adds the key as the last column.
    pub(super) fn order<S>(self, query: Query<MovieRow, S>) -> Query<MovieRow, S> {
        query.order_by(match self {
            Self::Oldest => MovieRow::M_ID.asc(),
            Self::Newest => MovieRow::M_ID.desc(),
            Self::Name => MovieRow::SEARCH_NAME.asc(),
            Self::NameDescending => MovieRow::SEARCH_NAME.desc(),
            Self::Smallest => MovieRow::MOVIE_SIZE.asc(),
            Self::Largest => MovieRow::MOVIE_SIZE.desc(),
        })
    }

    /// The position after a movie in an order that is not by name.
    pub(super) fn cursor(self, id: Id<MovieRow>, size: u64) -> Cursor {
        let key = if self.is_by_size() {
            Key::Size(size)
        } else {
            Key::None
        };
        Cursor { id: id.get(), key }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Sort {
    type Err = Error;

    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::Code::BadRequest) on the field `sort`: the word is not the name
    /// of an order.
    fn from_str(word: &str) -> Result<Self> {
        let found = Self::ALL.iter().find(|sort| sort.as_str() == word);
        found.copied().ok_or_else(|| {
            let words = Self::ALL.iter().map(|sort| sort.as_str()).collect();
            Error::broken("sort", Rule::OneOf(words))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_from_their_words() {
        for sort in Sort::ALL {
            assert_eq!(sort.to_string().parse::<Sort>().unwrap(), *sort);
        }
        for word in ["", "Newest", "newest_first", "name-descending"] {
            let error = word.parse::<Sort>().unwrap_err();
            assert_eq!(error.field(), Some("sort"), "{word}");
        }
    }
}
