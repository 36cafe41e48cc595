//! The movie service inside a command-line program: no server, one folder, one command per run.
//!
//! ```text
//! cargo run --example embed_cli -- data create-admin root
//! cargo run --example embed_cli -- data upload root The\ Matrix.mp4
//! cargo run --example embed_cli -- data register neo
//! cargo run --example embed_cli -- data list neo matrix
//! cargo run --example embed_cli -- data download neo 1 matrix.mp4
//! ```
//!
//! The password is the first line of the standard input; an interactive program would hide what the user types. `embed_axum`
//! serves the same folder, even at the same time: both programs use one database.

use std::error::Error;
use std::io::{self, BufRead};
use std::path::Path;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use youku_core::{
    Begin, Credentials, Kind, MovieId, NewMovie, Registration, Session, Youku, first,
};

const USAGE: &str = "usage: embed_cli FOLDER COMMAND, and the command is one of
  create-admin NAME
  register NAME
  join NAME
  upload NAME FILE
  list NAME [TEXT]
  download NAME ID FILE
  status";

#[tokio::main]
async fn main() {
    if let Err(error) = run().await {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [folder, command @ ..] = &arguments[..] else {
        return Err(USAGE.into());
    };
    let folder = Path::new(folder);
    let youku = Youku::builder()
        .movies_folder(folder.join("movies"))
        .database(format!("sqlite:{}", folder.join("youku.db").display()))
        .open()
        .await?;
    match command {
        ["create-admin", name] => println!("user {}", youku.create_admin(person(name)?).await?),
        ["register", name] => println!("user {}", youku.register(person(name)?).await?),
        ["join", name] => {
            let membership = log_in(&youku, name).await?.renew_membership(0).await?;
            println!("member until {}", membership.until);
        }
        ["upload", name, file] => upload(&log_in(&youku, name).await?, Path::new(file)).await?,
        ["list", name] => list(&log_in(&youku, name).await?, "").await?,
        ["list", name, text] => list(&log_in(&youku, name).await?, text).await?,
        ["download", name, id, file] => {
            download(&log_in(&youku, name).await?, id.parse()?, Path::new(file)).await?;
        }
        ["status"] => println!("{}\n{:#?}", youku.health().await, youku.statistics().await?),
        _ => return Err(USAGE.into()),
    }
    // A server does this maintenance all the time; here each run does one round.
    youku.maintain_once().await?;
    youku.close().await?;
    Ok(())
}

fn password() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn person(name: &str) -> io::Result<Registration> {
    Ok(Registration {
        username: name.to_owned(),
        password: password()?,
    })
}

/// A session for this run. It replaces the user's previous session, unless the policy allows several.
async fn log_in(youku: &Youku, name: &str) -> Result<Session, Box<dyn Error>> {
    let credentials = Credentials {
        username: name.to_owned(),
        password: password()?,
        role: None,
        peer: "embed_cli".to_owned(),
    };
    Ok(youku.login(credentials).await?)
}

async fn upload(session: &Session, path: &Path) -> Result<(), Box<dyn Error>> {
    let admin = session.admin().await?;
    let file = File::open(path).await?;
    let movie = NewMovie {
        name: path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        size: file.metadata().await?.len(),
        kind: Kind::Free,
        sha256: None,
        hint: None,
    };
    match admin.upload(movie).await? {
        Begin::Exists(movie) => println!("movie {movie} is there already"),
        Begin::Open(mut upload) => {
            upload.copy_from(file).await?;
            println!("movie {}", upload.finish().await?.movie.id);
        }
    }
    Ok(())
}

/// Prints all matching movies, page by page. Each page begins where the one before it ended.
async fn list(session: &Session, text: &str) -> Result<(), Box<dyn Error>> {
    let mut page = first(100);
    loop {
        let movies = session.movies().matching(text).page(page).await?;
        for movie in &movies {
            println!("{}\t{}\t{}", movie.id, movie.size, movie.name);
        }
        match movies.next {
            Some(next) => page = first(100).after(next),
            None => return Ok(()),
        }
    }
}

/// Downloads a movie, and resumes where an earlier run was interrupted.
async fn download(session: &Session, movie: MovieId, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut file = File::options().create(true).append(true).open(path).await?;
    let there = file.metadata().await?.len();
    let download = session.download(movie).from(there).open().await?;
    if !download.wait.is_zero() {
        println!("the download begins in {} s", download.wait.as_secs() + 1);
    }
    let size = download.size;
    let mut body = download.body().await?;
    while let Some(chunk) = body.chunk().await? {
        file.write_all(&chunk).await?;
    }
    file.sync_all().await?;
    println!("{size} bytes");
    Ok(())
}
