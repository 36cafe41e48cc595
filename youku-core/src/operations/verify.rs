//! Reading every movie to check that its bytes are unchanged.

use std::pin::pin;

use data_encoding::HEXLOWER;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use youku_orm::Model;

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::movies::view::{MovieView, is_still_listed, listed};
use crate::operations::batch::in_batches;
use crate::operations::sweep::hidden::HiddenMovie;
use crate::records::movies::movie::MovieRow;
use crate::service::shared::Service;
use crate::service::youku::Youku;
use crate::storage::key::BlobKey;

/// What [`Youku::verify`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// How many movies were read completely and match their digest.
    pub movies: u64,
    /// How many bytes those movies have.
    pub bytes: u64,
    /// The listed movies that do not match, in ascending order of ids.
    pub damaged: Vec<Damaged>,
    /// The movies that are hidden because their bytes were missing, in the same order. Their bytes
    /// are not read.
    pub hidden: Vec<HiddenMovie>,
}

/// A listed movie whose bytes do not match its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Damaged {
    /// The movie.
    pub movie: MovieView,
    /// What is wrong with it.
    pub damage: Damage,
}

/// What is wrong with the bytes of a movie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// They are missing, have another size, or cannot be read.
    Missing,
    /// They differ from what was uploaded.
    Changed,
}

impl Youku {
    /// Reads the bytes of every listed movie and compares them with its digest. Use it after
    /// restoring a backup, or from time to time, because disks lose bits. It changes nothing:
    /// [`sweep`](Self::sweep) hides movies whose bytes are gone. Bring missing bytes back, and changed
    /// ones from a backup. If there is none, delete the movie and upload it again.
    ///
    /// It takes as long as reading all movies, and little memory. Movies that are listed while it
    /// runs may be left out.
    ///
    /// Like [`sweep`](Self::sweep) and [`health`](Self::health) it needs no log-in: it is for the
    /// operator of the service, who can read the disk anyway. It is not a function of
    /// [`Admin`](crate::Admin), because one request of a client would keep the disk busy for hours.
    /// A host that wants to offer it runs it in a separate task, one at a time.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`]: the database or the store cannot be reached; [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn verify(&self) -> Result<Verified> {
        let service = &*self.0;
        let mut verified = Verified {
            hidden: self.hidden_movies().await?,
            ..Verified::default()
        };
        let mut movies = pin!(in_batches(service, MovieRow::filter(listed())));
        while let Some(movie) = movies.try_next().await? {
            match examine(service, &movie).await? {
                None => {
                    verified.movies += 1;
                    verified.bytes += movie.movie_size;
                }
                Some(damage) if is_still_listed(&movie, &service.db).await? => {
                    let movie = MovieView::from(movie);
                    tracing::error!(
                        movie = %movie.id,
                        ?damage,
                        "the stored bytes of a movie are missing or damaged; bring them back, from a backup if necessary"
                    );
                    verified.damaged.push(Damaged { movie, damage });
                }
                Some(_) => {}
            }
        }
        Ok(verified)
    }
}

async fn examine(service: &Service, movie: &MovieRow) -> Result<Option<Damage>> {
    match digest(service, movie).await {
        Ok(Some(sha256)) if sha256 == movie.sha256 => Ok(None),
        Ok(Some(_)) => Ok(Some(Damage::Changed)),
        Ok(None) => Ok(Some(Damage::Missing)),
        Err(error) if error.code() == Code::Internal => Ok(Some(Damage::Missing)),
        Err(error) => Err(error),
    }
}

/// Returns nothing when the bytes are missing.
pub(crate) async fn digest(service: &Service, movie: &MovieRow) -> Result<Option<String>> {
    let key = BlobKey::parse(&movie.movie_path);
    let key = key.ok_or_else(|| Error::internal("no key"))?;
    let size = movie.movie_size;
    let Some(mut body) = service.blobs.read(&key, 0..size, size).await? else {
        return Ok(None);
    };
    let mut hash = Sha256::new();
    while let Some(chunk) = body.chunk().await? {
        hash.update(&chunk);
    }
    Ok(Some(HEXLOWER.encode(&hash.finalize())))
}
