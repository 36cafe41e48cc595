//! Describing a movie.

use serde_json::Value;
use youku_orm::{Id, Model, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::id::MovieId;
use crate::basics::rule::{Rule, require_length};
use crate::basics::text;
use crate::host::policy::Policy;
use crate::movies::details::media_type::MediaType;
use crate::movies::details::{MovieDetails, read, tags};
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::movies::detail::{MovieDetailRow, NewMovieDetailRow};
use crate::records::movies::movie::MovieRow;
use crate::sessions::admin::Admin;

/// What to say about a movie. A field that is `None` leaves what was said; an empty text, an empty list and
/// [`Value::Null`] remove it.
///
/// ```
/// use youku_core::MovieDescription;
///
/// let tagged = MovieDescription {
///     tags: Some(vec!["science fiction".into(), "1999".into()]),
///     ..MovieDescription::default()
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MovieDescription {
    /// One line for display, at most 200 characters by default.
    pub title: Option<String>,
    /// Several lines for display, at most 4000 characters by default.
    pub description: Option<String>,
    /// One JSON value of the host, whose text may have 16 KiB by default.
    pub data: Option<Value>,
    /// By default at most 16, of 1 to 32 characters each. A tag that is given twice, or in two spellings, is stored once.
    pub tags: Option<Vec<String>>,
}

impl Admin {
    /// Changes what is said about a movie, deleted or not. The audit gets an entry if something really changes.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `title`, `description`, `data` or `tags` breaks its rule.
    /// - [`Code::NotFound`](crate::Code::NotFound): the movie does not exist.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, either all of it has changed or nothing.
    pub async fn describe(
        &self,
        movie: MovieId,
        description: MovieDescription,
    ) -> Result<MovieDetails> {
        let service = self.session().service();
        let said = Said::parse(description, &service.policy)?;
        let now = service.now();
        let row = service
            .write(async |tx| {
                let caller = self.session().authorize_admin(&mut *tx, now).await?;
                let row = MovieRow::find(&mut *tx, movie.key()).await?;
                let row = row.ok_or_else(Error::no_such_movie)?;
                if said.write(row.m_id, &mut *tx).await? {
                    let described = NewAuditRow::by(&caller, Act::MovieDescribed, now);
                    described.about_movie(row.m_id).write(tx).await?;
                }
                Ok(row)
            })
            .await?;
        tracing::info!(user = %self.session().user_id(), %movie, "movie described");
        read(&row, &service.db).await
    }
}

/// What becomes of one property.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Stays,
    Becomes(Option<String>),
}

impl Change {
    /// An empty text removes what was said.
    fn to(text: Option<String>) -> Self {
        text.map_or(Self::Stays, |text| {
            Self::Becomes(Some(text).filter(|text| !text.is_empty()))
        })
    }

    fn of<'s>(&'s self, old: &'s Option<String>) -> &'s Option<String> {
        match self {
            Self::Stays => old,
            Self::Becomes(new) => new,
        }
    }
}

/// A description by the rules of the policy.
#[derive(Debug, Clone)]
struct Said {
    title: Change,
    description: Change,
    data: Change,
    tags: Option<Vec<String>>,
}

impl Said {
    fn parse(said: MovieDescription, policy: &Policy) -> Result<Self> {
        let title = said.title.map(|title| text::line(&title));
        let description = said.description.map(|lines| text::paragraph(&lines));
        let chars = |field, text: &Option<String>, most| match text {
            Some(text) => require_length(field, text, 0..=most),
            None => Ok(()),
        };
        chars("title", &title, policy.descriptions.title_chars)?;
        chars(
            "description",
            &description,
            policy.descriptions.description_chars,
        )?;
        let data = said.data.map(|data| match data {
            Value::Null => String::new(),
            data => data.to_string(),
        });
        let most = policy.descriptions.data_bytes;
        if data.as_ref().is_some_and(|data| data.len() > most) {
            return Err(Error::broken("data", Rule::Bytes(most)));
        }
        let tags = said.tags.map(|tags| tags::parse(&tags, policy));
        Ok(Self {
            title: Change::to(title),
            description: Change::to(description),
            data: Change::to(data),
            tags: tags.transpose()?,
        })
    }

    /// Writes what changes, and returns whether anything does.
    async fn write(&self, movie: Id<MovieRow>, tx: &mut Transaction) -> Result<bool> {
        let row = find_or_insert(movie, &mut *tx).await?;
        let title = self.title.of(&row.title);
        let description = self.description.of(&row.description);
        let data = self.data.of(&row.data);
        let same = (title, description, data) == (&row.title, &row.description, &row.data);
        if !same {
            MovieDetailRow::filter(MovieDetailRow::MD_ID.eq(row.md_id))
                .set(MovieDetailRow::TITLE, title.clone())
                .set(MovieDetailRow::DESCRIPTION, description.clone())
                .set(MovieDetailRow::DATA, data.clone())
                .update(&mut *tx)
                .await?;
        }
        let Some(new) = &self.tags else {
            return Ok(!same);
        };
        if *new == tags::of(movie, &mut *tx).await? {
            return Ok(!same);
        }
        tags::replace(movie, new, tx).await?;
        Ok(true)
    }
}

/// The row of a movie. One that an earlier version uploaded gets it here.
async fn find_or_insert(movie: Id<MovieRow>, tx: &mut Transaction) -> Result<MovieDetailRow> {
    let row = MovieDetailRow::filter(MovieDetailRow::MOVIE_ID.eq(movie));
    if let Some(row) = row.first(&mut *tx).await? {
        return Ok(row);
    }
    let new = NewMovieDetailRow { movie_id: movie };
    let inserted = MovieDetailRow::insert(new).exec(tx).await;
    inserted.map_err(Error::lost_if_taken)
}

/// Records what the bytes of a movie are, in the transaction that lists it.
pub(crate) async fn record_media_type(
    movie: Id<MovieRow>,
    media_type: MediaType,
    tx: &mut Transaction,
) -> Result<()> {
    let known = MovieDetailRow::filter(MovieDetailRow::MOVIE_ID.eq(movie));
    let known = known.set(MovieDetailRow::MEDIA_TYPE, media_type.as_str());
    if known.update(&mut *tx).await? == 0 {
        let new = MovieDetailRow::insert(NewMovieDetailRow { movie_id: movie });
        let new = new.set(MovieDetailRow::MEDIA_TYPE, media_type.as_str());
        new.execute(tx).await.map_err(Error::lost_if_taken)?;
    }
    Ok(())
}
