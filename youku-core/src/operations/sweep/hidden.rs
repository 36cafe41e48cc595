//! Movies whose bytes are missing, and hidden movies whose bytes are back.

use std::pin::pin;

use futures_util::TryStreamExt;
use youku_orm::{Filter, Model};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::movies::view::{MovieView, is_still_listed, listed};
use crate::operations::batch::{Failures, in_batches};
use crate::operations::verify::digest;
use crate::records::events::event::EventKind;
use crate::records::movies::movie::MovieRow;
use crate::service::outbox::Happened;
use crate::service::shared::Service;
use crate::service::store_identity;
use crate::service::youku::Youku;
use crate::storage::inventory::Inventory;
use crate::storage::key::BlobKey;

/// Bytes of at most this size are hashed before their movie is listed again; larger ones only have to have the right size.
const CHEAP_BYTES: u64 = 4 << 20;

/// A movie that is not listed because its bytes are missing or have another size.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HiddenMovie {
    /// The movie.
    pub movie: MovieView,
    /// The listed movie with the same content, if there is one. As long as it is listed, the hidden one stays hidden.
    pub same_content: Option<MovieId>,
}

impl Youku {
    /// The movies that a [sweep](Self::sweep) has hidden because their bytes were missing or had another size. The next
    /// sweep lists each of them again if its bytes are back; uploading the same content lists it again at once.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn hidden_movies(&self) -> Result<Vec<HiddenMovie>> {
        let service = &*self.0;
        let mut hidden = Vec::new();
        let mut movies = pin!(in_batches(service, MovieRow::filter(is_hidden())));
        while let Some(movie) = movies.try_next().await? {
            hidden.push(HiddenMovie {
                same_content: listed_with(service, &movie.sha256).await?,
                movie: movie.into(),
            });
        }
        Ok(hidden)
    }
}

/// The listed movie with that content.
pub(super) async fn listed_with(service: &Service, sha256: &str) -> Result<Option<MovieId>> {
    let same = MovieRow::filter(MovieRow::LIVE_DIGEST.eq(sha256));
    Ok(same.first(&service.db).await?.map(|same| same.m_id.into()))
}

/// Movies that would be listed if their bytes were there.
pub(crate) fn is_hidden() -> Filter<MovieRow> {
    let there = MovieRow::IS_DELETE.eq(false);
    there.and(MovieRow::IS_LOST.eq(true))
}

impl Youku {
    /// Declares that the bytes of movies which are missing are lost, however many they are: hides every listed movie whose
    /// bytes are not in the store, and returns their number. Until then sweeps that find too many of them are
    /// [held back](crate::Hold::StoreIncomplete). A hidden movie is still listed again when its bytes are back.
    ///
    /// Bring the bytes back if there is any copy of them. This is for a store of which a part is gone for good.
    ///
    /// # Errors
    ///
    /// Those of [`sweep`](Self::sweep). Movies whose bytes the store does not tell of stay listed.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, some of the movies are hidden; calling again hides the others.
    pub async fn accept_missing(&self) -> Result<u64> {
        let (service, mut failed) = (&*self.0, Failures::default());
        store_identity::require(&service.db, &service.blobs).await?;
        let inventory = service.blobs.inventory().await?;
        let missing = missing(service, &inventory, u64::MAX, &mut failed).await?;
        let mut hidden = 0;
        for movie in &missing.movies {
            hidden += hide(service, movie).await?;
        }
        failed.or(hidden)
    }
}

/// What a round found about the bytes of movies.
#[derive(Debug, Default)]
pub(super) struct Examined {
    /// Movies that were hidden.
    pub(super) lost: u64,
    /// Hidden movies that were listed again.
    pub(super) found: u64,
    /// Listed movies without bytes that were not hidden, because they are too many.
    pub(super) missing: u64,
}

/// Hides every listed movie whose bytes do not match its row, unless they are too many, and lists every hidden one again whose
/// bytes do. Movies about which the store reports an error are noted in `failed`.
pub(super) async fn examine(
    service: &Service,
    inventory: &Inventory,
    failed: &mut Failures,
) -> Result<Examined> {
    let mut examined = Examined {
        found: list_found(service, inventory, failed).await?,
        ..Examined::default()
    };
    let most = most_per_round(service).await?;
    let missing = missing(service, inventory, most, failed).await?;
    if missing.count() > most {
        examined.missing = missing.count();
        tracing::error!(
            most,
            "the bytes of more movies are missing than one round hides, so none was hidden and nothing is removed: bring the bytes \
             back, or accept that they are lost: `youku-server sweep --accept-missing` or `Youku::accept_missing`"
        );
    } else if !missing.movies.is_empty() {
        // A disk that is not mounted does not mean that movies are lost.
        store_identity::require(&service.db, &service.blobs).await?;
        for movie in &missing.movies {
            examined.lost += hide(service, movie).await?;
        }
    }
    Ok(examined)
}

/// How many movies one round hides at most.
pub(super) async fn most_per_round(service: &Service) -> Result<u64> {
    let all = MovieRow::filter(listed()).count(&service.db).await?;
    Ok(service.policy.per_round(all))
}

/// What a search for listed movies without bytes found.
#[derive(Default)]
pub(super) struct Missing {
    /// The movies whose bytes do not match their rows.
    pub(super) movies: Vec<MovieRow>,
    /// How many movies are not in the list of the store, and the store reports an error about each.
    unknown: u64,
}

impl Missing {
    /// How many movies may have no bytes. An error about one is no proof that it has some.
    pub(super) fn count(&self) -> u64 {
        self.movies.len() as u64 + self.unknown
    }
}

/// Listed movies that may have no bytes: all of them, or `most` and one.
pub(super) async fn missing(
    service: &Service,
    inventory: &Inventory,
    most: u64,
    failed: &mut Failures,
) -> Result<Missing> {
    let mut missing = Missing::default();
    let mut movies = pin!(in_batches(service, MovieRow::filter(listed())));
    while let Some(movie) = movies.try_next().await? {
        let key = BlobKey::parse(&movie.movie_path);
        let size = Some(movie.movie_size);
        if key.as_ref().and_then(|key| inventory.size(key)) == size {
            continue;
        }
        // The movie may have been listed after the inventory was made.
        let found = match &key {
            Some(key) => service.blobs.size(key).await,
            None => Ok(None),
        };
        match failed.note(found)? {
            None => missing.unknown += 1,
            Some(found) if found == size => {}
            // In between it may have been deleted, or uploaded again.
            Some(_) if !is_still_listed(&movie, &service.db).await? => {}
            Some(_) => missing.movies.push(movie),
        }
        if missing.count() > most {
            break;
        }
    }
    Ok(missing)
}

/// Hides the movie, unless its bytes were replaced since the row was read.
async fn hide(service: &Service, movie: &MovieRow) -> Result<u64> {
    let hidden = service
        .write(async |tx| {
            let row = MovieRow::filter(MovieRow::M_ID.eq(movie.m_id))
                .filter(MovieRow::MOVIE_PATH.eq(&movie.movie_path))
                .filter(listed());
            let row = row
                .set(MovieRow::IS_LOST, true)
                .set(MovieRow::LIVE_DIGEST, None);
            let hidden = row.update(&mut *tx).await?;
            if hidden > 0 {
                let event = Happened::with(movie.m_id);
                event.write(&[EventKind::Hidden], service.now(), tx).await?;
            }
            Ok(hidden)
        })
        .await?;
    if hidden > 0 {
        tracing::error!(movie = %movie.m_id, "the bytes of a listed movie are missing; the movie is hidden until they are back");
    }
    Ok(hidden)
}

/// Lists hidden movies again, and returns their number.
async fn list_found(
    service: &Service,
    inventory: &Inventory,
    failed: &mut Failures,
) -> Result<u64> {
    let mut found = 0;
    let mut movies = pin!(in_batches(service, MovieRow::filter(is_hidden())));
    while let Some(movie) = movies.try_next().await? {
        if has_its_bytes(service, inventory, &movie, failed).await? {
            found += list_again(service, &movie).await?;
        }
    }
    Ok(found)
}

/// Whether the bytes of a hidden movie are back.
pub(super) async fn has_its_bytes(
    service: &Service,
    inventory: &Inventory,
    movie: &MovieRow,
    failed: &mut Failures,
) -> Result<bool> {
    let key = BlobKey::parse(&movie.movie_path);
    if key.and_then(|key| inventory.size(&key)) != Some(movie.movie_size) {
        return Ok(false);
    }
    if movie.movie_size > CHEAP_BYTES {
        return Ok(true);
    }
    let digest = failed.note(digest(service, movie).await)?.flatten();
    Ok(digest.is_some_and(|digest| digest == movie.sha256))
}

/// Lists the movie again, unless another movie with the same content is listed.
async fn list_again(service: &Service, movie: &MovieRow) -> Result<u64> {
    let row = || {
        let row = MovieRow::filter(MovieRow::M_ID.eq(movie.m_id))
            .filter(MovieRow::MOVIE_PATH.eq(&movie.movie_path))
            .filter(is_hidden());
        row.set(MovieRow::IS_LOST, false)
            .set(MovieRow::LIVE_DIGEST, movie.sha256.clone())
    };
    let listed = service
        .write(async |tx| match row().update(&mut *tx).await {
            Err(error) if error.is_unique_violation() => Ok(0),
            Ok(1) => {
                let event = Happened::with(movie.m_id);
                event.write(&[EventKind::Listed], service.now(), tx).await?;
                Ok(1)
            }
            listed => Ok(listed?),
        })
        .await?;
    if listed > 0 {
        tracing::warn!(movie = %movie.m_id, "the bytes of a hidden movie are back; it is listed again");
    }
    Ok(listed)
}
