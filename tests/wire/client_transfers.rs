//! Movies that our own client sends and receives.

use std::time::Duration;

use youku_core::Kind;
use youku_server::{Code, Limits};

use crate::client::{administrator, code, movie, user};
use crate::support::{Server, soon};

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
    assert_eq!(client.history().await.unwrap().len(), 1);
}

#[tokio::test]
async fn after_a_download_that_is_dropped_the_client_goes_on() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    drop(client.download(id).await.unwrap());
    assert_eq!(client.movies(None).await.unwrap()[0].id, id);
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
    assert_eq!(client.whoami().await.unwrap().username, "neo");
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
