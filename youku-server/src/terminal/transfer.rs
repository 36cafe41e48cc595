//! Uploads and downloads of files, with progress bars.

use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncReadExt;
use youku_core::{Kind, NewMovie};

use super::table::terminal_width;
use super::words::{Words, fill};
use crate::Language;
use crate::client::{Client, ClientError, Incoming, Result, Saved};

/// How many bytes are read at a time to make a digest.
const PIECE: usize = 256 * 1024;

/// The least width of a terminal on which a bar has room beside the figures, in columns.
const WIDE: usize = 70;

/// How an upload ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    /// The movie is listed, with this id if the server says one.
    Done(Option<u64>),
    /// A movie of the same bytes is listed already; nothing was sent.
    Exists,
}

/// Uploads the file at `path` under its own name: makes its SHA-256, asks whether the movie is
/// wanted, sends it. Shows a progress bar on the standard error when that is a terminal.
///
/// # Errors
///
/// A [file error](ClientError::as_file_error) when the file cannot be read, and what
/// [`Client::upload`] fails with. That the movie exists is none.
///
/// # Cancel safety
///
/// As [`Client::upload`].
pub async fn upload(
    client: &mut Client,
    path: &Path,
    kind: Kind,
    language: Language,
) -> Result<Transfer> {
    let words = Words::of(language);
    let failed = |error| ClientError::file(path, error);
    let file = File::open(path).await.map_err(failed)?;
    let size = file.metadata().await.map_err(failed)?.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bar = bar(&format!("{} {name}", words.checking), size, words);
    let sha256 = digest(bar.wrap_async_read(file)).await.map_err(failed)?;
    bar.finish_and_clear();
    if !client.may_upload(&sha256).await? {
        return Ok(Transfer::Exists);
    }
    let movie = NewMovie {
        name: name.into_owned(),
        size,
        kind,
        sha256: Some(sha256),
        hint: None,
    };
    let bar = self::bar(&movie.name, size, words);
    let file = File::open(path).await.map_err(failed)?;
    let uploaded = client.upload(&movie, bar.wrap_async_read(file)).await;
    bar.finish_and_clear();
    match uploaded {
        Ok(id) => Ok(Transfer::Done(id)),
        Err(error) if error.code() == Some(crate::Code::Exists) => Ok(Transfer::Exists),
        Err(error) => Err(error),
    }
}

/// Downloads a movie into `folder`: waits as long as the server says, saves, checks the SHA-256.
/// Shows the wait and a progress bar on the standard error when that is a terminal.
///
/// # Errors
///
/// What [`Client::download`] and [`Incoming::save`] fail with.
///
/// # Cancel safety
///
/// As [`Incoming::save`].
pub async fn download(
    client: &mut Client,
    movie: u64,
    folder: &Path,
    language: Language,
) -> Result<Saved> {
    let incoming = client.download(movie).await?;
    save(incoming, folder, Words::of(language)).await
}

/// Saves a download that has begun.
pub(super) async fn save(
    mut incoming: Incoming,
    folder: &Path,
    words: &'static Words,
) -> Result<Saved> {
    let bar = bar(incoming.name(), incoming.size(), words);
    let name = bar.message();
    let end = Instant::now() + incoming.wait();
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            ready = incoming.ready() => {
                ready?;
                break;
            }
            _ = second.tick() => {
                let left = end.saturating_duration_since(Instant::now()).as_secs_f64().ceil();
                bar.set_message(fill(words.wait, left));
            }
        }
    }
    bar.set_message(name);
    bar.reset_eta();
    let saved = incoming
        .save(folder, |received| bar.set_position(received))
        .await;
    bar.finish_and_clear();
    saved
}

/// A bar for `size` bytes; it draws nothing where there is no terminal.
fn bar(what: &str, size: u64, words: &Words) -> ProgressBar {
    let left = fill(words.left, "{eta}");
    let template = if terminal_width().is_none_or(|width| width >= WIDE) {
        let figures = "{percent:>3}% {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec}";
        format!("{{msg:!24}} {{wide_bar}} {figures} {left}")
    } else {
        format!("{{wide_msg}} {{percent:>3}}% {{binary_bytes_per_sec}} {left}")
    };
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let shown: String = what.chars().filter(|c| !c.is_control()).collect();
    ProgressBar::new(size).with_style(style).with_message(shown)
}

/// The SHA-256 of everything that `bytes` gives, in hexadecimal.
async fn digest(mut bytes: impl tokio::io::AsyncRead + Unpin) -> std::io::Result<String> {
    let mut piece = vec![0; PIECE];
    let mut digest = Sha256::new();
    loop {
        match bytes.read(&mut piece).await? {
            0 => return Ok(crate::client::hexadecimal(&digest.finalize())),
            read => digest.update(&piece[..read]),
        }
    }
}
