//! Uploads: opening, resuming, committing and aborting them.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::io::AsyncRead;
use youku_core::{Kind, NewMovie};

use crate::Code;
use crate::client::transfers::chunk::HashingReader;
use crate::client::wire::Request;
use crate::client::{Client, Movie, Result};
use crate::message::NoFields;
use crate::message::objects::{Upload, UploadOpenReply};

/// The result of opening an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Its bytes can be sent.
    Open(Upload),
    /// The list already has a movie with these bytes, which has this id.
    Exists(u64),
}

/// How an upload succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploaded {
    /// The movie is listed, with this id.
    Listed(u64),
    /// The list already has a movie with these bytes, which has this id; nothing was sent.
    Exists(u64),
}

impl Client {
    /// Announces a movie.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden`, `bad_request`, `too_large`,
    /// `quota_exceeded` or `no_space`; or the connection is lost, and then it may be opened.
    ///
    /// # Cancel safety
    ///
    /// Not safe: it may be opened. [`uploads`](Self::uploads) finds it.
    pub async fn open_upload(&mut self, movie: &NewMovie) -> Result<Begin> {
        let request = Request::UploadOpen {
            name: &movie.name,
            size: movie.size,
            is_free: movie.kind == Kind::Free,
            sha256: movie.sha256.as_deref(),
        };
        Ok(match self.write(&request).await? {
            UploadOpenReply::Exists { movie_id, .. } => Begin::Exists(movie_id),
            UploadOpenReply::Opened {
                upload_id,
                offset,
                expires_at,
            } => Begin::Open(Upload {
                id: upload_id,
                name: movie.name.clone(),
                size: movie.size,
                kind: movie.kind,
                sha256: movie.sha256.clone(),
                offset,
                is_resumable: true,
                expires_at,
            }),
        })
    }

    /// Resumes an upload of the user that announced exactly the same movie, including its SHA-256, or
    /// opens a new one. A resumed upload is taken over from the connection that has it; that
    /// connection gets `interrupted`. Its `offset` counts every byte that arrived there.
    ///
    /// # Errors
    ///
    /// As [`open_upload`](Self::open_upload).
    ///
    /// # Cancel safety
    ///
    /// As [`open_upload`](Self::open_upload).
    pub async fn resume_upload(&mut self, movie: &NewMovie) -> Result<Begin> {
        let announced = |upload: &Upload| {
            upload.sha256.is_some()
                && upload.is_resumable
                && (&upload.sha256, upload.size, upload.kind, &upload.name)
                    == (&movie.sha256, movie.size, movie.kind, &movie.name)
        };
        let Some(mut upload) = self.uploads().await?.into_iter().find(announced) else {
            return self.open_upload(movie).await;
        };
        match self.take_over(&mut upload).await {
            Ok(()) => Ok(Begin::Open(upload)),
            Err(error) => match error.code() {
                Some(Code::OffsetMismatch) => Ok(Begin::Open(upload)),
                // It has just ended, or its bytes are lost.
                Some(Code::UploadGone) => self.open_upload(movie).await,
                _ => Err(error),
            },
        }
    }

    /// The user's uploads that are under way.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `forbidden`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn uploads(&mut self) -> Result<Vec<Upload>> {
        let page = self.page("upload_list", &Request::Uploads).await?;
        Ok(page.entries)
    }

    /// How far an upload of the user is, by its [id](Upload::id), whichever client sends it. Bytes on
    /// a connection that is still open may be missing from the count.
    ///
    /// # Errors
    ///
    /// As [`uploads`](Self::uploads); `upload_gone`.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn upload_status(&mut self, upload_id: &str) -> Result<Upload> {
        self.read(&Request::UploadStatus { upload_id }).await
    }

    /// Lists the movie of an upload whose bytes have all been sent. `sha256` is the digest of all its
    /// bytes, in hexadecimal.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden`, `upload_gone`; with
    /// `checksum_mismatch` or `exists`, and then the upload has ended; or the connection is lost,
    /// and then it may be listed: [`resume_upload`](Self::resume_upload) finds out.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be listed.
    pub async fn commit_upload(&mut self, upload: &Upload, sha256: &str) -> Result<Movie> {
        let upload_id = &upload.id;
        self.write(&Request::UploadCommit { upload_id, sha256 })
            .await
    }

    /// Ends an upload without listing a movie.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `forbidden`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: it may have ended.
    pub async fn abort_upload(&mut self, upload: &Upload) -> Result<()> {
        let upload_id = &upload.id;
        let request = Request::UploadAbort { upload_id };
        self.write::<NoFields>(&request).await.map(drop)
    }

    /// Uploads a whole movie: the next `movie.size` bytes of `bytes`. To survive an interruption, use
    /// [`resume_upload`](Self::resume_upload), [`send_upload`](Self::send_upload) and
    /// [`commit_upload`](Self::commit_upload).
    ///
    /// # Errors
    ///
    /// What those fail with.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be listed, or its upload be left to [`uploads`](Self::uploads).
    pub async fn upload(
        &mut self,
        movie: &NewMovie,
        bytes: impl AsyncRead + Unpin,
    ) -> Result<Uploaded> {
        let mut upload = match self.open_upload(movie).await? {
            Begin::Open(upload) => upload,
            Begin::Exists(id) => return Ok(Uploaded::Exists(id)),
        };
        let mut hashed = HashingReader {
            bytes,
            digest: Sha256::new(),
        };
        self.send_upload(&mut upload, &mut hashed).await?;
        let sha256 = HEXLOWER.encode(&hashed.digest.finalize());
        let listed = self.commit_upload(&upload, &sha256).await?;
        Ok(Uploaded::Listed(listed.id))
    }
}
