//! A service that takes nothing but films, and tells what happens. Each upload is probed with `ffprobe` before it is listed, if
//! that program is there; otherwise its first bytes have to do.
//!
//! ```text
//! cargo run --example hooks                    # a small film of this folder, and a text that calls itself a film
//! cargo run --example hooks -- some/film.mp4
//! ```
//!
//! Everything is in memory. The parts to learn from are [`Films`], which says no, and the subscriber in `main`: what it must not
//! miss is delivered until it returns `Ok`.

use std::error::Error;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use youku_core::{
    Admin, Begin, Checking, Code, CompleteUpload, Credentials, Kind, MovieId, NewMovie,
    Registration, UploadCheck, Verdict, Youku,
};

/// Takes films only.
#[derive(Debug)]
struct Films;

impl UploadCheck for Films {
    fn check<'a>(&'a self, upload: &'a CompleteUpload) -> Checking<'a> {
        Box::pin(async move {
            match probe(&upload.path).await {
                Probe::Lasts(seconds) => {
                    println!("{}: {seconds} seconds", upload.name);
                    Verdict::Accept
                }
                Probe::NotAFilm => Verdict::Refuse("`ffprobe` does not know it".to_owned()),
                Probe::NotThere if upload.media_type.starts_with("video/") => Verdict::Accept,
                Probe::NotThere => Verdict::Refuse(format!("it is {}", upload.media_type)),
                // The upload can be finished again.
                Probe::Failed(error) => {
                    eprintln!("cannot probe: {error}");
                    Verdict::Undecided
                }
            }
        })
    }
}

enum Probe {
    /// So long, as text.
    Lasts(String),
    NotAFilm,
    /// The program is not installed.
    NotThere,
    Failed(std::io::Error),
}

/// Ends the program when the check is over: its future is dropped after `Policy::upload_check_timeout`.
struct Probing(Child);

impl Drop for Probing {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How often to look whether the program has ended.
const LOOK: Duration = Duration::from_millis(20);

/// The program gets a path that the service has chosen, never a name that a client sent.
async fn probe(path: &Path) -> Probe {
    let mut ffprobe = Command::new("ffprobe");
    ffprobe
        .args(["-v", "error", "-show_entries", "format=duration"])
        .args(["-of", "default=noprint_wrappers=1:nokey=1"])
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut probing = match ffprobe.spawn() {
        Ok(child) => Probing(child),
        Err(error) if error.kind() == ErrorKind::NotFound => return Probe::NotThere,
        Err(error) => return Probe::Failed(error),
    };
    loop {
        match probing.0.try_wait() {
            Ok(None) => tokio::time::sleep(LOOK).await,
            Ok(Some(status)) if status.success() => break,
            Ok(Some(_)) => return Probe::NotAFilm,
            Err(error) => return Probe::Failed(error),
        }
    }
    // A few bytes, which the pipe holds since the program has ended.
    let mut seconds = String::new();
    let read = probing
        .0
        .stdout
        .take()
        .map(|mut output| output.read_to_string(&mut seconds));
    match read {
        Some(Err(error)) => Probe::Failed(error),
        _ => Probe::Lasts(seconds.trim().to_owned()),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let film = concat!(env!("CARGO_MANIFEST_DIR"), "/media/sample.mp4").to_owned();
    let film = std::env::args().nth(1).unwrap_or(film);
    let youku = Youku::builder()
        .database("sqlite::memory:")
        .movies("memory:///")
        .upload_check(Films)
        .open()
        .await?;
    let admin = administrator(&youku).await?;
    if let Probe::NotThere = probe(Path::new("no film")).await {
        println!("`ffprobe` is not installed: the first bytes of a film decide");
    }
    youku.subscribe("this program").await?;

    let name = Path::new(&film).file_name().unwrap_or_default();
    let bytes = tokio::fs::read(&film).await?;
    let movie = upload(&admin, &name.to_string_lossy(), &bytes).await?;
    let details = admin.session().movie_details(movie).await?;
    println!("movie {movie} is {}", details.media_type);

    match upload(&admin, "film.mp4", b"#!/bin/sh\necho not a film\n").await {
        Err(error) if error.code() == Code::UploadRefused => println!("film.mp4: {error}"),
        other => return Err(format!("it is not a film: {other:?}").into()),
    }

    // A server would run `deliver` in a task of its own.
    let tell = |event: youku_core::Event| async move {
        println!(
            "{} {:?}",
            event.kind.as_str(),
            event.movie.map(MovieId::get)
        );
        Ok::<(), std::io::Error>(())
    };
    youku.deliver_waiting("this program", tell).await?;
    youku.close().await?;
    Ok(())
}

async fn administrator(youku: &Youku) -> youku_core::Result<Admin> {
    let registration = Registration {
        username: "root".to_owned(),
        password: "follow the white rabbit".to_owned(),
    };
    youku.create_admin(registration.clone()).await?;
    let credentials = Credentials {
        username: registration.username,
        password: registration.password,
        role: None,
        peer: "[::1]:1999".to_owned(),
    };
    youku.login(credentials).await?.admin().await
}

async fn upload(admin: &Admin, name: &str, bytes: &[u8]) -> youku_core::Result<MovieId> {
    let movie = NewMovie {
        name: name.to_owned(),
        size: bytes.len() as u64,
        kind: Kind::Free,
        sha256: None,
        hint: None,
    };
    match admin.upload(movie).await? {
        Begin::Exists(movie) => Ok(movie),
        Begin::Open(mut upload) => {
            upload.copy_from(bytes).await?;
            Ok(upload.finish().await?.movie.id)
        }
    }
}
