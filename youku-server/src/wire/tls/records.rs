//! The records of the server's side of TLS, without the socket.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncryptError, InsufficientSizeError, UnbufferedStatus,
};
use tokio::io::ReadBuf;

use crate::wire::tls::buffer::Buffer;

/// How many bytes to read at once, at least, even if the reader wants fewer.
const LEAST: usize = 4 * 1024;

/// The most bytes to read or encrypt at once, and the greatest length of records that belong
/// together. A handshake message is not longer either.
pub(super) const MOST: usize = 64 * 1024;

/// The protocol by `rustls`, and the bytes that pass through it.
pub(super) struct Records {
    tls: UnbufferedServerConnection,
    /// Received bytes that are not yet a complete record.
    pub(super) incoming: Buffer,
    /// Decrypted bytes that the reader had no room for.
    pub(super) plain: Buffer,
    /// Encrypted bytes to send.
    pub(super) outgoing: Buffer,
    pub(super) end: Option<End>,
}

/// How the peer's side has ended.
pub(super) enum End {
    /// The peer has announced it.
    Said,
    /// The connection was closed without an announcement, by the peer or by an attacker in between.
    CutOff,
    /// The peer has broken the protocol.
    Broken(rustls::Error),
}

impl Records {
    pub(super) fn new(config: Arc<ServerConfig>) -> io::Result<Self> {
        Ok(Self {
            tls: UnbufferedServerConnection::new(config).map_err(io::Error::other)?,
            incoming: Buffer::default(),
            plain: Buffer::default(),
            outgoing: Buffer::default(),
            end: None,
        })
    }

    pub(super) fn is_handshaking(&self) -> bool {
        self.tls.is_handshaking()
    }

    /// Processes the complete records among the received bytes. Decrypted bytes go to the reader, and
    /// to `plain` if the reader has no room. Answers of the protocol are appended to `outgoing`.
    ///
    /// # Errors
    ///
    /// The peer has broken the protocol, now or before.
    pub(super) fn advance(&mut self, mut reader: Option<&mut ReadBuf<'_>>) -> io::Result<()> {
        if let Some(End::Broken(error)) = &self.end {
            return Err(invalid(error.clone()));
        }
        loop {
            let status = self.tls.process_tls_records(self.incoming.filled());
            let UnbufferedStatus { mut discard, state } = status;
            let mut goes_on = true;
            match state {
                Ok(ConnectionState::ReadTraffic(mut records)) => {
                    while let Some(record) = records.next_record() {
                        let record = record.map_err(invalid)?;
                        discard += record.discard;
                        give(record.payload, reader.as_deref_mut(), &mut self.plain);
                    }
                }
                Ok(ConnectionState::EncodeTlsData(mut data)) => {
                    write_to(&mut self.outgoing, 0, |room| {
                        data.encode(room).map_err(|error| match error {
                            EncodeError::InsufficientSize(size) => Some(size),
                            EncodeError::AlreadyEncoded => None,
                        })
                    })?;
                }
                Ok(ConnectionState::TransmitTlsData(data)) => data.done(),
                Ok(ConnectionState::PeerClosed) => self.end = Some(End::Said),
                Ok(_) => goes_on = false,
                Err(error) => self.end = Some(End::Broken(error)),
            }
            self.incoming.take(discard);
            match &self.end {
                // Continues once more, but only to write the alert for the peer.
                Some(End::Broken(error)) if !self.tls.wants_write() => {
                    return Err(invalid(error.clone()));
                }
                _ if !goes_on => return Ok(()),
                _ => {}
            }
        }
    }

    /// Encrypts `bytes` and appends them to `outgoing`; with `None`, announces that no more bytes
    /// follow.
    ///
    /// # Errors
    ///
    /// The peer has broken the protocol, or both sides have ended.
    pub(super) fn encrypt(&mut self, bytes: Option<&[u8]>) -> io::Result<()> {
        self.advance(None)?;
        let status = self.tls.process_tls_records(self.incoming.filled());
        let Ok(ConnectionState::WriteTraffic(mut traffic)) = status.state else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let size = bytes.map_or(0, <[u8]>::len);
        write_to(&mut self.outgoing, size, |room| {
            let written = match bytes {
                Some(bytes) => traffic.encrypt(bytes, room),
                None => traffic.queue_close_notify(room),
            };
            written.map_err(|error| match error {
                EncryptError::InsufficientSize(size) => Some(size),
                EncryptError::EncryptExhausted => None,
            })
        })
    }

    /// Room for the next bytes of the peer, for a reader that wants `wanted` bytes: that many, but
    /// at least [`LEAST`], and no more than [`MOST`] together with the bytes that are waiting.
    ///
    /// # Errors
    ///
    /// The peer has sent as many bytes as any message may have, and they are not a complete one.
    pub(super) fn room(&mut self, wanted: usize) -> io::Result<&mut [u8]> {
        let size = wanted.clamp(LEAST, MOST).min(MOST - self.incoming.len());
        match size {
            0 => Err(io::ErrorKind::InvalidData.into()),
            size => Ok(&mut self.incoming.room(size)[..size]),
        }
    }

    /// Frees the memory of empty buffers.
    pub(super) fn release(&mut self) {
        self.incoming.release();
        self.plain.release();
        self.outgoing.release();
    }
}

/// Gives the reader as many bytes as it has room for, and keeps the rest in `plain`.
fn give(payload: &[u8], reader: Option<&mut ReadBuf<'_>>, plain: &mut Buffer) {
    let room = reader.as_ref().map_or(0, |reader| reader.remaining());
    let (now, later) = payload.split_at(room.min(payload.len()));
    if let Some(reader) = reader {
        reader.put_slice(now);
    }
    plain.put(later);
}

/// Lets `write` append bytes to send, first with `size` bytes of room and then, if that is too little,
/// with as many as it says that it needs.
fn write_to(
    outgoing: &mut Buffer,
    mut size: usize,
    mut write: impl FnMut(&mut [u8]) -> Result<usize, Option<InsufficientSizeError>>,
) -> io::Result<()> {
    loop {
        match write(outgoing.room(size)) {
            Ok(written) => {
                outgoing.add(written);
                return Ok(());
            }
            Err(Some(needed)) if needed.required_size > size => size = needed.required_size,
            Err(_) => return Err(io::Error::other("nothing more can be encrypted")),
        }
    }
}

fn invalid(error: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
