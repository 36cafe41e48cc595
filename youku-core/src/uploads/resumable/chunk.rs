//! One chunk of a resumable upload.

use std::pin::pin;

use tokio::io::AsyncRead;
use tokio::select;

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::service::open_uploads::{UploadEntry, WritableUpload};
use crate::sessions::handle::Session;
use crate::uploads::heartbeat::Heartbeat;
use crate::uploads::new_movie::parse_sha256;

/// How many bytes may arrive between two acknowledgements. A crash of the machine or of the program
/// loses at most this many.
const CHECKPOINT_BYTES: u64 = 64 << 20;

/// Announces the next bytes of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Where they begin, in bytes from the beginning of the movie.
    pub offset: u64,
    /// How many there are.
    pub length: u64,
    /// The SHA-256 of the chunk, if it is to be checked separately: 64 hexadecimal characters, in
    /// upper or lower case. Then either all of its bytes are taken or none.
    pub sha256: Option<String>,
}

impl Chunk {
    /// Reads the bytes and acknowledges them.
    pub(crate) async fn receive(
        &self,
        writable: &mut WritableUpload,
        entry: &UploadEntry,
        session: &Session,
        reader: impl AsyncRead + Unpin,
    ) -> Result<()> {
        let sha256 = self.sha256.as_deref().map(parse_sha256).transpose()?;
        entry.finish_previous_chunk(writable).await?;
        self.require_next(writable.acknowledged.offset, entry.size)?;
        if !writable.is_reserved && self.length > 0 {
            entry.require_room().await?;
        }
        writable.whole_only = sha256.is_some();
        if sha256.is_some() {
            writable.file.begin_part().await?;
        }
        if let Err(error) = self.copy(writable, entry, session, reader).await {
            return Err(match entry.finish_previous_chunk(writable).await {
                // That the bytes are not kept is more important than the reason why the connection
                // ended.
                Err(worse) if error.code() == Code::Interrupted => worse,
                _ => error,
            });
        }
        if let Some(sha256) = sha256
            && writable.file.end_part().await? != sha256
        {
            entry.finish_previous_chunk(writable).await?;
            return Err(Error::checksum_mismatch("chunk"));
        }
        entry.acknowledge(writable, Some(session)).await
    }

    /// # Errors
    ///
    /// `offset_mismatch`, `too_large`.
    pub(crate) fn require_next(&self, offset: u64, size: u64) -> Result<()> {
        if self.offset != offset {
            return Err(Error::offset_mismatch(offset));
        }
        if self.length > size - offset {
            return Err(Error::more_than_announced(size));
        }
        Ok(())
    }

    async fn copy(
        &self,
        writable: &mut WritableUpload,
        entry: &UploadEntry,
        session: &Session,
        mut reader: impl AsyncRead + Unpin,
    ) -> Result<()> {
        let end = self.offset + self.length;
        let mut take_over = pin!(entry.take_over_requested());
        let service = entry.service();
        let policy = &service.policy;
        let lifetime = if writable.is_reserved {
            policy.upload_lifetime
        } else {
            policy.first_byte_reservation()
        };
        let mut heartbeat = Heartbeat::new(lifetime, service.now());
        let mut is_first = !writable.is_reserved;
        while writable.file.received() < end {
            let missing = end - writable.file.received();
            let read = select! {
                biased;
                () = &mut take_over => return Err(Error::taken_over()),
                read = writable.file.read_from(&mut reader, missing) => read?,
            };
            if read == 0 {
                return Err(Error::interrupted());
            }
            if is_first {
                // A header reserves nothing, so that headers without bytes do not keep the space. If the reservation fails,
                // or is dropped, these bytes do not count.
                let whole_only = std::mem::replace(&mut writable.whole_only, true);
                entry.reserve().await?;
                writable.whole_only = whole_only;
                is_first = false;
            }
            entry.reported.send_replace(writable.file.received());
            if heartbeat.is_due(service.now()) {
                entry.renew().await?;
                heartbeat.given(true, service.now());
                writable.is_reserved = true;
            }
            if !writable.whole_only
                && writable.file.received() - writable.acknowledged.offset >= CHECKPOINT_BYTES
            {
                entry.acknowledge(writable, Some(session)).await?;
            }
        }
        Ok(())
    }
}
