//! Transfers whose connection breaks, or that the user interrupts.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use youku_core::Kind;

use crate::relay::{Fault, Relay};
use crate::screen::CTRL_C;
use crate::world::{PASSWORD, World};

const SIZE: u64 = 2_000_000;

/// How much the relay may carry when nothing is sent twice: the movie, and the messages about it.
const ONCE: u64 = SIZE + 100_000;

fn bytes() -> Vec<u8> {
    (0..SIZE).map(|number| (number % 251) as u8).collect()
}

impl World {
    fn log_in_at(&self, server: &str, username: &str) {
        let login = ["login", username, "--password-stdin", "--server", server];
        let output = self.run(&login, &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{output:?}");
    }

    /// The files of unfinished downloads.
    fn parts(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.downloads()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "part"))
            .collect()
    }
}

#[test]
fn an_interrupted_download_resumes_automatically() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Free, &bytes());
    let relay = Relay::new(&world, Fault::HangUp(600_000));
    world.log_in_at(&relay.address, "neo");
    let output = world.run(&["download", "1", "--server", &relay.address], "");
    assert!(output.status.success(), "{output:?}");
    let saved = fs::read(world.downloads().join("a.mp4")).unwrap();
    assert!(saved == bytes(), "the bytes differ");
    assert!(relay.has_failed());
    assert!(relay.bytes() < ONCE, "{}", relay.bytes());
    assert!(world.parts().is_empty());
}

/// The request that resumes the download costs nothing, and the price of the first one is reported.
#[test]
fn a_resumed_download_is_charged_and_reported_once() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Charged, &bytes());
    let relay = Relay::new(&world, Fault::HangUp(600_000));
    world.log_in_at(&relay.address, "neo");
    let relayed = ["--json", "--server", &relay.address];
    let download = [&["download", "1", "--max-price", "10"], &relayed[..]].concat();
    let output = world.run(&download, "");
    assert!(output.status.success(), "{output:?}");
    assert!(relay.has_failed());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["downloads"][0]["price_fen"], 1000);
    let purchases = ["purchases", "--json", "--server", &relay.address];
    let output = world.run(&purchases, "");
    let bought: Value = serde_json::from_slice(&output.stdout).unwrap();
    let bought = bought["purchases"].as_array().unwrap();
    assert_eq!((bought.len(), &bought[0]["price_fen"]), (1, &1000.into()));
}

#[test]
fn an_interrupted_upload_resumes_automatically() {
    let world = World::new(0);
    let file = world.folder.path().join("a.mp4");
    fs::write(&file, bytes()).unwrap();
    let relay = Relay::new(&world, Fault::HangUp(600_000));
    world.log_in_at(&relay.address, "admin");
    let upload = [
        "upload",
        file.to_str().unwrap(),
        "--json",
        "--server",
        &relay.address,
    ];
    let output = world.run(&upload, "");
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["uploads"][0]["result"], "uploaded");
    assert!(relay.has_failed());
}

#[test]
fn an_interrupted_download_resumes_with_the_next_command() {
    let world = World::new(0);
    world.register("neo");
    world.add_movie("a.mp4", Kind::Free, &bytes());
    let relay = Relay::new(&world, Fault::Stall(600_000));
    world.log_in_at(&relay.address, "neo");
    let download = ["download", "1", "--lang", "en"];
    let mut terminal = world.terminal_to(&relay.address, &download, 80);
    while terminal.number_before("%") < 10 {}
    terminal.press(CTRL_C);
    terminal.until("interrupted; run the same command again to resume");
    assert_eq!(terminal.ends().code(), Some(10));
    let part = &world.parts()[0];
    assert!(fs::metadata(part).unwrap().len() > 0);

    let output = world.run(&["download", "1", "--server", &relay.address], "");
    assert!(output.status.success(), "{output:?}");
    let saved = fs::read(world.downloads().join("a.mp4")).unwrap();
    assert!(saved == bytes(), "the bytes differ");
    assert!(relay.bytes() < ONCE, "{}", relay.bytes());
    assert!(world.parts().is_empty());
}
