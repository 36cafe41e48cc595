//! The order of a list of movies.

use std::fmt;
use std::str::FromStr;

use youku_orm::{Filter, Id, Query};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::basics::page::Cursor;
use crate::basics::page::Key;
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

    pub(super) fn reversed(self) -> Self {
        match self {
            Self::Oldest => Self::Newest,
            Self::Newest => Self::Oldest,
            Self::Name => Self::NameDescending,
            Self::NameDescending => Self::Name,
            Self::Smallest => Self::Largest,
            Self::Largest => Self::Smallest,
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

    /// The query with its rows sorted in this order.
    pub(super) fn order<S>(self, query: Query<MovieRow, S>) -> Query<MovieRow, S> {
        let query = match self {
            Self::Oldest | Self::Newest => query,
            Self::Name => query.order_by(MovieRow::SEARCH_NAME.asc()),
            Self::NameDescending => query.order_by(MovieRow::SEARCH_NAME.desc()),
            Self::Smallest => query.order_by(MovieRow::MOVIE_SIZE.asc()),
            Self::Largest => query.order_by(MovieRow::MOVIE_SIZE.desc()),
        };
        match self {
            Self::Oldest | Self::Name | Self::Smallest => query.order_by(MovieRow::M_ID.asc()),
            Self::Newest | Self::NameDescending | Self::Largest => {
                query.order_by(MovieRow::M_ID.desc())
            }
        }
    }

    /// The place after a movie in an order that is not by name.
    pub(super) fn cursor(self, id: Id<MovieRow>, size: u64) -> Cursor {
        let key = match self.is_by_size() {
            true => Key::Size(size),
            false => Key::None,
        };
        Cursor { id: id.get(), key }
    }

    /// The condition that a movie comes after a place, in a form that lets an index find the place.
    ///
    /// # Errors
    ///
    /// `bad_request` on `after` for a place in another order.
    pub(super) fn behind(self, cursor: &Cursor) -> Result<Filter<MovieRow>> {
        let id = MovieId::new(cursor.id).key();
        let (size, name) = (MovieRow::MOVIE_SIZE, MovieRow::SEARCH_NAME);
        let (above, below) = (MovieRow::M_ID.gt(id), MovieRow::M_ID.lt(id));
        let by = |from: Filter<MovieRow>, beyond: Filter<MovieRow>, equal: Filter<MovieRow>| {
            move |rest| from.and(beyond.or(equal.and(rest)))
        };
        Ok(match (self, &cursor.key) {
            (Self::Oldest, Key::None) => above,
            (Self::Newest, Key::None) => below,
            (Self::Smallest, Key::Size(key)) => {
                by(size.ge(*key), size.gt(*key), size.eq(*key))(above)
            }
            (Self::Largest, Key::Size(key)) => {
                by(size.le(*key), size.lt(*key), size.eq(*key))(below)
            }
            (Self::Name, Key::Name(key)) => by(name.ge(key), name.gt(key), name.eq(key))(above),
            (Self::NameDescending, Key::Name(key)) => {
                by(name.le(key), name.lt(key), name.eq(key))(below)
            }
            _ => return Err(Cursor::misplaced()),
        })
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
