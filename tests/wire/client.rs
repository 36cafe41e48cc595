//! Our own client against our own server.

use std::time::Duration;

use youku_core::{Kind, NewMovie, Registration, Role};
use youku_server::{Client, ClientError, Code, Limits};

use crate::support::{PASSWORD, Server, soon};

async fn connect(server: &Server) -> Client {
    Client::connect(server.address).await.unwrap()
}

async fn administrator(server: &Server) -> Client {
    let registration = Registration {
        username: "admin".into(),
        password: PASSWORD.into(),
    };
    server.youku.create_admin(registration).await.unwrap();
    let mut client = connect(server).await;
    client.login("admin", PASSWORD, Role::Admin).await.unwrap();
    client
}

async fn user(server: &Server) -> Client {
    let mut client = connect(server).await;
    client.register("neo", PASSWORD, Role::User).await.unwrap();
    client.login("neo", PASSWORD, Role::User).await.unwrap();
    client
}

fn movie(name: &str, size: u64, kind: Kind) -> NewMovie {
    NewMovie {
        name: name.into(),
        size,
        kind,
        sha256: None,
        hint: None,
    }
}

fn code<T>(result: Result<T, ClientError>) -> Option<Code> {
    result.err().and_then(|error| error.code())
}

#[tokio::test]
async fn the_whole_story() {
    let server = Server::start().await;
    let mut admin = administrator(&server).await;
    assert!(admin.may_upload("digest").await.unwrap());
    let bytes = vec![5; 1_000_000];
    let new = NewMovie {
        hint: Some("digest".into()),
        ..movie("a.mp4", 1_000_000, Kind::Charged)
    };
    let id = admin.upload(&new, &bytes[..]).await.unwrap().unwrap();
    assert!(!admin.may_upload("digest").await.unwrap());
    admin.publish_notice("title", "two\nlines").await.unwrap();

    let mut neo = user(&server).await;
    assert!(neo.renew_membership().await.unwrap().is_some());
    let movies = neo.movies(None).await.unwrap();
    assert_eq!(
        (movies.len(), movies[0].id, movies[0].kind),
        (1, id, Kind::Charged)
    );
    assert!(neo.movies(Some(Kind::Free)).await.unwrap().is_empty());
    let notices = neo.notices().await.unwrap();
    assert_eq!(
        (&*notices[0].title, &*notices[0].content),
        ("title", "two\nlines")
    );
    assert!(neo.history().await.unwrap().is_empty());

    let folder = tempfile::tempdir().unwrap();
    let incoming = neo.download(id).await.unwrap();
    assert_eq!((incoming.size(), incoming.price_fen()), (1_000_000, 500));
    assert_eq!(incoming.wait(), Duration::ZERO);
    let announced = incoming.sha256().unwrap().to_owned();
    let mut progress = 0;
    let saved = incoming
        .save(folder.path(), |received| progress = received)
        .await
        .unwrap();
    assert_eq!((progress, saved.sha256), (1_000_000, announced));
    assert!(
        std::fs::read(&saved.path).unwrap() == bytes,
        "the bytes differ"
    );
    assert_eq!(neo.history().await.unwrap()[0].movie, "a.mp4");

    admin.delete_movie(id).await.unwrap();
    assert!(neo.movies(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn refusals_carry_their_code() {
    let server = Server::start().await;
    let mut client = connect(&server).await;
    assert_eq!(code(client.movies(None).await), Some(Code::Unauthenticated));
    assert_eq!(
        code(client.login("neo", "x", Role::User).await),
        Some(Code::Unauthenticated)
    );
    assert_eq!(
        code(client.register("neo", "x", Role::User).await),
        Some(Code::BadRequest)
    );
    assert_eq!(
        code(client.register("neo", PASSWORD, Role::Admin).await),
        Some(Code::Forbidden)
    );
    client.register("neo", PASSWORD, Role::User).await.unwrap();
    assert_eq!(
        code(client.register("neo", PASSWORD, Role::User).await),
        Some(Code::Exists)
    );
    client.login("neo", PASSWORD, Role::User).await.unwrap();
    assert_eq!(code(client.delete_movie(1).await), Some(Code::Forbidden));
    assert_eq!(code(client.download(1).await), Some(Code::NotFound));
    assert!(client.is_usable());
}

#[tokio::test]
async fn the_wait_is_told_and_kept() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    let mut incoming = client.download(id).await.unwrap();
    assert_eq!(incoming.wait(), Duration::from_secs(30));
    server.clock.sleepers(1).await;
    server.clock.advance(Duration::from_secs(30));
    let mut bytes = [0; 64];
    let mut read = 0;
    while read < 5 {
        read += soon(incoming.read(&mut bytes[read..])).await.unwrap();
    }
    assert_eq!(&bytes[..5], b"a.mp4");
    assert_eq!(incoming.read(&mut bytes).await.unwrap(), 0);
    assert!(client.is_usable());
}

#[tokio::test]
async fn a_download_that_is_dropped_takes_the_client_with_it() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    drop(client.download(id).await.unwrap());
    assert!(!client.is_usable());
    assert!(client.movies(None).await.unwrap_err().is_connection_lost());
}

#[tokio::test]
async fn a_file_that_is_there_is_not_replaced() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.mp4", "a (2).mp4", "a (3).mp4"] {
        let saved = client
            .download(id)
            .await
            .unwrap()
            .save(folder.path(), |_| {})
            .await
            .unwrap();
        assert_eq!(saved.path, folder.path().join(name));
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        3,
        "no `.part` is left"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_planted_link_is_not_followed() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "untouched").unwrap();
    for name in ["a.mp4", "a.mp4.part"] {
        std::os::unix::fs::symlink(&victim, folder.path().join(name)).unwrap();
    }
    let saved = client
        .download(id)
        .await
        .unwrap()
        .save(folder.path(), |_| {})
        .await
        .unwrap();
    assert_eq!(saved.path, folder.path().join("a (2).mp4"));
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched");
}

#[tokio::test]
async fn an_upload_that_is_refused_early_is_not_sent_to_its_end() {
    let server = Server::with_limits(Limits {
        max_drain: 1,
        ..Limits::default()
    })
    .await;
    let mut client = user(&server).await;
    let endless = tokio::io::repeat(1);
    let uploaded = soon(client.upload(&movie("a.mp4", 1 << 40, Kind::Free), endless)).await;
    assert_eq!(code(uploaded), Some(Code::Forbidden));
    assert!(!client.is_usable());
}

#[tokio::test]
async fn a_file_that_ends_early_is_an_error_and_no_movie() {
    let server = Server::start().await;
    let mut client = administrator(&server).await;
    let uploaded = client
        .upload(&movie("a.mp4", 10, Kind::Free), &b"short"[..])
        .await;
    assert!(uploaded.unwrap_err().as_file_error().is_some());
    drop(client);
    assert_eq!(server.listed().await, [""; 0]);
}

#[tokio::test]
async fn a_server_that_is_gone_is_a_lost_connection() {
    let mut server = Server::start().await;
    let mut client = user(&server).await;
    server.stop();
    let address = server.address;
    server.ended().await;
    assert!(client.movies(None).await.unwrap_err().is_connection_lost());
    assert!(
        Client::connect(address)
            .await
            .unwrap_err()
            .is_connection_lost()
    );
}
