//! The menus of the terminal client, driven by lines as over a pipe.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use youku_core::{Kind, Registration};
use youku_server::terminal::{Console, Settings, State, run};
use youku_server::{Client, Language};

use crate::support::{PASSWORD, Server, soon};

/// What the program prints, kept for the test.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Types the lines and returns the whole output.
async fn play(server: &Server, folder: &Path, lines: &[&str]) -> String {
    let state = tempfile::tempdir().unwrap();
    play_on(server, folder, state.path(), lines).await
}

/// The same, with the state kept in the folder `state`.
pub(crate) async fn play_on(
    server: &Server,
    folder: &Path,
    state: &Path,
    lines: &[&str],
) -> String {
    let settings = Settings {
        server: Client::builder(server.address),
        language: Language::English,
        downloads: folder.to_owned(),
        state: State::new(state),
        server_key: server.address.to_string(),
    };
    let screen = Screen::default();
    let input = io::Cursor::new(lines.join("\n").into_bytes());
    let mut console = Console::scripted(input, screen.clone());
    soon(run(&settings, &mut console)).await.unwrap();
    let shown = screen.0.lock().unwrap().clone();
    String::from_utf8(shown).unwrap()
}

#[track_caller]
fn shows(screen: &str, texts: &[&str]) {
    let mut rest = screen;
    for text in texts {
        let at = rest
            .find(text)
            .unwrap_or_else(|| panic!("`{text}` is not shown in:\n{screen}"));
        rest = &rest[at + text.len()..];
    }
}

#[tokio::test]
async fn an_administrator_uploads_deletes_and_publishes() {
    let server = Server::start().await;
    let registration = Registration {
        username: "admin".into(),
        password: PASSWORD.into(),
    };
    server.youku.create_admin(registration).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let movie = folder.path().join("a.mp4");
    std::fs::write(&movie, "all the bytes").unwrap();
    let path = movie.to_str().unwrap();
    let lines = [
        "1", // the administrator's view
        "2",
        "admin",
        PASSWORD, // log in
        "3",
        path,
        "y", // upload
        "3",
        folder.path().to_str().unwrap(),
        "1",
        "n", // the same again, from the folder
        "5",
        "title",
        "content", // publish
        "6",
        "1",
        "b.mp4",
        "n", // another name and price class
        "6",
        "1",
        "",
        "", // nothing at all
        "6",
        "1",
        "c.mp4",
        "", // another name, of the same price class
        "6",
        "1",
        "",
        "maybe",
        "y", // free again, under the same name
        "4",
        "1", // delete
        "4", // nothing is left to delete
        "q",
        "q",
    ];
    let screen = play(&server, folder.path(), &lines).await;
    shows(
        &screen,
        &[
            "Logged in.",
            "Uploaded.",
            "1. a.mp4",
            "already exists",
            "Published.",
            "Changed: b.mp4 [paid]",
            "Changed: c.mp4 [paid]",
            "Invalid choice.",
            "Changed: c.mp4 [free]",
            "1. c.mp4 [free]",
            "Deleted: c.mp4",
            "No movies yet.",
        ],
    );
    assert_eq!(screen.matches("Changed: ").count(), 3, "{screen}");
}

#[tokio::test]
async fn a_user_uses_the_whole_menu() {
    let server = Server::start().await;
    server.add_movies(Kind::Free, &["free.mp4"]).await;
    server.add_movies(Kind::Charged, &["charged.mp4"]).await;
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "2", // the user's view
        "3", // the list needs a log-in
        "8", // the notices do not need one
        "1", "neo", PASSWORD, PASSWORD, // register
        "2", "neo", PASSWORD, // log in
        "3",      // list
        "4", "y", // buy membership
        "5", "1", // download a free movie
        "6", "9", "1", "y", // download a paid movie, after an invalid choice
        "7", // history
        "9", // purchases
        "x", // no such choice
        "q", "q",
    ];
    let screen = play(&server, folder.path(), &lines).await;
    shows(
        &screen,
        &[
            "log in first",
            "No notices yet.",
            "Registered.",
            "Logged in.",
            "1. free.mp4 [free]",
            "2. charged.mp4 [paid]",
            "Membership renewed.",
            "Saved: ",
            "Invalid choice.",
            "Charged: 5.00 yuan",
            "Saved: ",
            "charged.mp4",
            "free.mp4",
            "charged.mp4",
            "5.00",
            "Invalid choice.",
        ],
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("free.mp4")).unwrap(),
        "free.mp4"
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("charged.mp4")).unwrap(),
        "charged.mp4"
    );
}

#[tokio::test]
async fn a_failed_download_still_reports_its_price() {
    let server = Server::start().await;
    server.add_movies(Kind::Charged, &["charged.mp4"]).await;
    let no_folder = tempfile::NamedTempFile::new().unwrap();
    let lines = [
        "2", "1", "neo", PASSWORD, PASSWORD, "2", "neo", PASSWORD, "4", "y", "6", "1", "y", "q",
        "q",
    ];
    let screen = play(&server, no_folder.path(), &lines).await;
    shows(&screen, &["Membership renewed.", "Charged: 5.00 yuan"]);
    assert!(!screen.contains("Saved: "), "{screen}");
}

#[tokio::test]
async fn the_end_of_the_input_ends_the_program() {
    let server = Server::start().await;
    let screen = play(&server, Path::new("."), &["2", "1", "neo"]).await;
    shows(&screen, &["User name: "]);
}

#[tokio::test]
async fn a_stopped_server_does_not_end_the_menu() {
    let mut server = Server::start().await;
    server.stop();
    let address = server.address;
    server.ended().await;
    let mut server = Server::start().await;
    server.address = address;
    let screen = play(&server, Path::new("."), &["2", "3", "8", "q", "q"]).await;
    shows(
        &screen,
        &[
            "The connection is lost",
            "The connection is lost",
            "1. administrator",
        ],
    );
}
