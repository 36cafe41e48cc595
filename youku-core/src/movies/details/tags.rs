//! The tags of a movie.

use std::collections::BTreeSet;

use youku_orm::{Executor, Filter, Id, Model, New, Transaction};

use crate::basics::error::{Error, Result};
use crate::basics::rule::{Rule, require_length};
use crate::basics::text;
use crate::host::policy::Policy;
use crate::movies::list::Movies;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::tag::{MovieTagRow, NewMovieTagRow};

impl Movies {
    /// Only movies with this tag, in any case and composition of characters. Several calls ask for several tags.
    pub fn tagged(mut self, tag: &str) -> Self {
        self.tags.push(text::fold(&text::line(tag)));
        self
    }
}

/// The movies with a tag, as [`text::fold`] returns it.
pub(in crate::movies) fn with(key: &str) -> Filter<MovieRow> {
    let tagged = MovieTagRow::filter(MovieTagRow::TAG_KEY.eq(key));
    tagged.exists_for(MovieTagRow::MOVIE_ID.on(MovieRow::M_ID))
}

/// The tags as they are stored: each once, in the order in which they were given.
///
/// # Errors
///
/// `bad_request` on `tags`.
pub(super) fn parse(tags: &[String], policy: &Policy) -> Result<Vec<String>> {
    let most = policy.descriptions.tags;
    if tags.len() > most {
        return Err(Error::broken("tags", Rule::Entries(most)));
    }
    let (mut parsed, mut seen) = (Vec::new(), BTreeSet::new());
    for tag in tags {
        let tag = text::line(tag);
        require_length("tags", &tag, 1..=policy.descriptions.tag_chars)?;
        if seen.insert(text::fold(&tag)) {
            parsed.push(tag);
        }
    }
    Ok(parsed)
}

/// The tags of a movie, in the order in which they were given.
pub(super) async fn of(movie: Id<MovieRow>, executor: impl Executor) -> Result<Vec<String>> {
    let tags = MovieTagRow::filter(MovieTagRow::MOVIE_ID.eq(movie));
    let tags = tags.order_by(MovieTagRow::TAG_ID.asc());
    Ok(tags.select(MovieTagRow::TAG).all(executor).await?)
}

/// Gives a movie these tags and no others.
pub(super) async fn replace(
    movie: Id<MovieRow>,
    tags: &[String],
    tx: &mut Transaction,
) -> Result<()> {
    let old = MovieTagRow::filter(MovieTagRow::MOVIE_ID.eq(movie));
    old.delete(&mut *tx).await?;
    for tag in tags {
        let new = NewMovieTagRow {
            movie_id: movie,
            tag_key: text::fold(tag),
            tag: tag.clone(),
        };
        new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
    }
    Ok(())
}
