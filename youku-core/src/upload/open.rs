//! Opening an upload.

use jiff::Timestamp;
use youku_orm::{Id, Model, New, Transaction};

use super::new_movie::Announced;
use super::ticket::Ticket;
use super::{NewMovie, Upload};
use crate::admin::live_with;
use crate::clock::after;
use crate::model::{MovieRow, NewUploadRow, UploadRow};
use crate::storage::BlobKey;
use crate::{Admin, MovieId, Result};

/// How an upload begins.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is made once for each upload and taken apart at once"
)]
pub enum Begin {
    /// A movie of the announced SHA-256 is listed: there is nothing to send.
    Exists(MovieId),
    /// The bytes can come.
    Open(Upload),
}

impl Admin {
    /// Opens an upload.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `name`, `size`, `sha256` or
    ///   `hint` breaks its rule.
    /// - [`Code::TooLarge`](crate::Code::TooLarge): the announced size is beyond the policy.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::NoSpace`](crate::Code::NoSpace): no file can be made.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, a row of an upload may stay until the sweep after its expiry.
    pub async fn upload(&self, movie: NewMovie) -> Result<Begin> {
        let session = self.session();
        let service = session.service();
        let announced = Announced::parse(&movie, &service.policy)?;
        let key = BlobKey::generate(&*service.randomness)?;
        let now = service.now();
        let opened = service
            .write(async |tx| self.open(&announced, &key, now, tx).await)
            .await?;
        let row = match opened {
            Opened::Exists(movie) => return Ok(Begin::Exists(movie.into())),
            Opened::Row(row) => row,
        };
        let ticket = Ticket::new(session.clone(), key, row);
        let file = service.staging.create(&ticket.key).await?;
        Ok(Begin::Open(Upload {
            announced,
            file,
            ticket,
            torn: false,
        }))
    }

    /// Whether uploading makes sense for a client that knows only a digest of its own making: no
    /// listed movie has this `hint`, nor this SHA-256.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`](crate::Code::Unavailable),
    /// [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn may_upload(&self, hint: &str) -> Result<bool> {
        let db = &self.session().service().db;
        let same_digest = MovieRow::LIVE_DIGEST.eq(hint.to_ascii_lowercase());
        if MovieRow::filter(same_digest).exists(db).await? {
            return Ok(false);
        }
        let same_hint = MovieRow::filter(MovieRow::MOVIE_MD5.eq(hint));
        Ok(!same_hint.filter(crate::movie::listed()).exists(db).await?)
    }

    async fn open(
        &self,
        announced: &Announced,
        key: &BlobKey,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<Opened> {
        let session = self.session();
        let caller = session.authorize_admin(&mut *tx, now).await?;
        if let Some(sha256) = &announced.sha256
            && let Some(movie) = live_with(sha256, &mut *tx).await?
        {
            return Ok(Opened::Exists(movie.m_id));
        }
        let new = NewUploadRow {
            user_id: caller.user,
            movie_name: announced.name.clone(),
            movie_size: announced.size,
            kind: announced.kind,
            movie_path: key.as_str().to_owned(),
            created_at: now,
            expires_at: after(now, session.service().policy.upload_lifetime),
        };
        Ok(Opened::Row(new.insert(tx).await?.up_id))
    }
}

enum Opened {
    Exists(Id<MovieRow>),
    Row(Id<UploadRow>),
}
