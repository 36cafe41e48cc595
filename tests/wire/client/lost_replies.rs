//! Requests that a server carries out but whose reply is lost. Each change is made exactly once, whatever our client and its
//! terminal do next.

use youku_core::{Kind, NewMovie, Payment, Role};
use youku_server::client::{Begin, Uploaded};
use youku_server::terminal::{self, State};
use youku_server::{Client, ClientError, Code, Language};

use crate::client::operations::{code, movie};
use crate::client::payments;
use crate::lossy::Lossy;
use crate::protocol2::sha256;
use crate::support::{PASSWORD, Server, soon};

const BYTES: &[u8] = b"all the bytes";

/// A client of `username` over a connection that loses the first reply to `operation`.
async fn client(server: &Server, username: &str, operation: &'static str) -> (Lossy, Client) {
    let line = Lossy::before(server.address, operation).await;
    let mut client = Client::connect(line.address).await.unwrap();
    client.login(username, PASSWORD, None).await.unwrap();
    (line, client)
}

async fn admin(operation: &'static str) -> (Server, Lossy, Client) {
    let server = Server::start().await;
    server.create_admin("admin").await;
    let (line, client) = client(&server, "admin", operation).await;
    (server, line, client)
}

async fn neo(server: &Server, operation: &'static str) -> (Lossy, Client) {
    let mut client = Client::connect(server.address).await.unwrap();
    client.register("neo", PASSWORD, Role::User).await.unwrap();
    self::client(server, "neo", operation).await
}

fn lost<T>(called: Result<T, ClientError>) {
    let error = called.map(drop).unwrap_err();
    assert!(error.is_connection_lost(), "{error}");
}

fn announced() -> NewMovie {
    NewMovie {
        sha256: Some(sha256(BYTES)),
        ..movie("a.mp4", BYTES.len() as u64, Kind::Free)
    }
}

#[tokio::test]
async fn a_purchase_with_a_key_is_repeated_and_charged_once() {
    let (server, till, _) = payments::start(Payment::Accepted).await;
    let (line, mut client) = neo(&server, "charge_vip").await;
    let bought = soon(client.renew_membership_once("key", 3000))
        .await
        .unwrap();
    assert_eq!(line.count("charge_vip"), 2);
    assert_eq!(till.amounts(), [3000]);
    let me = client.whoami().await.unwrap();
    assert_eq!(me.member_until, Some(bought.until));
}

#[tokio::test]
async fn a_purchase_from_the_menu_is_charged_once() {
    let (server, till, _) = payments::start(Payment::Accepted).await;
    let (line, mut client) = neo(&server, "charge_vip").await;
    let folder = tempfile::tempdir().unwrap();
    let state = State::new(folder.path());
    let bought = terminal::renew_membership(&mut client, &state, "server", 3000);
    let bought = soon(bought).await.unwrap();
    assert_eq!((line.count("charge_vip"), till.amounts()), (2, vec![3000]));
    // That renewal is complete, so the next one is a new one.
    let next = terminal::renew_membership(&mut client, &state, "server", 3000);
    assert!(soon(next).await.unwrap().until > bought.until);
    assert_eq!(till.amounts(), [3000; 2]);
}

#[tokio::test]
async fn a_purchase_without_a_key_is_left_to_its_caller() {
    let (server, till, _) = payments::start(Payment::Accepted).await;
    let (line, mut client) = neo(&server, "charge_vip").await;
    lost(soon(client.renew_membership(3000)).await);
    assert_eq!((line.count("charge_vip"), till.amounts()), (1, vec![3000]));
    assert!(client.whoami().await.unwrap().is_vip);
}

#[tokio::test]
async fn a_paid_download_costs_nothing_when_it_is_requested_again() {
    let (server, till, id) = payments::start(Payment::Accepted).await;
    let (line, mut client) = neo(&server, "download_movie").await;
    let folder = tempfile::tempdir().unwrap();
    lost(soon(client.download_part(id, &payments::paying(1000))).await);
    assert_eq!(
        (line.count("download_movie"), till.amounts()),
        (1, vec![1000])
    );
    let mut direct = Client::builder(server.address)
        .session(client.session().unwrap())
        .connect()
        .await
        .unwrap();
    let saved = terminal::download(&mut direct, id, folder.path(), 0, Language::English);
    assert_eq!(soon(saved).await.unwrap().price_fen, 0);
    assert_eq!(till.amounts(), [1000]);
    assert_eq!(client.purchases().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_registration_takes_effect_once() {
    let server = Server::start().await;
    let line = Lossy::before(server.address, "register").await;
    let mut client = Client::connect(line.address).await.unwrap();
    lost(soon(client.register("neo", PASSWORD, Role::User)).await);
    assert_eq!(line.count("register"), 1);
    let again = client.register("neo", PASSWORD, Role::User).await;
    assert_eq!(code(again), Some(Code::Exists));
    client.login("neo", PASSWORD, None).await.unwrap();
}

#[tokio::test]
async fn a_notice_is_published_once() {
    let (_server, line, mut admin) = admin("send_notice").await;
    lost(soon(admin.publish_notice("title", "text")).await);
    assert_eq!(line.count("send_notice"), 1);
    assert_eq!(admin.notices().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_upload_that_was_opened_is_found() {
    let (_server, line, mut admin) = admin("upload_open").await;
    lost(soon(admin.open_upload(&announced())).await);
    assert_eq!(line.count("upload_open"), 1);
    let opened = admin.uploads().await.unwrap();
    let Begin::Open(upload) = soon(admin.resume_upload(&announced())).await.unwrap() else {
        panic!("it is not listed")
    };
    assert_eq!(opened, [upload]);
    assert_eq!(line.count("upload_open"), 1);
}

#[tokio::test]
async fn a_movie_that_was_committed_is_found() {
    let (_server, line, mut admin) = admin("upload_commit").await;
    let Begin::Open(mut upload) = admin.open_upload(&announced()).await.unwrap() else {
        panic!("it is not listed")
    };
    admin.send_upload(&mut upload, BYTES).await.unwrap();
    lost(soon(admin.commit_upload(&upload, &sha256(BYTES))).await);
    assert_eq!(line.count("upload_commit"), 1);
    let found = soon(admin.resume_upload(&announced())).await.unwrap();
    let listed = admin.movies(None).await.unwrap();
    assert_eq!((listed.len(), found), (1, Begin::Exists(listed[0].id)));
    assert!(admin.uploads().await.unwrap().is_empty());
}

/// The terminal retries a transfer automatically.
#[tokio::test]
async fn a_file_is_uploaded_once_whichever_reply_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.mp4");
    std::fs::write(&file, BYTES).unwrap();
    for (operation, count) in [
        ("upload_open", 1),
        ("upload_chunk", 2),
        ("upload_commit", 1),
    ] {
        let (_server, line, mut admin) = admin(operation).await;
        let uploaded = terminal::upload(&mut admin, &file, Kind::Free, Language::English);
        let uploaded = soon(uploaded).await.unwrap();
        let listed = admin.movies(None).await.unwrap();
        assert_eq!(listed.len(), 1, "{operation}");
        assert_eq!(listed[0].sha256, sha256(BYTES));
        // It must not say that another upload had listed the movie.
        assert_eq!(uploaded, Uploaded::Listed(listed[0].id), "{operation}");
        assert_eq!(line.count(operation), count, "{operation}");
        assert!(admin.uploads().await.unwrap().is_empty(), "{operation}");
    }
}
