//! Where to resume a staged file that another handle wrote.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use sha2::Digest;

use crate::storage::CHUNK;
use crate::storage::staging::checkpoint::Mark;

/// Up to where a file is known to be correct, according to the database.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// How many bytes were acknowledged.
    pub(crate) offset: u64,
    /// Their SHA-256 in hexadecimal; none when there are no bytes.
    pub(crate) sha256: Option<String>,
    /// The internal state of that hash; see [`Mark::state`].
    pub(crate) state: Option<Vec<u8>>,
}

impl Place {
    /// The mark of this place in `file`. The file is truncated to the place and positioned at its
    /// end.
    ///
    /// Returns nothing when the file does not have the bytes.
    pub(crate) fn find(&self, mut file: &File) -> io::Result<Option<Mark>> {
        if file.metadata()?.len() < self.offset {
            tracing::error!(self.offset, "a staged file has lost its end");
            return Ok(None);
        }
        let Some(mark) = self.mark(file)? else {
            tracing::error!(self.offset, "a staged file is not what was written to it");
            return Ok(None);
        };
        file.set_len(self.offset)?;
        file.seek(SeekFrom::Start(self.offset))?;
        Ok(Some(mark))
    }

    /// The saved hash, or the hash computed again from the file if the saved one cannot be trusted.
    fn mark(&self, file: &File) -> io::Result<Option<Mark>> {
        let Some(sha256) = &self.sha256 else {
            return Ok(Some(Mark::default()).filter(|mark| mark.offset == self.offset));
        };
        let state = self.state.as_deref();
        let saved = state.and_then(|state| Mark::restore(self.offset, sha256, state));
        if saved.is_some() {
            return Ok(saved);
        }
        tracing::warn!(self.offset, "a staged file is hashed anew");
        let mark = hash(file, self.offset)?;
        Ok((mark.offset == self.offset && mark.sha256() == *sha256).then_some(mark))
    }
}

/// The hash of the first `length` bytes of `file`, or of all when there are fewer.
fn hash(mut file: &File, length: u64) -> io::Result<Mark> {
    file.rewind()?;
    let mut rest = file.take(length);
    let mut buffer = vec![0; CHUNK];
    let mut mark = Mark::default();
    loop {
        let read = rest.read(&mut buffer)?;
        if read == 0 {
            return Ok(mark);
        }
        mark.hash.update(&buffer[..read]);
        mark.offset += read as u64;
    }
}
