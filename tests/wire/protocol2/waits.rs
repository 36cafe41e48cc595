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

/// Three connections wait for one movie at once: each wait allows one of them to start.
#[tokio::test]
async fn of_three_downloads_in_one_wait_each_takes_a_wait() {
    let (server, id, neo) = start(WAIT).await;
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let mut two = Two::connect(&server).await;
        two.session = neo.session.clone();
        let request = json!({"type": "download_movie", "movie_id": id});
        let reply = two.done(request).await;
        assert_eq!(reply["wait_time"], 30);
        waiting.push(Box::pin(async move {
            two.raw.receive_bytes(NAME.len()).await;
        }));
    }
    while !waiting.is_empty() {
        soon(server.clock.sleepers(waiting.len())).await;
        server.clock.advance(WAIT - Duration::from_secs(1));
        soon(server.clock.sleepers(waiting.len())).await;
        server.clock.advance(Duration::from_secs(1));
        let (_, _, others) = soon(futures_util::future::select_all(waiting)).await;
        waiting = others;
    }
}
