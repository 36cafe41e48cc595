//! SIGTERM in the middle of everything, with hardly a file descriptor left.

use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use youku_server::{Connection, Frame};

use crate::support::{PASSWORD, PATIENCE, ask, limited, open, serve};

/// In the buffers of both ends of a connection.
const MORE_THAN_THE_KERNEL_HOLDS: usize = 48 << 20;

type Raw = Connection<TcpStream>;

/// The reply to a request that must succeed.
async fn done(connection: &mut Raw, request: Value) -> Value {
    let text = request.to_string();
    let reply = ask(connection, request).await.unwrap();
    assert_eq!(reply["flag"], true, "{text}: {reply}");
    reply
}

/// A connection over which `name` has logged in, and the session.
async fn log_in(address: &str, name: &str, user_type: &str, proto: u8) -> (Raw, Value) {
    let mut connection = open(address).await;
    if proto == 2 {
        done(&mut connection, json!({"type": "hello", "proto": 2})).await;
    }
    let login = json!({
        "type": "login", "username": name, "password": PASSWORD, "user_type": user_type,
    });
    let session = done(&mut connection, login).await["session"].clone();
    (connection, session)
}

/// Lists a movie that no socket holds, and returns its id.
async fn add_movie(address: &str) -> Value {
    let (mut owner, session) = log_in(address, "owner", "admin", 1).await;
    let upload = json!({
        "type": "upload_movie", "cookies": session, "movie_name": "a.mp4", "is_free": 0,
        "movie_size": MORE_THAN_THE_KERNEL_HOLDS, "movie_md5": "a",
    });
    let request = Frame::encode(&upload).unwrap();
    owner.write_frame(&request).await.unwrap();
    let bytes = vec![7; MORE_THAN_THE_KERNEL_HOLDS];
    owner.write_body(&bytes).await.unwrap();
    let reply = owner.read_frame(1 << 20, PATIENCE).await.unwrap().unwrap();
    let reply: Value = serde_json::from_slice(&reply).unwrap();
    assert_eq!(reply["flag"], true, "{reply}");
    reply["movie_id"].clone()
}

/// Begins to download, and returns how long the bytes are held back, in seconds.
async fn begin(connection: &mut Raw, session: &Value, movie: &Value) -> u64 {
    let request = json!({"type": "download_movie", "cookies": session, "movie_id": movie});
    let reply = done(connection, request).await;
    reply["wait_time"].as_u64().unwrap()
}

/// How many bytes come until the connection ends.
async fn rest(connection: &mut Raw) -> usize {
    let (mut piece, mut count) = (vec![0; 1 << 16], 0);
    while let Ok(read) = timeout(PATIENCE, connection.read_body(&mut piece))
        .await
        .unwrap()
    {
        count += read;
    }
    count
}

/// Sends a chunk but for its last byte: then the server has read a part of it.
async fn begin_chunk(connection: &mut Raw, session: &Value) -> Value {
    let size = MORE_THAN_THE_KERNEL_HOLDS + 1;
    let opening = json!({
        "type": "upload_open", "session": session, "name": "b.mp4", "size": size, "is_free": true,
    });
    let upload = done(connection, opening).await["upload_id"].clone();
    let chunk = json!({
        "type": "upload_chunk", "session": session, "upload_id": upload, "offset": 0, "len": size,
    });
    let request = Frame::encode(&chunk).unwrap();
    connection.write_frame(&request).await.unwrap();
    connection.write_body(&vec![8; size - 1]).await.unwrap();
    upload
}

#[tokio::test]
async fn sigterm_ends_an_upload_a_download_and_a_wait_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = "--grace 1 --download-wait 3600 --open-admin-registration";
    let server = limited("ulimit -n", folder.path(), arguments);
    let address = server.address();
    for (name, user_type) in [("owner", "admin"), ("member", "user"), ("guest", "user")] {
        let registration = json!({
            "type": "register", "username": name, "password": PASSWORD, "user_type": user_type,
        });
        done(&mut open(&address).await, registration).await;
    }
    let movie = add_movie(&address).await;

    let (mut reader, session) = log_in(&address, "member", "user", 1).await;
    done(
        &mut reader,
        json!({"type": "charge_vip", "cookies": session}),
    )
    .await;
    assert_eq!(begin(&mut reader, &session, &movie).await, 0);
    reader.read_body(&mut [0]).await.unwrap();
    let (mut waiter, session) = log_in(&address, "guest", "user", 1).await;
    assert_eq!(begin(&mut waiter, &session, &movie).await, 3600);
    let (mut sender, session) = log_in(&address, "owner", "admin", 2).await;
    let upload = begin_chunk(&mut sender, &session).await;
    let mut crowd = Vec::new();
    for _ in 0..100 {
        crowd.push(open(&address).await);
    }

    server.signal("-TERM");
    let told = timeout(PATIENCE, sender.read_frame(1 << 20, PATIENCE));
    let told = told.await.unwrap().unwrap().expect("a reply");
    let told: Value = serde_json::from_slice(&told).unwrap();
    assert_eq!(told["code"], "shutting_down");
    assert_eq!(rest(&mut waiter).await, 0, "its bytes were to come later");
    let read = rest(&mut reader).await;
    assert!(
        read < MORE_THAN_THE_KERNEL_HOLDS - 1,
        "the client read none of the bytes"
    );
    let ended = tokio::task::spawn_blocking(|| server.ended());
    assert!(timeout(PATIENCE, ended).await.unwrap().unwrap().success());

    let server = serve(folder.path(), &[]);
    let (mut sender, session) = log_in(&server.address(), "owner", "admin", 2).await;
    let status = json!({"type": "upload_status", "session": session, "upload_id": upload});
    let kept = done(&mut sender, status).await;
    assert!(kept["offset"].as_u64().unwrap() > 0, "{kept}");
}
