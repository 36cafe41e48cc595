//! A server that is killed while it receives a movie, and others that see it.

use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use youku_server::{Connection, Frame};

use crate::support::{PASSWORD, PATIENCE, Server, ask, end, open, program, serve};

/// Creates the administrator `owner`.
fn create_owner(data: &std::path::Path) {
    let mut create = program("admin create --username owner --password-stdin", data);
    let mut child = create.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("{PASSWORD}\n").as_bytes()).unwrap();
    drop(input);
    assert!(child.wait().unwrap().success());
}

async fn log_in(address: &str) -> (Connection<TcpStream>, Value) {
    let mut connection = open(address).await;
    let hello = json!({"type": "hello", "proto": 2});
    ask(&mut connection, hello).await.unwrap();
    let login = json!({"type": "login", "username": "owner", "password": PASSWORD});
    let reply = ask(&mut connection, login).await.unwrap();
    assert_eq!(reply["flag"], true, "{reply}");
    (connection, reply["session"].clone())
}

/// A server that is receiving a movie of an existing client, whose first half has arrived.
async fn receiving(data: &std::path::Path) -> (Server, Connection<TcpStream>) {
    let server = serve(data, &[]);
    let address = server.address();
    let mut sender = open(&address).await;
    let login = json!({
        "type": "login", "username": "owner", "password": PASSWORD, "user_type": "admin",
    });
    let reply = ask(&mut sender, login).await.unwrap();
    let upload = json!({
        "type": "upload_movie", "cookies": reply["session"], "movie_name": "a.mp4", "is_free": 0,
        "movie_size": 2 << 20, "movie_md5": "a",
    });
    let request = Frame::encode(&upload).unwrap();
    sender.write_frame(&request).await.unwrap();
    sender.write_body(&vec![7; 1 << 20]).await.unwrap();
    // A log-in of the same user on another connection would end the session of this one.
    let received = async {
        while staged(data) == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, received).await.expect("bytes arrive");
    (server, sender)
}

/// How many files are staged.
fn staged(data: &std::path::Path) -> usize {
    let folder = data.join("data/movies/.staging");
    std::fs::read_dir(folder).unwrap().count()
}

/// Whether each upload of the user can be resumed.
async fn uploads(connection: &mut Connection<TcpStream>, session: &Value) -> Value {
    let request = json!({"type": "uploads", "session": session});
    let reply = ask(connection, request).await.unwrap();
    let uploads = reply["upload_list"].as_array().unwrap();
    uploads
        .iter()
        .map(|upload| upload["is_resumable"].clone())
        .collect()
}

/// On other systems than Linux it is freed after a while without a sign of life.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_upload_of_a_killed_server_is_freed_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    create_owner(folder.path());
    let (server, _sender) = receiving(folder.path()).await;
    server.signal("-KILL");
    server.ended();
    let next = serve(folder.path(), &["--maintenance-interval", "1"]);
    let (mut owner, session) = log_in(&next.address()).await;
    let freed = async {
        while uploads(&mut owner, &session).await != json!([]) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, freed)
        .await
        .expect("the first round frees it");
}

fn sweep(data: &std::path::Path) -> String {
    let (output, text) = end(&mut program("sweep", data));
    assert!(output.status.success(), "{text}");
    text
}

#[tokio::test]
async fn an_upload_that_is_received_is_kept_by_others() {
    let folder = tempfile::tempdir().unwrap();
    create_owner(folder.path());
    let (_server, mut sender) = receiving(folder.path()).await;
    // Its first round of maintenance sweeps.
    let second = serve(folder.path(), &[]);
    second.address();
    let text = sweep(folder.path());
    assert!(text.contains("removed expired uploads: 0\n"), "{text}");
    assert_eq!(staged(folder.path()), 1);
    sender.write_body(&vec![7; 1 << 20]).await.unwrap();
    let reply = sender.read_frame(1 << 20, PATIENCE).await;
    let reply: Value = serde_json::from_slice(&reply.unwrap().unwrap()).unwrap();
    assert_eq!(reply["flag"], true, "{reply}");
}

#[tokio::test]
async fn an_upload_of_a_killed_server_is_freed_by_the_next_sweep() {
    let folder = tempfile::tempdir().unwrap();
    create_owner(folder.path());
    let (server, _sender) = receiving(folder.path()).await;
    server.signal("-KILL");
    server.ended();
    let (_, text) = end(&mut program("sweep --dry-run", folder.path()));
    let is_linux = cfg!(target_os = "linux");
    assert_eq!(
        text.contains("upload: `a.mp4`, 2097152 bytes"),
        is_linux,
        "{text}"
    );
    let text = sweep(folder.path());
    let freed = format!("removed expired uploads: {}\n", u8::from(is_linux));
    assert!(text.contains(&freed), "{text}");
    assert_eq!(staged(folder.path()), usize::from(!is_linux));
}
