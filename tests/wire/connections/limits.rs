//! Too many connections: first a silent one without a session makes room, then one of the user who has the most.

use serde_json::json;
use youku_server::Limits;

use crate::support::Server;

fn limits(max_connections: usize, max_connections_per_address: usize) -> Limits {
    Limits {
        max_connections,
        max_connections_per_address,
        ..Limits::default()
    }
}

#[tokio::test]
async fn the_longest_silent_connection_makes_room() {
    for limits in [limits(2, 9), limits(9, 2)] {
        let server = Server::with_limits(limits).await;
        let mut silent = server.connect().await;
        silent.expect_alive().await;
        let mut honest = server.user("neo").await;
        server.connect().await.expect_alive().await;
        silent.expect_end().await;
        honest.expect_alive().await;
    }
}

#[tokio::test]
async fn connections_with_a_session_are_not_closed_for_new_ones() {
    let server = Server::with_limits(limits(2, 2)).await;
    let mut first = server.user("neo").await;
    let mut second = server.user("trinity").await;
    server.connect().await.expect_end().await;
    first.expect_alive().await;
    second.expect_alive().await;
}

#[tokio::test]
async fn many_connections_of_one_user_lock_no_other_user_out() {
    for limits in [limits(5, 9), limits(9, 5)] {
        let server = Server::with_limits(limits).await;
        let mut first = server.user("trinity").await;
        server.user("neo").await;
        let mut greedy = server.log_in_by_design("neo", "user").await;
        let list = json!({
            "type": "get_movie_list", "cookies": greedy.cookies, "movie_type": "all",
        });
        let mut more = Vec::new();
        for _ in 0..3 {
            let mut raw = server.connect().await;
            assert_eq!(raw.ask(list.clone()).await["code"], "ok");
            more.push(raw);
        }
        // Places are taken from the connection that has been silent the longest, and that is the first of them; but closing
        // that one would end the session of all.
        let mut newcomer = server.user("morpheus").await;
        more[0].expect_end().await;
        newcomer.expect_alive().await;
        first.expect_alive().await;
        greedy.expect_alive().await;
        assert_eq!(more[2].ask(list).await["code"], "ok");
    }
}

#[tokio::test]
async fn an_honest_client_is_served_among_many_silent_ones() {
    let server = Server::with_limits(limits(1000, 50)).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(server.connect().await);
    }
    let mut raw = server.user("neo").await;
    let reply = raw
        .ask(json!({"type": "get_movie_list", "movie_type": "all"}))
        .await;
    assert_eq!(reply["code"], "ok");
}
