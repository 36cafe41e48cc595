//! Which clients are let in, and how often.

use serde_json::json;
use youku_server::{Connection, SharedSecret};

use crate::support::{
    PASSWORD, PATIENCE, Server, ask, connect, is_served, limited, open, program, serve,
};

#[tokio::test]
async fn the_secret_is_read_from_a_file_or_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    std::fs::write(&file, "Tell nobody!\n").unwrap();
    let mut from_file = program("serve", folder.path());
    from_file
        .args(["--listen", "127.0.0.1:0/md5", "--secret-file"])
        .arg(&file);
    let mut from_environment = program("serve", folder.path());
    from_environment
        .env("YOUKU_LISTEN", "127.0.0.1:0/md5,127.0.0.1:0")
        .env("YOUKU_SECRET", "Tell nobody!");
    for (mut command, others) in [(from_file, 0), (from_environment, 1)] {
        let server = Server::start(&mut command);
        let address = server.says("listening on ");
        for secret in ["Tell nobody!", "a guess"] {
            let mut stream = connect(&address).await;
            SharedSecret::md5(secret).answer(&mut stream).await.unwrap();
            let mut open = Connection::new(stream, PATIENCE);
            assert_eq!(is_served(&mut open).await, secret == "Tell nobody!");
        }
        for _ in 0..others {
            let open_to_all = server.says("listening on ");
            assert!(is_served(&mut open(&open_to_all).await).await);
        }
    }
}

#[tokio::test]
async fn log_ins_and_registrations_per_address_are_limited() {
    let folder = tempfile::tempdir().unwrap();
    let rates = ["--login-rate", "1", "--registration-rate", "1"];
    let server = serve(folder.path(), &rates);
    let mut connection = open(&server.address()).await;
    for operation in ["register", "login"] {
        let request = json!({
            "type": operation, "username": "neo", "password": PASSWORD, "user_type": "user",
        });
        let first = ask(&mut connection, request.clone()).await.unwrap();
        assert_eq!(first["code"], "ok", "{first}");
        let second = ask(&mut connection, request).await.unwrap();
        assert_eq!(second["code"], "rate_limited", "{second}");
        let wait = second["retry_after"].as_u64().unwrap();
        assert!((1..=60).contains(&wait), "{second}");
    }
}

#[tokio::test]
async fn a_rate_of_zero_is_no_limit() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &["--registration-rate", "0"]);
    let mut connection = open(&server.address()).await;
    // One more than the rate without the option; too short a password costs no hash.
    for _ in 0..=60 {
        let request = json!({
            "type": "register", "username": "neo", "password": "short", "user_type": "user",
        });
        let reply = ask(&mut connection, request).await.unwrap();
        assert_eq!(reply["code"], "bad_request", "{reply}");
    }
}

#[tokio::test]
async fn connections_per_address_are_limited() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &["--max-connections-per-address", "2"]);
    let address = server.address();
    // A connection that is served was admitted.
    let [mut first, mut second] = [open(&address).await, open(&address).await];
    for connection in [&mut first, &mut second] {
        assert!(is_served(connection).await);
    }
    assert!(is_served(&mut open(&address).await).await);
    // Which of the two makes room depends on whether the server has gone back to waiting for their next
    // request; the choice among silent connections has tests of its own.
    let served = [is_served(&mut first).await, is_served(&mut second).await];
    assert_ne!(served[0], served[1], "one of the two makes room");
}

#[tokio::test]
async fn a_name_is_locked_after_the_configured_number_of_failures() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(
        folder.path(),
        &["--login-attempts", "1", "--login-lockout", "77"],
    );
    let mut connection = open(&server.address()).await;
    let mut codes = Vec::new();
    for _ in 0..2 {
        let request = json!({
            "type": "login", "username": "neo", "password": PASSWORD, "user_type": "user",
        });
        let reply = ask(&mut connection, request).await.unwrap();
        assert!(reply["retry_after"].as_u64().unwrap_or(77) <= 77, "{reply}");
        codes.push(reply["code"].as_str().unwrap().to_owned());
    }
    assert_eq!(codes, ["unauthenticated", "locked"]);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_soft_limit_of_open_files_is_raised() {
    let folder = tempfile::tempdir().unwrap();
    let server = limited("ulimit -Sn", folder.path(), "");
    let address = server.address();
    let mut connections = Vec::new();
    for _ in 0..100 {
        let mut connection = open(&address).await;
        assert!(is_served(&mut connection).await);
        connections.push(connection);
    }
}

#[tokio::test]
async fn running_out_of_descriptors_does_not_end_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = limited("ulimit -n", folder.path(), "");
    let address = server.address();
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(open(&address).await);
    }
    drop(crowd);
    assert!(is_served(&mut open(&address).await).await);
    server.signal("-TERM");
    assert!(server.ended().success());
}

/// In KiB, as the kernel counts the memory of a process: what it has reserved at most.
#[cfg(target_os = "linux")]
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmPeak:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Neither the memory for them nor the right to use so much is taken.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn announced_lengths_reserve_no_memory() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &["--log", "off"]);
    let address = server.address();
    assert!(is_served(&mut open(&address).await).await);
    let before = peak(server.id());
    for length in [-1_i32, i32::MAX, -1, i32::MAX] {
        let mut liars = Vec::new();
        for _ in 0..250 {
            let mut liar = open(&address).await;
            liar.write_body(&length.to_le_bytes()).await.unwrap();
            liars.push(liar);
        }
        for mut liar in liars {
            let reply = liar.read_frame(1 << 20, PATIENCE).await.unwrap().unwrap();
            let reply: serde_json::Value = serde_json::from_slice(&reply).unwrap();
            assert_eq!(reply["code"], "frame_too_large");
        }
    }
    let more = peak(server.id()) - before;
    assert!(more < 1 << 20, "{more} KiB");
    assert!(is_served(&mut open(&address).await).await);
}

#[tokio::test]
async fn a_line_of_the_log_names_its_request() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program("serve --listen 127.0.0.1:0", folder.path());
    let server = Server::start(command.env("YOUKU_LOG_FORMAT", "json"));
    let mut connection = open(&server.address()).await;
    let register = json!({
        "type": "register", "username": "neo", "password": PASSWORD, "user_type": "user",
    });
    let reply = ask(&mut connection, register).await.unwrap();
    let line = server.logs("user registered");
    assert_eq!(line["span"]["name"], "request", "{line}");
    assert_eq!(line["span"]["id"], reply["request_id"], "{line}");
    assert_eq!(reply["request_id"].as_str().map(str::len), Some(16));
}
