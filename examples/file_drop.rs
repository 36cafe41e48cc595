//! Takes files from many clients at once: a header {`file_name`, `file_size`}, then the bytes.
//!
//! ```text
//! cargo run --example file_drop 127.0.0.1:8001 FOLDER
//! ```
//!
//! The header is a frame: a 32-bit little-endian length and that many bytes of JSON. After it come `file_size` raw bytes. The
//! answer is a frame {`flag`, `msg`}; a client that only sends need not wait for it.
//!
//! A file gets its name only when it is complete and synced to disk. The name is a safe one made from what the client sent, and
//! is inside the folder. If something with that name exists, even a link, it is neither replaced nor followed; the server refuses
//! the file.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tempfile::NamedTempFile;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use youku_server::client::local_file_name;
use youku_server::{Connection, ConnectionError, Frame};

/// The most clients that may send at once.
const CLIENTS: usize = 64;

/// The longest header, in bytes.
const HEADER_BYTES: usize = 4096;

/// How long a header may take.
const HEADER_TIME: Duration = Duration::from_secs(30);

/// How long the client may send no byte.
const STALL: Duration = Duration::from_secs(30);

/// The longest file, in bytes.
const FILE_BYTES: u64 = 8 << 30;

/// How many bytes are read and written at a time.
const PIECE: usize = 256 * 1024;

/// What a client sends before the bytes.
#[derive(Deserialize)]
struct Header {
    file_name: String,
    file_size: u64,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(address), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: file_drop ADDRESS FOLDER, such as 127.0.0.1:8001 received");
        std::process::exit(2);
    };
    let folder: Arc<Path> = PathBuf::from(folder).into();
    std::fs::create_dir_all(&folder)?;
    let listener = youku_examples::listen(&address.to_string_lossy()).await?;
    youku_examples::serve_each(listener, CLIENTS, |stream| {
        receive(stream, Arc::clone(&folder))
    })
    .await;
    Ok(())
}

/// Receives one file and answers.
async fn receive(stream: TcpStream, folder: Arc<Path>) {
    let peer = stream
        .peer_addr()
        .map_or_else(|_| "?".to_owned(), |peer| peer.to_string());
    let mut connection = Connection::new(stream, STALL);
    let taken = take(&mut connection, &folder).await;
    let answer = match &taken {
        Ok(path) => {
            eprintln!("{peer} sent {}", path.display());
            serde_json::json!({"flag": true, "msg": "saved"})
        }
        Err(refusal) => {
            eprintln!("{peer} is refused: {refusal}");
            serde_json::json!({"flag": false, "msg": refusal.to_string()})
        }
    };
    if let Ok(frame) = Frame::encode(&answer) {
        // A client that only sends has closed the connection by now.
        let _ = connection.write_frame(&frame).await;
    }
    connection.linger().await;
}

/// Reads the header and the bytes; returns the path of the file.
async fn take(connection: &mut Connection<TcpStream>, folder: &Path) -> Result<PathBuf, Refusal> {
    let json = connection.read_frame(HEADER_BYTES, HEADER_TIME).await?;
    let json = json.ok_or(ConnectionError::Closed)?;
    let Header {
        file_name,
        file_size,
    } = serde_json::from_slice(&json).map_err(Refusal::Header)?;
    let path = folder.join(local_file_name(&file_name, "file"));
    if file_size > FILE_BYTES {
        return Err(Refusal::TooLarge);
    }
    // This check only allows an early answer; `persist_noclobber` decides.
    if path.symlink_metadata().is_ok() {
        return Err(Refusal::Exists);
    }
    let staged = NamedTempFile::with_suffix_in(".part", folder)?;
    let mut file = File::from_std(staged.reopen()?);
    let mut piece = vec![0; PIECE];
    let mut left = file_size;
    while left > 0 {
        let most = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
        let read = connection.read_body(&mut piece[..most]).await?;
        file.write_all(&piece[..read]).await?;
        left -= read as u64;
    }
    file.sync_all().await?;
    match staged.persist_noclobber(&path) {
        Ok(_) => Ok(path),
        Err(refused) if refused.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Refusal::Exists)
        }
        Err(failed) => Err(failed.error.into()),
    }
}

/// Why a file is refused.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the header is not an object of `file_name` and `file_size`: {0}")]
    Header(serde_json::Error),
    #[error("a file of more than `{FILE_BYTES}` bytes is not taken")]
    TooLarge,
    #[error("a file of that name is there, choose another name")]
    Exists,
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    #[error("the file cannot be written: {0}")]
    Disk(#[from] std::io::Error),
}
