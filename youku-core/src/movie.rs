//! Movies as people see them, and lists of them.

use jiff::Timestamp;
use youku_orm::{Filter, Model};

use crate::model::{Kind, MovieRow};
use crate::{Error, MovieId, Page, Result, Session, text};

/// A movie as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MovieView {
    /// Its id.
    pub id: MovieId,
    /// What it is called: one line of text for display, never a path.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it costs something.
    pub kind: Kind,
    /// SHA-256 of its bytes: 64 lower-case hexadecimal characters.
    pub sha256: String,
    /// When it was uploaded first.
    pub uploaded_at: Timestamp,
}

impl From<MovieRow> for MovieView {
    fn from(row: MovieRow) -> Self {
        Self {
            id: row.m_id.into(),
            name: row.movie_name,
            size: row.movie_size,
            kind: row.kind,
            sha256: row.sha256,
            uploaded_at: row.upload_time,
        }
    }
}

/// Movies that are neither deleted nor lost.
pub(crate) fn listed() -> Filter<MovieRow> {
    MovieRow::LIVE_DIGEST.is_not_null()
}

/// A list of movies to ask for; made by [`Session::movies`].
///
/// ```
/// # async fn example(session: youku_core::Session) -> youku_core::Result<()> {
/// use youku_core::{Kind, first};
///
/// let free = session.movies().kind(Kind::Free).matching("matrix").page(first(20)).all().await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
#[must_use = "nothing is read before `all` is awaited"]
pub struct Movies {
    session: Session,
    kind: Option<Kind>,
    matching: String,
    newest_first: bool,
    page: Page,
}

impl Session {
    /// The movies that can be downloaded, by default the first 50 in the order of their ids.
    pub fn movies(&self) -> Movies {
        Movies {
            session: self.clone(),
            kind: None,
            matching: String::new(),
            newest_first: false,
            page: Page::first(50),
        }
    }
}

impl Movies {
    /// Only free or only charged movies.
    pub fn kind(self, kind: Kind) -> Self {
        Self {
            kind: Some(kind),
            ..self
        }
    }

    /// Only movies whose name contains `text`, in any case and composition of characters.
    pub fn matching(self, text: &str) -> Self {
        Self {
            matching: text.to_owned(),
            ..self
        }
    }

    /// In the order of falling instead of rising ids.
    pub fn newest_first(self) -> Self {
        Self {
            newest_first: true,
            ..self
        }
    }

    /// Which part of the list.
    pub fn page(self, page: Page) -> Self {
        Self { page, ..self }
    }

    /// Reads the list.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the text to match is longer than any name;
    ///   the field is `matching`.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn all(self) -> Result<Vec<MovieView>> {
        let service = self.session.service();
        let mut query = MovieRow::filter(listed());
        if let Some(kind) = self.kind {
            query = query.filter(MovieRow::KIND.eq(kind));
        }
        let most = *service.policy.movie_name_chars.end();
        if self.matching.chars().nth(most).is_some() {
            let rule = format!("`matching` must have {most} characters at most");
            return Err(Error::bad_request("matching", rule));
        }
        let text = text::fold(&text::line(&self.matching));
        if !text.is_empty() {
            query = query.filter(MovieRow::SEARCH_NAME.contains(&text));
        }
        if let Some(after) = self.page.after.map(|id| MovieId::new(id).key()) {
            query = query.filter(match self.newest_first {
                true => MovieRow::M_ID.lt(after),
                false => MovieRow::M_ID.gt(after),
            });
        }
        let order = match self.newest_first {
            true => MovieRow::M_ID.desc(),
            false => MovieRow::M_ID.asc(),
        };
        let rows = query
            .order_by(order)
            .limit(service.limit(self.page))
            .all(&service.db)
            .await?;
        Ok(rows.into_iter().map(MovieView::from).collect())
    }
}
