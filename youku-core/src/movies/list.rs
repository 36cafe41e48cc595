//! Lists of movies: of one kind, by search, in any order, page by page.

use youku_orm::{Filter, Model, Narrowed, Query};

use crate::basics::error::Result;
use crate::basics::page::{Cursor, Key, Listing, Page};
use crate::basics::rule::require_length;
use crate::basics::text;
use crate::movies::details;
use crate::movies::search;
use crate::movies::sort::Sort;
use crate::movies::view::{MovieColumns, MovieView, NamedMovieColumns, deleted, listed};
use crate::records::movies::movie::{Kind, MovieRow};
use crate::sessions::admin::Admin;
use crate::sessions::handle::Session;

/// A request for a list of movies; made by [`Session::movies`] and [`Admin::deleted_movies`].
///
/// ```
/// # async fn example(session: youku_core::Session) -> youku_core::Result<()> {
/// use youku_core::{Kind, Sort, first};
///
/// let free = session.movies().kind(Kind::Free).matching("matrix").sort(Sort::Name);
/// for movie in free.page(first(20)).await? {
///     println!("{} ({} bytes)", movie.name, movie.size);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is read before `page` is awaited"]
pub struct Movies {
    pub(super) session: Session,
    pub(super) contents: Contents,
    kind: Option<Kind>,
    pub(super) matching: String,
    /// The tags that each movie must have, folded.
    pub(super) tags: Vec<String>,
    pub(super) sort: Sort,
}

/// Which movies a list contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Contents {
    Listed,
    Deleted,
}

impl Session {
    /// The movies that can be downloaded, by default in the order in which they were uploaded.
    pub fn movies(&self) -> Movies {
        Movies::new(self.clone(), Contents::Listed)
    }
}

impl Admin {
    /// Deleted movies that can be [restored](Self::restore), by default in the order in which they
    /// were uploaded.
    pub fn deleted_movies(&self) -> Movies {
        Movies::new(self.session().clone(), Contents::Deleted)
    }
}

impl Movies {
    fn new(session: Session, contents: Contents) -> Self {
        Self {
            session,
            contents,
            kind: None,
            matching: String::new(),
            tags: Vec::new(),
            sort: Sort::default(),
        }
    }

    /// Only free or only paid movies.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Only movies whose name contains `text`, in any case and composition of characters. An empty
    /// text matches all.
    ///
    /// No index can find a text inside of names, so a search reads one name after the other in the
    /// order of the list until the page is full. Its cost grows with the number of movies it reads.
    /// For one page it reads at most [`Policy::search_rows`](crate::Policy::search_rows) movies.
    /// When it stops there, the page has fewer entries than requested, or none, and its
    /// [`next`](Listing::next) continues the search.
    pub fn matching(mut self, text: &str) -> Self {
        self.matching = text.to_owned();
        self
    }

    /// Sets the order.
    pub fn sort(self, sort: Sort) -> Self {
        Self { sort, ..self }
    }

    /// Reads one page of the list. Movies that are uploaded, deleted or renamed between two pages
    /// neither repeat nor hide others.
    ///
    /// An index leads to the first entry of any page of any order and kind, so all pages cost the
    /// same, except those of a search; see [`matching`](Self::matching). Only the list of deleted
    /// movies also skips over those whose bytes have been removed.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the text to match is longer than any name,
    ///   then the field is `matching`; or the page starts at a cursor of another order, then it is
    ///   `after`.
    /// - For deleted movies [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn page(self, page: Page) -> Result<Listing<MovieView>> {
        if self.contents == Contents::Deleted {
            self.session.admin().await?;
        }
        let service = self.session.service();
        let term = self.term()?;
        let movies = page.start(self.ordered())?;
        if term.is_empty() {
            return self.read(movies, &page).await;
        }
        let end = search::end(movies.clone(), self.sort, service).await?;
        let movies = movies.filter(MovieRow::SEARCH_NAME.contains(&term));
        let Some(end) = end else {
            return self.read(movies, &page).await;
        };
        let movies = movies.before(end.beyond.keyset())?;
        let mut found = self.read(movies, &page).await?;
        found.next = found.next.or(Some(end.last));
        Ok(found)
    }

    /// The text to find in names, folded as they are.
    fn term(&self) -> Result<String> {
        let most = *self.session.service().policy.movie_name_chars.end();
        require_length("matching", &self.matching, 0..=most)?;
        Ok(text::search_text(&text::line(&self.matching)))
    }

    /// The conditions on the columns that all indexes of lists begin with.
    fn narrowed(&self) -> Filter<MovieRow> {
        let movies = match self.contents {
            Contents::Listed => listed(),
            Contents::Deleted => deleted(),
        };
        let movies = match self.kind {
            Some(kind) => movies.and(MovieRow::KIND.eq(kind)),
            None => movies,
        };
        let tagged = self.tags.iter().map(|tag| details::with_tag(tag));
        tagged.fold(movies, Filter::and)
    }

    /// These movies in the order of the list, read through the index that has this order.
    pub(super) fn ordered(&self) -> Query<MovieRow, Narrowed> {
        let index = self.sort.index(self.kind.is_some());
        let movies = MovieRow::filter(self.narrowed());
        self.sort.order(movies).force_index(index)
    }

    async fn read(
        &self,
        movies: Query<MovieRow, Narrowed>,
        page: &Page,
    ) -> Result<Listing<MovieView>> {
        let service = self.session.service();
        let one_more = service.one_more(page);
        let movies = movies.limit(one_more);
        if self.sort.is_by_name() {
            let rows = movies
                .select_as::<NamedMovieColumns>()
                .all(&service.db)
                .await?;
            return Ok(Listing::cut(rows, one_more, |row| Cursor {
                id: row.m_id.get(),
                key: Key::Name(row.search_name.clone()),
            }));
        }
        let rows = movies.select_as::<MovieColumns>().all(&service.db).await?;
        Ok(Listing::cut(rows, one_more, |row| {
            self.sort.cursor(row.m_id, row.movie_size)
        }))
    }
}
