//! Opening an upload.

use std::time::Duration;

use youku_orm::{Model, New};

use crate::basics::error::Result;
use crate::basics::id::MovieId;
use crate::host::clock::after;
use crate::host::policy::Policy;
use crate::movies::delete::live_with;
use crate::movies::quota;
use crate::records::movies::movie::MovieRow;
use crate::records::movies::upload::{NewUploadRow, UploadRow};
use crate::service::open_uploads::WritableUpload;
use crate::service::process::this_process;
use crate::service::upload_id::UploadId;
use crate::sessions::admin::Admin;
use crate::storage::key::BlobKey;
use crate::storage::staging::checkpoint::Checkpoint;
use crate::uploads::free_space;
use crate::uploads::heartbeat::Heartbeat;
use crate::uploads::new_movie::{Announced, NewMovie};
use crate::uploads::resumable::handle::ResumableUpload;
use crate::uploads::row_guard::RowGuard;
use crate::uploads::upload::Upload;

/// How an upload begins.
#[derive(Debug)]
pub enum Begin<U = Upload> {
    /// A movie with the announced SHA-256 is already listed: there is nothing to send.
    Exists(MovieId),
    /// The upload is open, and its bytes can be sent.
    Open(U),
}

impl Admin {
    /// Opens an upload that ends with its handle.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the field `name`, `size`, `sha256` or
    ///   `hint` breaks its rule.
    /// - [`Code::TooLarge`](crate::Code::TooLarge): the announced size exceeds the policy.
    /// - [`Code::QuotaExceeded`](crate::Code::QuotaExceeded): the user would have more movies, or
    ///   more bytes of them, than the policy allows.
    /// - [`Code::NoSpace`](crate::Code::NoSpace): the bytes would not fit on the disk, together
    ///   with those that other uploads have announced.
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the row of an upload may stay until it expires.
    pub async fn upload(&self, movie: NewMovie) -> Result<Begin> {
        let opened = match self.open(&movie, Life::OfHandle).await? {
            Begin::Exists(movie) => return Ok(Begin::Exists(movie)),
            Begin::Open(opened) => opened,
        };
        let service = self.session().service();
        let file = service.staging.create(&opened.guard.key).await?;
        let reported = service.uploads_in_progress.report(&opened.id, 0);
        Ok(Begin::Open(Upload {
            id: opened.id,
            reported,
            announced: opened.row.into(),
            file,
            heartbeat: Heartbeat::new(service.policy.upload_heartbeat, service.now()),
            row_guard: opened.guard,
            partial_write: false,
        }))
    }

    /// Opens an upload that can be [resumed](Self::resume_upload) by the same user, over another
    /// connection, in another session and after a restart.
    ///
    /// # Errors
    ///
    /// Those of [`upload`](Self::upload).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, an upload without bytes may stay until it expires.
    pub async fn open_upload(&self, movie: NewMovie) -> Result<Begin<ResumableUpload>> {
        let service = self.session().service();
        let OpenedUpload { id, row, guard } = match self.open(&movie, Life::Resumable).await? {
            Begin::Exists(movie) => return Ok(Begin::Exists(movie)),
            Begin::Open(opened) => opened,
        };
        let key = guard.key.clone();
        // The guard deletes the row if this fails before there is a handle of the upload.
        let file = service.staging.create_outliving(&key).await?;
        guard.keep();
        let writable = WritableUpload {
            file,
            acknowledged: Checkpoint::default(),
            whole_only: false,
            is_reserved: false,
        };
        let upload = ResumableUpload::new(self.session(), (id, key), row, Some(writable));
        Ok(Begin::Open(upload))
    }

    /// Whether a client that knows only its custom digest should upload: true when no listed movie
    /// has this `hint`, nor this SHA-256.
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
        Ok(!same_hint
            .filter(crate::movies::view::listed())
            .exists(db)
            .await?)
    }

    /// Writes the row of an upload, unless a movie with the announced digest is listed.
    async fn open(&self, movie: &NewMovie, life: Life) -> Result<Begin<OpenedUpload>> {
        let session = self.session();
        let service = session.service();
        let announced = Announced::parse(movie, &service.policy)?;
        let id = UploadId::generate(&*service.randomness)?;
        let key = BlobKey::generate(&*service.randomness)?;
        let now = service.now();
        free_space::require_space(announced.size, now, service).await?;
        let opened = service.write(async |tx| {
            quota::queue(session.user_id().key(), &service.policy, &mut *tx).await?;
            let caller = session.authorize_admin(&mut *tx, now).await?;
            if let Some(sha256) = &announced.sha256
                && let Some(movie) = live_with(sha256, &mut *tx).await?
            {
                return Ok(Begin::Exists(movie.m_id.into()));
            }
            quota::require_quota(caller.user, announced.size, &service.policy, now, &mut *tx)
                .await?;
            let new = NewUploadRow {
                upload_id: Some(id.to_string()),
                user_id: caller.user,
                movie_name: announced.name.clone(),
                movie_size: announced.size,
                kind: announced.kind,
                sha256: announced.sha256.clone(),
                movie_md5: announced.hint.clone(),
                movie_path: key.as_str().to_owned(),
                created_at: now,
                expires_at: after(now, life.lasts(&service.policy)),
                owner: (life == Life::OfHandle).then(|| this_process().to_owned()),
                reserved_until: (life == Life::Resumable)
                    .then(|| after(now, service.policy.upload_reservation)),
            };
            Ok(Begin::Open(new.insert(tx).await?))
        });
        Ok(match opened.await? {
            Begin::Exists(movie) => Begin::Exists(movie),
            Begin::Open(row) => {
                tracing::trace!("upload row written");
                let guard = RowGuard::new(session.clone(), key, row.up_id);
                Begin::Open(OpenedUpload { id, row, guard })
            }
        })
    }
}

/// How long an upload lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// As long as its handle.
    OfHandle,
    /// Until it is finished, aborted or idle for too long.
    Resumable,
}

impl Life {
    /// How long after a sign of life the row expires.
    fn lasts(self, policy: &Policy) -> Duration {
        match self {
            Self::OfHandle => policy.upload_heartbeat,
            Self::Resumable => policy.upload_lifetime,
        }
    }
}

/// An upload whose row is written, and that has no staged file yet.
struct OpenedUpload {
    id: UploadId,
    row: UploadRow,
    guard: RowGuard,
}
