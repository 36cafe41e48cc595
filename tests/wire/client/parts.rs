//! Unfinished downloads whose file changes between two downloads.

use std::path::{Path, PathBuf};

use youku_core::{Kind, Payment};
use youku_server::Client;
use youku_server::client::Incoming;

use crate::client::operations::user;
use crate::client::payments;
use crate::protocol2::sha256;
use crate::support::{Server, soon};

const NAME: &str = "the matrix.mp4";

/// A member, a movie whose bytes are its name, and the file of an unfinished download of that movie.
struct Begun {
    server: Server,
    client: Client,
    movie: u64,
    folder: tempfile::TempDir,
    part: PathBuf,
}

impl Begun {
    async fn with(bytes: &str) -> Self {
        let server = Server::start().await;
        let movie = server.add_movies(Kind::Free, &[NAME]).await[0];
        let mut client = user(&server).await;
        client.renew_membership(0).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let part = format!("{NAME}.{movie}-{}.part", sha256(NAME.as_bytes()));
        let part = folder.path().join(part);
        std::fs::write(&part, bytes).unwrap();
        Self {
            server,
            client,
            movie,
            folder,
            part,
        }
    }

    async fn resume(&mut self) -> Incoming {
        let resumed = self
            .client
            .resume_download(self.movie, self.folder.path(), 0);
        soon(resumed).await.unwrap()
    }

    async fn is_saved(&mut self, offset: u64) {
        let incoming = self.resume().await;
        assert_eq!(incoming.offset(), offset);
        let saved = soon(incoming.save(self.folder.path(), |_| {}))
            .await
            .unwrap();
        assert_eq!(std::fs::read_to_string(&saved.path).unwrap(), NAME);
        assert!(!self.part.exists());
        self.server.connect().await.expect_alive().await;
    }
}

/// The rest of this movie appended to other bytes would be a different movie.
#[tokio::test]
async fn a_part_file_that_changed_during_the_request_is_not_touched() {
    for (before, now) in [
        ("the m", "the mat"),
        ("the m", "the"),
        ("the m", "the m and others"),
    ] {
        let mut begun = Begun::with(before).await;
        let incoming = begun.resume().await;
        assert_eq!(incoming.offset(), 5);
        std::fs::write(&begun.part, now).unwrap();
        let saved = soon(incoming.save(begun.folder.path(), |_| {})).await;
        assert!(saved.unwrap_err().as_file_error().is_some(), "{now}");
        assert_eq!(std::fs::read_to_string(&begun.part).unwrap(), now);
        assert_eq!(files(begun.folder.path()), 1, "{now}");
    }
}

/// A download continues after the bytes that are in the file when it starts.
#[tokio::test]
async fn a_part_that_grew_or_shrank_between_two_downloads_is_resumed_where_it_ends() {
    for now in ["the matr", "th"] {
        let mut begun = Begun::with("the m").await;
        assert_eq!(begun.resume().await.offset(), 5);
        std::fs::write(&begun.part, now).unwrap();
        begun.is_saved(now.len() as u64).await;
        assert_eq!(files(begun.folder.path()), 1);
    }
    // A download with an empty file starts again.
    let mut begun = Begun::with("the m").await;
    std::fs::write(&begun.part, "").unwrap();
    begun.is_saved(0).await;
}

/// The machine may have lost power between the last byte and the rename.
#[tokio::test]
async fn a_part_that_is_whole_gets_its_name() {
    let mut begun = Begun::with(NAME).await;
    begun.is_saved(NAME.len() as u64).await;
}

/// The digest of the whole movie decides.
#[tokio::test]
async fn a_part_file_with_other_bytes_is_removed_and_started_again() {
    let mut begun = Begun::with("the m").await;
    std::fs::write(&begun.part, "the movie").unwrap();
    let incoming = begun.resume().await;
    assert_eq!(incoming.offset(), 9);
    let saved = soon(incoming.save(begun.folder.path(), |_| {})).await;
    assert!(saved.unwrap_err().is_checksum_mismatch());
    assert_eq!(files(begun.folder.path()), 0);
    begun.is_saved(0).await;
}

/// Refused requests for a paid movie charge nothing, so the one that succeeds reports the price.
#[tokio::test]
async fn useless_part_files_cost_nothing() {
    let (server, till, movie) = payments::start(Payment::Accepted).await;
    let mut client = user(&server).await;
    let folder = tempfile::tempdir().unwrap();
    for (digest, bytes) in [
        (sha256(b"a.mp4"), "a.mp4 and more"),
        (sha256(b"others"), "other"),
    ] {
        let part = format!("a.mp4.{movie}-{digest}.part");
        std::fs::write(folder.path().join(part), bytes).unwrap();
    }
    let resumed = client.resume_download(movie, folder.path(), 1000);
    let incoming = soon(resumed).await.unwrap();
    assert_eq!((incoming.offset(), incoming.price_fen()), (0, 1000));
    assert_eq!(till.amounts(), [1000]);
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}
