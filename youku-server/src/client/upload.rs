//! Uploads: opened, sent in chunks over whatever connection there is, and committed.

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::io::AsyncRead;
use youku_core::{Kind, NewMovie};

use super::chunk::{Hashed, send};
use super::wire::{Nothing, Reply, Request};
use super::{Client, ClientError, Movie, Result, hexadecimal, moment};
use crate::Code;

/// How many bytes the server acknowledges together.
const CHUNK: u64 = 8 << 20;

/// An upload that is under way; it outlives its connection and its session.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Upload {
    /// Names the upload in other calls.
    #[serde(rename = "upload_id")]
    pub id: String,
    /// What the movie will be called.
    pub name: String,
    /// The size of the whole movie, in bytes.
    pub size: u64,
    /// Whether downloading the movie will cost something.
    #[serde(rename = "is_free", deserialize_with = "super::wire::kind")]
    pub kind: Kind,
    /// SHA-256 of the movie in hexadecimal, where it was announced.
    pub sha256: Option<String>,
    /// How many bytes the server has; the next one to send is there.
    pub offset: u64,
    /// When it ends by itself.
    #[serde(deserialize_with = "moment")]
    pub expires_at: Timestamp,
}

/// What came of opening an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Its bytes can be sent.
    Open(Upload),
    /// A movie with these bytes is listed already, as this one.
    Exists(u64),
}

/// How an upload ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploaded {
    /// The movie is listed, with this id.
    Listed(u64),
    /// A movie with these bytes is listed already, as this one; nothing was sent.
    Exists(u64),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Opened {
    Exists {
        #[serde(rename = "exists")]
        _exists: bool,
        movie_id: u64,
    },
    Open {
        upload_id: String,
        offset: u64,
        #[serde(deserialize_with = "moment")]
        expires_at: Timestamp,
    },
}

#[derive(Deserialize)]
struct Received {
    offset: u64,
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
            Opened::Exists { movie_id, .. } => Begin::Exists(movie_id),
            Opened::Open {
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
                expires_at,
            }),
        })
    }

    /// Goes on with an upload of the user that announced the same movie, to the letter and with its
    /// SHA-256, or opens one.
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
                && (&upload.sha256, upload.size, upload.kind, &upload.name)
                    == (&movie.sha256, movie.size, movie.kind, &movie.name)
        };
        match self.uploads().await?.into_iter().find(announced) {
            Some(upload) => Ok(Begin::Open(upload)),
            None => self.open_upload(movie).await,
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

    /// Sends what is missing of an upload: `bytes` begins at its `offset`, which counts up with what
    /// the server has.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden`, `upload_gone`, `no_space`,
    /// `interrupted` when somebody else goes on with it; with `offset_mismatch` when the server has
    /// another number of bytes, and then `offset` is that number: seek there and call it again. A
    /// [file error](ClientError::as_file_error) when `bytes` fails or ends too early; or the
    /// connection is lost, and [`resume_upload`](Self::resume_upload) finds out how far it is.
    ///
    /// # Cancel safety
    ///
    /// Safe, though the connection is closed: the server keeps what it got.
    pub async fn send_upload(
        &mut self,
        upload: &mut Upload,
        mut bytes: impl AsyncRead + Unpin,
    ) -> Result<()> {
        while upload.offset < upload.size {
            let length = CHUNK.min(upload.size - upload.offset);
            let reply = self.send_chunk(upload, length, &mut bytes).await?;
            match reply.into_body::<Received>() {
                Ok(Received { offset }) if offset == upload.offset + length => {
                    upload.offset = offset;
                }
                Ok(_) => return Err(ClientError::reply("`offset` is not behind the chunk")),
                Err(error) => {
                    // The rest of a refused chunk is not sent.
                    self.connection = None;
                    if let (Some(Code::OffsetMismatch), Some(offset)) =
                        (error.code(), error.offset())
                    {
                        upload.offset = offset;
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    async fn send_chunk(
        &mut self,
        upload: &Upload,
        length: u64,
        bytes: impl AsyncRead + Unpin,
    ) -> Result<Reply> {
        if self.connection.is_none() {
            self.reconnect().await?;
        }
        let request = Request::UploadChunk {
            upload_id: &upload.id,
            offset: upload.offset,
            len: length,
        };
        let frame = self.frame(&request)?;
        let mut connection = self.connection.take().ok_or_else(ClientError::closed)?;
        connection.write_frame(&frame).await?;
        let sent = match send(&mut connection, &upload.name, length, bytes).await {
            Err(error) if !error.is_connection_lost() => return Err(error),
            sent => sent,
        };
        // A refusal may have come before the server hung up.
        match (sent, super::read_reply(&mut connection).await) {
            (Err(hung_up), Err(_)) => Err(hung_up),
            (_, reply) => {
                let reply = reply?;
                if !reply.is_farewell() {
                    self.connection = Some(connection);
                }
                Ok(reply)
            }
        }
    }

    /// Lists the movie of an upload that is sent whole. `sha256` is that of all its bytes, in
    /// hexadecimal.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden`, `upload_gone`; with
    /// `checksum_mismatch` or `exists`, and then the upload has ended; or the connection is lost,
    /// and then it may be listed: [`resume_upload`](Self::resume_upload) tells.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be listed.
    pub async fn commit_upload(&mut self, upload: &Upload, sha256: &str) -> Result<Movie> {
        let upload_id = &upload.id;
        self.write(&Request::UploadCommit { upload_id, sha256 })
            .await
    }

    /// Ends an upload without a movie.
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
        self.write::<Nothing>(&request).await.map(drop)
    }

    /// Uploads a movie from its first byte to its last: the next `movie.size` bytes of `bytes`. Where
    /// a cut shall be survived, use [`resume_upload`](Self::resume_upload),
    /// [`send_upload`](Self::send_upload) and [`commit_upload`](Self::commit_upload).
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
        let mut hashed = Hashed {
            bytes,
            digest: Sha256::new(),
        };
        self.send_upload(&mut upload, &mut hashed).await?;
        let sha256 = hexadecimal(&hashed.digest.finalize());
        let listed = self.commit_upload(&upload, &sha256).await?;
        Ok(Uploaded::Listed(listed.id))
    }
}
