//! A file and the hash of what was written to it, as a blocking thread uses them.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::storage::staging::checkpoint::Checkpoint;

/// The file of an upload, positioned at its end.
pub(crate) struct Sink {
    pub(crate) file: File,
    pub(crate) hash: Sha256,
    /// The hash of a part that has its own digest.
    pub(crate) part: Option<Sha256>,
    /// What to write next; empty after it was written.
    pub(crate) buffer: Vec<u8>,
    /// The path of the file for as long as no other handle takes it over; none if no handle can.
    fence: Option<PathBuf>,
}

impl Sink {
    pub(crate) fn new(file: File, checkpoint: Checkpoint, fence: Option<PathBuf>) -> Self {
        Self {
            file,
            hash: checkpoint.hash,
            part: None,
            buffer: Vec::new(),
            fence,
        }
    }

    pub(crate) fn write(mut self) -> io::Result<Self> {
        let bytes = std::mem::take(&mut self.buffer);
        self.hash.update(&bytes);
        if let Some(part) = &mut self.part {
            part.update(&bytes);
        }
        self.alone(|mut file| file.write_all(&bytes))?;
        tracing::trace!("bytes staged");
        self.buffer = bytes;
        self.buffer.clear();
        Ok(self)
    }

    pub(crate) fn rewind(mut self, checkpoint: Checkpoint) -> io::Result<Self> {
        self.alone(|mut file| {
            file.set_len(checkpoint.offset)?;
            file.seek(SeekFrom::Start(checkpoint.offset)).map(drop)
        })?;
        self.hash = checkpoint.hash;
        self.part = None;
        Ok(self)
    }

    pub(crate) fn end_part(&mut self) -> String {
        let part = self.part.take().unwrap_or_default();
        HEXLOWER.encode(&part.finalize())
    }

    /// Changes the file, unless another handle has taken it over. No handle can take it over during
    /// the change.
    ///
    /// # Errors
    ///
    /// `NotFound` when another handle has taken it over; also every error of `change`.
    fn alone(&self, change: impl FnOnce(&File) -> io::Result<()>) -> io::Result<()> {
        let Some(path) = &self.fence else {
            return change(&self.file);
        };
        lock(&self.file)?;
        let changed = match path.try_exists() {
            Ok(true) => change(&self.file),
            Ok(false) => Err(io::ErrorKind::NotFound.into()),
            Err(error) => Err(error),
        };
        self.file.unlock()?;
        changed
    }
}

/// Waits until no other handle is writing this file. The lock ends with the file's last handle.
pub(crate) fn lock(file: &File) -> io::Result<()> {
    match file.lock() {
        // Some network file systems have no locks. There, two servers conflict only if one writes
        // at the very moment when the other takes over.
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        locked => locked,
    }
}
