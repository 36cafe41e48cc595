//! Where to resume a staged file that another handle wrote.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use sha2::Digest;

use crate::storage::CHUNK;
use crate::storage::staging::checkpoint::Checkpoint;

/// Up to where a file is known to be correct, according to the database.
#[derive(Debug, Clone)]
pub(crate) struct ResumePoint {
    /// How many bytes were acknowledged.
    pub(crate) offset: u64,
    /// Their SHA-256 in hexadecimal; none when there are no bytes.
    pub(crate) sha256: Option<String>,
    /// The internal state of that hash; see [`Checkpoint::state`].
    pub(crate) state: Option<Vec<u8>>,
}

impl ResumePoint {
    /// The checkpoint of this point in `file`. The file is truncated to the point and positioned at its
    /// end.
    ///
    /// Returns nothing when the file does not have the bytes.
    pub(crate) fn find(&self, mut file: &File) -> io::Result<Option<Checkpoint>> {
        if file.metadata()?.len() < self.offset {
            tracing::error!(
                self.offset,
                "a staged file is shorter than its acknowledged bytes; the upload cannot be resumed"
            );
            return Ok(None);
        }
        let Some(checkpoint) = self.checkpoint(file)? else {
            tracing::error!(
                self.offset,
                "a staged file does not match its recorded digest; the upload cannot be resumed"
            );
            return Ok(None);
        };
        file.set_len(self.offset)?;
        file.seek(SeekFrom::Start(self.offset))?;
        Ok(Some(checkpoint))
    }

    /// The saved hash, or the hash computed again from the file if the saved one cannot be trusted.
    fn checkpoint(&self, file: &File) -> io::Result<Option<Checkpoint>> {
        let Some(sha256) = &self.sha256 else {
            return Ok(
                Some(Checkpoint::default()).filter(|checkpoint| checkpoint.offset == self.offset)
            );
        };
        let state = self.state.as_deref();
        let saved = state.and_then(|state| Checkpoint::restore(self.offset, sha256, state));
        if saved.is_some() {
            return Ok(saved);
        }
        tracing::warn!(
            self.offset,
            "the saved state of a hash cannot be used; hashing the staged file again"
        );
        let checkpoint = hash(file, self.offset)?;
        Ok(
            (checkpoint.offset == self.offset && checkpoint.sha256() == *sha256)
                .then_some(checkpoint),
        )
    }
}

/// The hash of the first `length` bytes of `file`, or of all when there are fewer.
fn hash(mut file: &File, length: u64) -> io::Result<Checkpoint> {
    file.rewind()?;
    let mut rest = file.take(length);
    let mut buffer = vec![0; CHUNK];
    let mut checkpoint = Checkpoint::default();
    loop {
        let read = rest.read(&mut buffer)?;
        if read == 0 {
            return Ok(checkpoint);
        }
        checkpoint.hash.update(&buffer[..read]);
        checkpoint.offset += read as u64;
    }
}
