//! `embed_cli`: a folder of movies without a server.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use youku_tests::example;

/// The password of every user.
pub(crate) const PASSWORD: &str = "correct horse";

/// Runs one command and returns its output or its error message.
pub(crate) fn run(folder: &Path, command: &[&str]) -> Result<String, String> {
    let mut child = Command::new(example("embed_cli"))
        .arg(folder)
        .args(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads no password may have ended already.
    let _ = writeln!(child.stdin.take().unwrap(), "{PASSWORD}");
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() {
        Ok(text(output.stdout))
    } else {
        Err(text(output.stderr))
    }
}

#[test]
fn a_movie_is_uploaded_and_downloaded() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let run = |command: &[&str]| run(&data, command);
    let movie: Vec<u8> = (0..500_000_u32).map(|number| (number * 7) as u8).collect();
    let (source, target) = (
        folder.path().join("a film.mp4"),
        folder.path().join("b.mp4"),
    );
    fs::write(&source, &movie).unwrap();
    let (source, saved) = (source.to_str().unwrap(), target.to_str().unwrap());

    assert_eq!(run(&["create-admin", "root"]).unwrap(), "user 1\n");
    assert_eq!(run(&["upload", "root", source]).unwrap(), "movie 1\n");
    let again = run(&["upload", "root", source]).unwrap();
    assert_eq!(again, "movie 1\n");
    assert_eq!(run(&["register", "neo"]).unwrap(), "user 2\n");
    assert!(run(&["join", "neo"]).unwrap().starts_with("member until "));
    assert_eq!(run(&["list", "neo"]).unwrap(), "1\t500000\ta film.mp4\n");
    assert_eq!(run(&["list", "neo", "matrix"]).unwrap(), "");
    assert_eq!(
        run(&["download", "neo", "1", saved]).unwrap(),
        "500000 bytes\n"
    );
    assert!(fs::read(&target).unwrap() == movie);
    // The state that an interrupted run leaves.
    fs::write(&target, &movie[..123_456]).unwrap();
    run(&["download", "neo", "1", saved]).unwrap();
    assert!(fs::read(&target).unwrap() == movie);
    let status = run(&["status"]).unwrap();
    assert!(
        status.starts_with("well\n") && status.contains("users: 2"),
        "{status}"
    );
}

#[test]
fn a_refusal_gives_its_reason() {
    let folder = TempDir::new().unwrap();
    let refused = |command: &[&str]| run(folder.path(), command).unwrap_err();
    assert!(refused(&[]).starts_with("usage: "));
    assert!(refused(&["list", "nobody"]).contains("password is wrong"));
    run(folder.path(), &["register", "neo"]).unwrap();
    assert!(refused(&["upload", "neo", "any.mp4"]).contains("administrator"));
    assert!(refused(&["register", "Neo"]).contains("exists"));
}
