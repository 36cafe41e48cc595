//! A download whose bytes are arriving.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use youku_core::local_file_name;

use crate::client::transfers::part;
use crate::client::transfers::part::PartFile;
use crate::client::{BODY_IDLE, ClientError, Result};
use crate::message::objects::DownloadReply;
use crate::{Connection, Transport};

/// How many bytes are read and written at a time.
const PIECE: usize = 256 * 1024;

/// A movie that is being downloaded: read it with [`read`](Self::read) or
/// [save](Self::save) it to a file.
///
/// It has its own connection, which is closed when it is dropped.
pub struct Incoming {
    connection: Connection<Transport>,
    movie_id: u64,
    pub(super) announced: DownloadReply,
    begun: bool,
    left: u64,
    /// The file with the bytes in front of these.
    part: Option<PartFile>,
}

/// A complete download, saved under its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where the movie is now.
    pub path: PathBuf,
    /// SHA-256 of all its bytes: 64 lower-case hexadecimal characters.
    pub sha256: String,
    /// What the download cost, in fen.
    pub price_fen: u64,
}

impl Incoming {
    pub(super) fn new(
        connection: Connection<Transport>,
        movie_id: u64,
        announced: DownloadReply,
    ) -> Self {
        let left = announced.length;
        Self {
            connection,
            movie_id,
            announced,
            begun: false,
            left,
            part: None,
        }
    }

    /// Appends to `part`, which has the bytes in front of these.
    pub(super) fn appending_to(self, part: PartFile) -> Self {
        let part = Some(part);
        Self { part, ..self }
    }

    fn part_path(&self, folder: &Path) -> PathBuf {
        // The movie may have had another name when it was begun.
        if let Some(part) = &self.part {
            return part.path.clone();
        }
        PartFile::path(
            folder,
            &self.file_name(),
            self.movie_id,
            &self.announced.sha256,
        )
    }

    /// The final name of the file, unless another file has it.
    fn file_name(&self) -> String {
        file_name(&self.announced.file_name)
    }

    /// Which movie it is.
    pub fn movie_id(&self) -> u64 {
        self.movie_id
    }

    /// The movie's file name as the server gives it: text for display, not a safe file name.
    /// [`save`](Self::save) derives a safe one.
    pub fn name(&self) -> &str {
        &self.announced.file_name
    }

    /// How many bytes the movie has.
    pub fn size(&self) -> u64 {
        self.announced.movie_size
    }

    /// How many bytes at the movie's beginning are skipped, because the client has them.
    pub fn offset(&self) -> u64 {
        self.announced.offset
    }

    /// How many bytes arrive: all from [`offset`](Self::offset) to the end, or as many as were
    /// requested.
    pub fn length(&self) -> u64 {
        self.announced.length
    }

    /// How long the server holds the bytes back, counted from its reply.
    pub fn wait(&self) -> Duration {
        Duration::from_secs(self.announced.wait_time)
    }

    /// What the download costs, in fen.
    pub fn price_fen(&self) -> u64 {
        self.announced.price
    }

    /// SHA-256 of the movie in hexadecimal, as the server announced it.
    pub fn sha256(&self) -> &str {
        &self.announced.sha256
    }

    /// Waits until the bytes begin to arrive: [`wait`](Self::wait), and at most a minute longer.
    ///
    /// # Errors
    ///
    /// The connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe: call it again.
    pub async fn ready(&mut self) -> Result<()> {
        if self.begun || self.left == 0 {
            return Ok(());
        }
        let most = self.wait() + BODY_IDLE;
        let here = timeout(most, self.connection.ready()).await;
        if !here.map_err(|_| ClientError::silent(most))?? {
            return Err(ClientError::closed());
        }
        self.begun = true;
        Ok(())
    }

    /// Reads some bytes into `buffer` and returns how many; 0 when all have arrived.
    ///
    /// # Errors
    ///
    /// The connection is lost, also when the server aborted the download.
    ///
    /// # Cancel safety
    ///
    /// Safe: bytes are read or they are not.
    pub async fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.ready().await?;
        let most = buffer
            .len()
            .min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        let read = self.connection.read_body(&mut buffer[..most]).await?;
        self.left -= read as u64;
        Ok(read)
    }

    /// Writes the movie into `folder`, which is created if it does not exist. `progress` is called with
    /// the number of bytes that have arrived so far.
    ///
    /// The file gets a safe name, which is derived from the server's. Until the file is complete and
    /// its SHA-256 is the announced one, the name ends with the movie's id, its digest and `.part`. An
    /// existing file is not replaced: the new file gets a number. When this returns `Ok`, the bytes and
    /// the name are on the disk, as far as the system can tell.
    ///
    /// # Errors
    ///
    /// A [file error](ClientError::as_file_error), also when the bytes are a part of the movie that
    /// does not follow on those in the folder, when another program downloads the movie into the
    /// folder, and when the file has its name but the name cannot be synced to the disk; a
    /// [wrong digest](ClientError::is_checksum_mismatch), which removes the `.part` file; or the
    /// connection is lost. The bytes that have arrived stay in the `.part` file, and
    /// [`Client::resume_download`](crate::client::Client::resume_download) resumes from there.
    ///
    /// # Cancel safety
    ///
    /// Safe: the bytes that have arrived stay in the `.part` file.
    pub async fn save(mut self, folder: &Path, mut progress: impl FnMut(u64)) -> Result<Saved> {
        fs::create_dir_all(folder)
            .await
            .map_err(|error| ClientError::file(folder, error))?;
        let path = self.part_path(folder);
        let failed = |error| ClientError::file(&path, error);
        self.ready().await?;
        let (mut file, mut digest) = self.open_part(&path).await.map_err(failed)?;
        let received = self.receive(&mut file, &mut digest, &mut progress).await;
        // Also after an interruption: a resumed download reads the length of the file.
        file.flush().await.map_err(failed)?;
        received?;
        file.sync_all().await.map_err(failed)?;
        let sha256 = HEXLOWER.encode(&digest.finalize());
        if !self.announced.sha256.eq_ignore_ascii_case(&sha256) {
            part::discard(&file, &path).await.map_err(failed)?;
            return Err(ClientError::checksum());
        }
        Ok(Saved {
            path: part::finish(&file, &path, folder, &self.file_name()).await?,
            sha256,
            price_fen: self.announced.price,
        })
    }

    /// The file for the bytes, and the digest of the bytes that it already has.
    async fn open_part(&mut self, path: &Path) -> std::io::Result<(File, Sha256)> {
        let mut digest = Sha256::new();
        let DownloadReply { offset, length, .. } = self.announced;
        if offset + length < self.announced.movie_size {
            let missing = "the last bytes were not requested; use `read` instead of `save`";
            return Err(std::io::Error::other(missing));
        }
        let Some(part) = self.part.take() else {
            if offset > 0 {
                let missing =
                    "the preceding bytes are missing; resume the download from this folder";
                return Err(std::io::Error::other(missing));
            }
            return Ok((part::create(path).await?, digest));
        };
        let mut file = part.open().await?;
        let mut piece = vec![0; PIECE];
        loop {
            match file.read(&mut piece).await? {
                0 => return Ok((file, digest)),
                read => digest.update(&piece[..read]),
            }
        }
    }

    async fn receive(
        &mut self,
        file: &mut File,
        digest: &mut Sha256,
        progress: &mut impl FnMut(u64),
    ) -> Result<()> {
        let mut piece = vec![0; PIECE];
        loop {
            progress(self.announced.movie_size - self.left);
            let read = self.read(&mut piece).await?;
            if read == 0 {
                return Ok(());
            }
            digest.update(&piece[..read]);
            let written = file.write_all(&piece[..read]).await;
            written.map_err(|error| ClientError::file(self.announced.file_name.as_ref(), error))?;
        }
    }
}

/// The service's rule for file names, because the server may not keep to it.
fn file_name(name: &str) -> String {
    local_file_name(name, "movie")
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("announced", &self.announced)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client stores files under names that a server chose.
    #[test]
    fn a_name_from_a_server_becomes_a_safe_file_name() {
        for (name, expected) in [
            ("../../黑客帝国.mp4", "黑客帝国.mp4"),
            ("CONIN$.mp4", "_CONIN$.mp4"),
            ("COM¹.mp4", "_COM¹.mp4"),
            ("a\u{2060}b.mp4", "ab.mp4"),
            ("\u{feff}a.mp4", "a.mp4"),
            ("nul\u{2060}.mp4", "_nul.mp4"),
            ("..", "movie"),
        ] {
            assert_eq!(file_name(name), expected, "{name:?}");
        }
    }
}
