//! The whole path of a movie, in one program: an embedded service, a server on a free port, an
//! administrator who uploads over TCP, a member who downloads, and a check that nothing was lost.
//!
//! ```text
//! cargo run --example tour [-- MOVIE.mp4]
//! ```
//!
//! Without an argument it uses the sample movie in `examples/media`. Everything happens in a temporary
//! folder that is removed at the end.

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use youku_core::{Kind, Registration, Role, Youku};
use youku_server::client::{Saved, Uploaded};
use youku_server::terminal::{download, local_time, upload};
use youku_server::{Client, Language, Options};

const PASSWORD: &str = "follow the white rabbit";

/// What to do after the tour.
const NEXT: &str = "What to do next:
  run the server         cargo run -p youku-server --bin youku-server -- serve
  make an administrator  cargo run -p youku-server --bin youku-server -- admin create
  use it in a terminal   cargo run -p youku-server --bin youku
  embed the service      examples/embed_cli.rs, examples/embed_axum/, examples/custom_payments.rs
  map your own tables    cargo doc --open -p youku-orm";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("media/sample.mp4");
    let movie = std::env::args_os().nth(1).map_or(sample, PathBuf::from);
    let folder = tempfile::tempdir()?;

    println!("1. open a service in {}", folder.path().display());
    let youku = Youku::builder()
        .database(format!(
            "sqlite:{}",
            folder.path().join("youku.db").display()
        ))
        .movies_folder(folder.path().join("movies"))
        .open()
        .await?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    println!("2. start the server on {address}");
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        // If the tour fails, the sender is dropped, and that stops the server too.
        let _ = stopped.await;
    };
    let server = youku_server::run(listener, youku.clone(), Options::default(), shutdown);
    let server = tokio::spawn(server);

    println!(
        "3. create the administrator `morpheus`, who uploads {}",
        movie.display()
    );
    let registration = Registration {
        username: "morpheus".into(),
        password: PASSWORD.into(),
    };
    youku.create_admin(registration).await?;
    let id = administrator(address, &movie).await?;
    let saved = member(address, id, &folder.path().join("downloads")).await?;

    println!(
        "8. compare with the original: {} bytes",
        std::fs::metadata(&saved.path)?.len()
    );
    if std::fs::read(&movie)? != std::fs::read(&saved.path)? {
        return Err("the downloaded movie differs from the original".into());
    }
    println!("   SHA-256 {}", saved.sha256);

    println!("9. shut down");
    let _ = stop.send(());
    server.await?;
    youku.close().await?;
    println!("\n{NEXT}");
    Ok(())
}

/// Uploads the movie over TCP and publishes a notice about it; returns its id.
async fn administrator(address: SocketAddr, movie: &Path) -> Result<u64, Box<dyn Error>> {
    let mut client = Client::connect(address).await?;
    client.login("morpheus", PASSWORD, Role::Admin).await?;
    let start = Instant::now();
    let Uploaded::Listed(id) = upload(&mut client, movie, Kind::Charged, Language::English).await?
    else {
        return Err("the movie is there already".into());
    };
    println!("   uploaded as movie {id} in {:.0?}", start.elapsed());
    client
        .publish_notice("new movie", "Free your mind.")
        .await?;
    Ok(id)
}

/// Registers, becomes a member, and downloads the movie.
async fn member(address: SocketAddr, id: u64, folder: &Path) -> Result<Saved, Box<dyn Error>> {
    println!("4. register `neo`, log in, and buy membership, which ends the wait before downloads");
    let mut client = Client::connect(address).await?;
    client.register("neo", PASSWORD, Role::User).await?;
    client.login("neo", PASSWORD, Role::User).await?;
    client.renew_membership(0).await?;

    println!("5. read the notices and list the movies");
    for notice in client.notices().await? {
        let time = local_time(notice.published_at);
        println!("   {time}  {}: {}", notice.title, notice.content);
    }
    for movie in client.movies(None).await? {
        println!("   {}  {} ({:?})", movie.id, movie.name, movie.kind);
    }

    // Nothing is charged that the caller has not named.
    let price = client.movie(id).await?.price_fen;
    println!("6. download movie {id} for {price} fen");
    let start = Instant::now();
    let saved = download(&mut client, id, folder, price, Language::English).await?;
    println!(
        "   saved in {:.0?}; the digest is the one that the server announced",
        start.elapsed()
    );

    println!("7. read the history");
    for record in client.history().await? {
        println!("   {}  {}", local_time(record.downloaded_at), record.movie);
    }
    Ok(saved)
}
