//! In which order a list of movies is.

use youku_orm::{Filter, Id, Query};

use crate::model::MovieRow;
use crate::page::Key;
use crate::{Cursor, MovieId, Result};

/// The order of a list of movies. Where two are equal in it, the one that was uploaded first comes
/// first, or in a descending order last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Sort {
    /// As they were uploaded, by rising ids.
    #[default]
    Oldest,
    /// What was uploaded last comes first: by falling ids.
    Newest,
    /// By the name in any case and composition of characters, in the order of code points and not
    /// of a language.
    Name,
    /// The same from the end.
    NameDescending,
    /// The smallest file first.
    Smallest,
    /// The largest file first.
    Largest,
}

impl Sort {
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

    /// The index of the migrations that begins with what all lists ask for, or all of one kind, and is
    /// in this order. MySQL has to be told: it takes some page in the midst of a long list for half of
    /// the table, and then reads all that comes before it.
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

    /// The query with its rows in this order.
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

    /// The place behind a movie in an order that is not by name.
    pub(super) fn cursor(self, id: Id<MovieRow>, size: u64) -> Cursor {
        let key = match self.is_by_size() {
            true => Key::Size(size),
            false => Key::None,
        };
        Cursor { id: id.get(), key }
    }

    /// The condition that a movie comes behind a place, so that an index finds where that is.
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
