//! What one wait allows: one download, and for a while the rest of that download.

use std::time::Duration;

use serde_json::{Value, json};
use youku_core::{Kind, Policy};

use super::Two;
use crate::support::{Server, policy, soon};

const WAIT: Duration = Duration::from_secs(30);

const NAME: &str = "a.mp4";

/// A download that is refused while the user has to wait.
fn at_once(id: u64, offset: usize) -> Value {
    json!({"type": "download_movie", "movie_id": id, "offset": offset, "wait": false})
}

/// A server where the rest of a download needs no wait for `resume_window`, with one movie and one user.
async fn start(resume_window: Duration) -> (Server, u64, Two) {
    let server = Server::with_policy(Policy {
        resume_window,
        ..policy()
    })
    .await;
    let id = server.add_movies(Kind::Free, &[NAME]).await[0];
    let neo = Two::user(&server, "neo").await;
    (server, id, neo)
}

impl Two {
    /// Downloads from `offset` without a wait.
    async fn gets(&mut self, id: u64, offset: usize) {
        let reply = self.done(at_once(id, offset)).await;
        assert_eq!(reply["wait_time"], 0);
        let bytes = &NAME.as_bytes()[offset..];
        assert_eq!(self.raw.receive_bytes(bytes.len()).await, bytes);
    }

    async fn has_to_wait(&mut self, id: u64, offset: usize, seconds: u64) {
        let reply = self.refused(at_once(id, offset), "wait_required").await;
        assert_eq!(reply["retry_after"], seconds);
    }
}

#[tokio::test]
async fn every_further_download_has_a_wait_of_its_own() {
    let (server, id, mut neo) = start(WAIT).await;
    for _ in 0..3 {
        neo.has_to_wait(id, 0, 30).await;
        server.clock.advance(WAIT - Duration::from_secs(1));
        neo.has_to_wait(id, 0, 1).await;
        server.clock.advance(Duration::from_secs(1));
        neo.gets(id, 0).await;
    }
}

#[tokio::test]
async fn the_rest_of_a_download_needs_no_wait_however_often_it_breaks() {
    let window = Duration::from_secs(600);
    let (server, id, mut neo) = start(window).await;
    neo.has_to_wait(id, 0, 30).await;
    server.clock.advance(WAIT);
    neo.gets(id, 0).await;
    for offset in [1, 3, 4] {
        neo.gets(id, offset).await;
    }
    // Until the end of the window, which began with the first bytes.
    server.clock.advance(window);
    neo.gets(id, 2).await;
    server.clock.advance(Duration::from_secs(1));
    neo.has_to_wait(id, 2, 30).await;
}

/// Three connections wait for one movie at once: they are one viewing, with one wait.
#[tokio::test]
async fn three_downloads_in_one_wait_are_one_viewing() {
    let (server, id, mut neo) = start(WAIT).await;
    let mut waiting = Vec::new();
    let mut named = Vec::new();
    for _ in 0..3 {
        let mut two = Two::connect(&server).await;
        two.session = neo.session.clone();
        let request = json!({"type": "download_movie", "movie_id": id});
        let reply = two.done(request).await;
        assert_eq!(reply["wait_time"], 30);
        named.push(reply["watch_id"].clone());
        waiting.push(two);
    }
    assert!(named[0].is_string() && named.iter().all(|id| *id == named[0]));
    soon(server.clock.sleepers(3)).await;
    server.clock.advance(WAIT);
    for mut two in waiting {
        two.raw.receive_bytes(NAME.len()).await;
    }
    let history = neo.done(json!({"type": "check_record"})).await;
    assert_eq!(history["record_list"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_viewing_is_continued_by_its_id_from_byte_0_too() {
    let (server, id, mut neo) = start(Duration::from_secs(600)).await;
    neo.has_to_wait(id, 0, 30).await;
    server.clock.advance(WAIT);
    let reply = neo.done(at_once(id, 0)).await;
    neo.raw.receive_bytes(NAME.len()).await;
    for offset in [0, 3, 0] {
        let mut request = at_once(id, offset);
        request["watch_id"] = reply["watch_id"].clone();
        let again = neo.done(request).await;
        assert_eq!(again["watch_id"], reply["watch_id"]);
        neo.raw.receive_bytes(NAME.len() - offset).await;
    }
    let history = neo.done(json!({"type": "check_record"})).await;
    assert_eq!(history["record_list"].as_array().unwrap().len(), 1);
    // Without it, byte 0 begins another viewing.
    neo.has_to_wait(id, 0, 30).await;
}
