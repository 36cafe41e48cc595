//! Uploads and downloads of files, with progress bars.

use std::path::Path;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use youku_core::{Kind, NewMovie};

use crate::client::{Begin, Client, ClientError, Incoming, Result, Saved, Uploaded};
use crate::terminal::text_table::terminal_width;
use crate::terminal::texts::{Texts, fill};
use crate::{Code, Language};

/// How many bytes are read at a time to make a digest.
const PIECE: usize = 256 * 1024;

/// The least width, in columns, of a terminal that has room for a bar and the figures.
const WIDE: usize = 70;

/// How often a bar is drawn at least.
const TICK: Duration = Duration::from_millis(250);

/// How often to retry a transfer whose connection is lost, as long as no retry makes progress. The
/// pause in front of each retry is a second longer than the previous pause.
const TRIES: u32 = 5;

/// Uploads the file at `path` under its own name: computes its SHA-256, asks whether the server
/// accepts the movie, and sends the bytes that the server does not have yet. Reconnects if the
/// connection is lost. Shows a progress bar on the standard error when that is a terminal.
///
/// # Errors
///
/// A [file error](ClientError::as_file_error) when the file cannot be read, and what
/// [`Client::resume_upload`], [`Client::send_upload`] and [`Client::commit_upload`] fail with. An
/// existing movie is not an error.
///
/// # Cancel safety
///
/// Not safe: the movie may be listed. Otherwise the next call resumes where this one stopped.
pub async fn upload(
    client: &mut Client,
    path: &Path,
    kind: Kind,
    language: Language,
) -> Result<Uploaded> {
    let texts = Texts::of(language);
    let failed = |error| ClientError::file(path, error);
    let file = File::open(path).await.map_err(failed)?;
    let size = file.metadata().await.map_err(failed)?.len();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bar = bar(&format!("{} {name}", texts.checking), size, texts);
    let sha256 = digest(bar.wrap_async_read(file)).await.map_err(failed)?;
    bar.finish_and_clear();
    let movie = NewMovie {
        name: name.into_owned(),
        size,
        kind,
        sha256: Some(sha256),
        hint: None,
    };
    let bar = self::bar(&movie.name, size, texts);
    let (mut retries, mut is_whole) = (Retries::default(), false);
    loop {
        let sent = send(client, path, &movie, &bar, &mut is_whole).await;
        let error = match sent {
            // This upload was committed, and the reply to the commit was lost.
            Ok(Uploaded::Exists(id)) if is_whole => return Ok(Uploaded::Listed(id)),
            Ok(uploaded) => return Ok(uploaded),
            Err(error) => error,
        };
        retries.pause(error, bar.position()).await?;
    }
}

/// Sends the bytes that the server does not have yet.
async fn send(
    client: &mut Client,
    path: &Path,
    movie: &NewMovie,
    bar: &ProgressBar,
    is_whole: &mut bool,
) -> Result<Uploaded> {
    let mut upload = match client.resume_upload(movie).await? {
        Begin::Exists(id) => return Ok(Uploaded::Exists(id)),
        Begin::Open(upload) => upload,
    };
    let failed = |error| ClientError::file(path, error);
    for _ in 0..TRIES {
        let mut file = File::open(path).await.map_err(failed)?;
        let start = std::io::SeekFrom::Start(upload.offset);
        file.seek(start).await.map_err(failed)?;
        bar.set_position(upload.offset);
        bar.reset_eta();
        let sent = client.send_upload(&mut upload, bar.wrap_async_read(file));
        match sent.await {
            // The server has saved more bytes from the previous connection since it announced the offset.
            Err(error) if error.code() == Some(Code::OffsetMismatch) => {}
            sent => {
                sent?;
                break;
            }
        }
    }
    *is_whole = true;
    let sha256 = movie.sha256.as_deref().unwrap_or_default();
    match client.commit_upload(&upload, sha256).await {
        Ok(listed) => Ok(Uploaded::Listed(listed.id)),
        Err(error) if error.code() == Some(Code::Exists) => {
            *is_whole = false;
            // Another upload of the same bytes came first; now it can be named.
            match client.open_upload(movie).await? {
                Begin::Exists(id) => Ok(Uploaded::Exists(id)),
                Begin::Open(_) => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

/// Downloads a movie into `folder`: waits as long as the server says, saves the movie and checks its
/// SHA-256. Resumes an earlier download into this folder that was interrupted, and reconnects if the
/// connection is lost. `max_price` is the highest price that the user agrees to, in fen. Shows the wait and a progress bar on the standard error if that is a terminal.
///
/// # Errors
///
/// What [`Client::resume_download`] and [`Incoming::save`] fail with.
///
/// # Cancel safety
///
/// The download may have been charged; the next call resumes where this one stopped.
pub async fn download(
    client: &mut Client,
    movie: u64,
    folder: &Path,
    max_price: u64,
    language: Language,
) -> Result<Saved> {
    let incoming = client.resume_download(movie, folder, max_price).await?;
    save(client, incoming, folder, Texts::of(language)).await
}

/// Saves a download that has begun.
pub(super) async fn save(
    client: &mut Client,
    incoming: Incoming,
    folder: &Path,
    texts: &'static Texts,
) -> Result<Saved> {
    let (movie, price_fen) = (incoming.movie_id(), incoming.price_fen());
    let bar = bar(incoming.name(), incoming.size(), texts);
    let mut retries = Retries::default();
    let mut begun = Ok(incoming);
    loop {
        let saved = match begun {
            Ok(incoming) => save_once(incoming, folder, &bar, texts).await,
            Err(error) => Err(error),
        };
        match saved {
            // Only the first request is charged.
            Ok(saved) => return Ok(Saved { price_fen, ..saved }),
            Err(error) => retries.pause(error, bar.position()).await?,
        }
        // It is paid for.
        begun = client.resume_download(movie, folder, 0).await;
    }
}

async fn save_once(
    mut incoming: Incoming,
    folder: &Path,
    bar: &ProgressBar,
    texts: &Texts,
) -> Result<Saved> {
    let name = bar.message();
    bar.set_position(incoming.offset());
    let end = Instant::now() + incoming.wait();
    let mut second = tokio::time::interval(Duration::from_secs(1));
    let ready = loop {
        tokio::select! {
            ready = incoming.ready() => break ready,
            _ = second.tick() => {
                let left = end.saturating_duration_since(Instant::now()).as_secs_f64().ceil();
                bar.set_message(fill(texts.wait, left));
            }
        }
    };
    bar.set_message(name);
    ready?;
    bar.reset_eta();
    let progress = |received| bar.set_position(received);
    incoming.save(folder, progress).await
}

/// Decides whether to retry a failed transfer.
#[derive(Default)]
struct Retries {
    position: u64,
    without_progress: u32,
}

impl Retries {
    /// Waits before the next try, or returns the error if a retry is not worth it.
    async fn pause(&mut self, error: ClientError, position: u64) -> Result<()> {
        if position > self.position {
            *self = Self {
                position,
                without_progress: 0,
            };
        }
        if !error.is_connection_lost() || self.without_progress == TRIES {
            return Err(error);
        }
        tokio::time::sleep(Duration::from_secs(self.without_progress.into())).await;
        self.without_progress += 1;
        Ok(())
    }
}

/// A bar for `size` bytes; it draws nothing without a terminal.
fn bar(what: &str, size: u64, texts: &Texts) -> ProgressBar {
    let left = fill(texts.remaining, "{eta}");
    let template = if terminal_width().is_none_or(|width| width >= WIDE) {
        let figures = "{percent:>3}% {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec}";
        format!("{{msg:!24}} {{wide_bar}} {figures} {left}")
    } else {
        format!("{{wide_msg}} {{percent:>3}}% {{binary_bytes_per_sec}} {left}")
    };
    let style =
        ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let shown: String = what.chars().filter(|c| !c.is_control()).collect();
    let bar = ProgressBar::new(size).with_style(style).with_message(shown);
    // Also redrawn while a transfer stalls, so that its figures stay true.
    bar.enable_steady_tick(TICK);
    bar
}

/// The SHA-256 of everything that `bytes` gives, in hexadecimal.
async fn digest(mut bytes: impl tokio::io::AsyncRead + Unpin) -> std::io::Result<String> {
    let mut piece = vec![0; PIECE];
    let mut digest = Sha256::new();
    loop {
        match bytes.read(&mut piece).await? {
            0 => return Ok(HEXLOWER.encode(&digest.finalize())),
            read => digest.update(&piece[..read]),
        }
    }
}

#[cfg(test)]
mod tests;
