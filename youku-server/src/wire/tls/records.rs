//! The records of a server's side of TLS, without the socket that they go through.

use std::io;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::server::UnbufferedServerConnection;
use rustls::unbuffered::{
    ConnectionState, EncodeError, EncryptError, InsufficientSizeError, UnbufferedStatus,
};
use tokio::io::ReadBuf;

use crate::wire::tls::buffer::Buffer;

/// What is asked for at once when a reader wants few bytes.
const LEAST: usize = 4 * 1024;

/// How much is asked for or encrypted at once, in bytes, and the longest that records which belong
/// together may be; a message of a handshake is no longer either.
pub(super) const MOST: usize = 64 * 1024;

/// The protocol by `rustls`, and the bytes on their way through it.
pub(super) struct Records {
    tls: UnbufferedServerConnection,
    /// What came and makes no whole record yet.
    pub(super) incoming: Buffer,
    /// What came for a reader that had no room for it.
    pub(super) plain: Buffer,
    /// What is to be sent.
    pub(super) outgoing: Buffer,
    pub(super) end: Option<End>,
}

/// How the peer's side has ended.
pub(super) enum End {
    /// The peer has said so.
    Said,
    /// The connection was closed without a word, by the peer or by somebody in between.
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

    /// Takes in what has come, as far as it makes whole records: what is for the reader goes to it
    /// and, without room there, to `plain`; what the protocol answers is put behind what is to be
    /// sent.
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
                // Once more, but only for the alert that the peer is to get.
                Some(End::Broken(error)) if !self.tls.wants_write() => {
                    return Err(invalid(error.clone()));
                }
                _ if !goes_on => return Ok(()),
                _ => {}
            }
        }
    }

    /// Puts `bytes`, encrypted, behind what is to be sent; without any, the word that no more will
    /// come.
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

    /// Where the next bytes of the peer belong, for a reader that wants so many: no more unless
    /// those are few.
    ///
    /// # Errors
    ///
    /// The peer has sent as many as any message may have, and they make none.
    pub(super) fn room(&mut self, wanted: usize) -> io::Result<&mut [u8]> {
        let size = wanted.clamp(LEAST, MOST).min(MOST - self.incoming.len());
        match size {
            0 => Err(io::ErrorKind::InvalidData.into()),
            size => Ok(&mut self.incoming.room(size)[..size]),
        }
    }

    /// Gives the memory of empty buffers back.
    pub(super) fn release(&mut self) {
        self.incoming.release();
        self.plain.release();
        self.outgoing.release();
    }
}

/// Gives the reader what it has room for, and keeps the rest.
fn give(payload: &[u8], reader: Option<&mut ReadBuf<'_>>, plain: &mut Buffer) {
    let room = reader.as_ref().map_or(0, |reader| reader.remaining());
    let (now, later) = payload.split_at(room.min(payload.len()));
    if let Some(reader) = reader {
        reader.put_slice(now);
    }
    plain.put(later);
}

/// Lets `write` put something behind what is to be sent, with at first `size` bytes of room and
/// then as many as it says that it needs.
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
