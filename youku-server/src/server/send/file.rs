//! Sending a file to a socket with `sendfile(2)`: the bytes go from the page cache to the network
//! without passing through the program.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

use rustix::io::{ReadWriteFlags, preadv2};
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::task;
use tokio::time::timeout;

use youku_core::BodyFile;

use crate::ConnectionError;
use crate::server::send::SendError;

/// How many bytes to look for in the page cache at once.
const PIECE: u64 = 1 << 20;

/// How many bytes one call reads to load them into the page cache.
const LOAD: usize = 256 * 1024;

/// Sends the bytes of `body`. Fails if the client accepts no byte for `idle`, or if its user may no
/// longer have them.
///
/// If bytes are not in the page cache, `sendfile` waits for the disk and would block every connection
/// that shares the thread. So this looks for the bytes in the cache first, and loads missing ones on
/// another thread.
pub(super) async fn send(
    mut body: BodyFile,
    socket: &TcpStream,
    idle: Duration,
) -> Result<(), SendError> {
    let file = Arc::new(body.file.try_clone().map_err(SendError::File)?);
    let range = body.range.clone();
    let mut offset = range.start;
    while offset < range.end {
        let end = range.end.min(offset + PIECE);
        if !is_loaded(&file, end - 1) {
            load(file.clone(), offset..end).await?;
        }
        while offset < end {
            body.check().await?;
            if send_some(&file, &mut offset, end, socket, idle).await? == 0 {
                return Err(SendError::Truncated(range.end - offset));
            }
        }
        // A client on the same machine may read as fast as this sends, so let other tasks run.
        task::yield_now().await;
    }
    Ok(())
}

/// Sends at least one byte and advances `offset`; sends none if the file ends here.
async fn send_some(
    file: &File,
    offset: &mut u64,
    end: u64,
    socket: &TcpStream,
    idle: Duration,
) -> Result<usize, SendError> {
    // At most `PIECE`, which fits any platform.
    let count = usize::try_from(end - *offset).unwrap_or(usize::MAX);
    let sent = socket.async_io(Interest::WRITABLE, || {
        Ok(rustix::fs::sendfile(socket, file, Some(offset), count)?)
    });
    match timeout(idle, sent).await {
        Ok(Ok(sent)) => Ok(sent),
        Ok(Err(error)) if error.raw_os_error() == Some(EIO) => Err(SendError::File(error)),
        Ok(Err(error)) => Err(ConnectionError::from(error).into()),
        Err(_) => Err(ConnectionError::BodyTimeout(idle).into()),
    }
}

/// The error of a failing disk, which a socket never returns.
const EIO: i32 = rustix::io::Errno::IO.raw_os_error();

/// Whether the byte at `offset` is in the page cache. `false` also if the file system cannot tell.
fn is_loaded(file: &File, offset: u64) -> bool {
    let mut byte = [0];
    let read = preadv2(
        file,
        &mut [IoSliceMut::new(&mut byte)],
        offset,
        ReadWriteFlags::NOWAIT,
    );
    read.is_ok()
}

/// Loads bytes into the page cache, up to the end of the file.
async fn load(file: Arc<File>, range: Range<u64>) -> Result<(), SendError> {
    let loaded = task::spawn_blocking(move || {
        let mut buffer = vec![0; LOAD];
        let mut offset = range.start;
        while offset < range.end {
            match file.read_at(&mut buffer, offset)? {
                0 => break,
                read => offset += read as u64,
            }
        }
        io::Result::Ok(())
    });
    loaded
        .await
        .map_err(io::Error::other)
        .flatten()
        .map_err(SendError::File)
}
