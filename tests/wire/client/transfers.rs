//! Movies that our own client sends and receives.

use std::time::Duration;

use youku_core::{Kind, NewMovie};
use youku_server::Code;
use youku_server::client::{Begin, MoviePart};

use crate::client::operations::{administrator, code, movie, user};
use crate::protocol2::sha256;
use crate::support::{Server, soon};

#[tokio::test]
async fn the_wait_is_announced_and_observed() {
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
async fn the_client_works_after_a_dropped_download() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    drop(client.download(id).await.unwrap());
    assert_eq!(client.movies(None).await.unwrap()[0].id, id);
}

#[tokio::test]
async fn an_existing_file_is_not_replaced() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
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
    client.renew_membership(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "untouched").unwrap();
    let part = part_name(id, b"a.mp4");
    for name in ["a.mp4", &part] {
        std::os::unix::fs::symlink(&victim, folder.path().join(name)).unwrap();
    }
    let saved = client
        .resume_download(id, folder.path(), 0)
        .await
        .unwrap()
        .save(folder.path(), |_| {})
        .await
        .unwrap();
    assert_eq!(saved.path, folder.path().join("a (2).mp4"));
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "untouched");
}

/// The name of the file with part of a movie of these bytes, `a.mp4`.
fn part_name(id: u64, bytes: &[u8]) -> String {
    format!("a.mp4.{id}-{}.part", sha256(bytes))
}

#[tokio::test]
async fn an_upload_that_is_refused_is_not_sent() {
    let server = Server::start().await;
    let mut client = user(&server).await;
    let endless = tokio::io::repeat(1);
    let uploaded = soon(client.upload(&movie("a.mp4", 1 << 40, Kind::Free), endless)).await;
    assert_eq!(code(uploaded), Some(Code::Forbidden));
    assert_eq!(client.whoami().await.unwrap().username, "neo");
}

#[tokio::test]
async fn a_file_that_ends_early_is_an_error_and_is_not_listed() {
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
async fn a_download_resumes_after_the_bytes_on_disk() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join(part_name(id, b"a.mp4"));
    std::fs::write(&part, "a.m").unwrap();
    let incoming = client.resume_download(id, folder.path(), 0).await.unwrap();
    assert_eq!((incoming.offset(), incoming.size()), (3, 5));
    let saved = incoming.save(folder.path(), |_| {}).await.unwrap();
    assert_eq!(std::fs::read(&saved.path).unwrap(), b"a.mp4");
    assert!(!part.exists());
}

#[tokio::test]
async fn damaged_bytes_of_an_earlier_download_are_found_and_removed() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(part_name(id, b"a.mp4")), "b.m").unwrap();
    let incoming = client.resume_download(id, folder.path(), 0).await.unwrap();
    let saved = incoming.save(folder.path(), |_| {}).await;
    assert!(saved.unwrap_err().is_checksum_mismatch());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn bytes_of_another_movie_or_too_many_are_not_resumed() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
    for (name, bytes) in [
        (part_name(id, b"of another server"), "a.m"),
        (part_name(id, b"a.mp4"), "a.mp4 and more"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let incoming = client.resume_download(id, folder.path(), 0).await.unwrap();
        assert_eq!(incoming.offset(), 0);
        let saved = incoming.save(folder.path(), |_| {}).await.unwrap();
        assert_eq!(std::fs::read(&saved.path).unwrap(), b"a.mp4");
    }
}

#[tokio::test]
async fn a_part_file_is_resumed_under_the_movies_new_name() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["renamed.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let part = folder.path().join(part_name(id, b"renamed.mp4"));
    std::fs::write(&part, "ren").unwrap();
    // A longer file, for another movie with that id.
    let other = folder.path().join(part_name(id, b"others"));
    std::fs::write(&other, "other").unwrap();
    let incoming = client.resume_download(id, folder.path(), 0).await.unwrap();
    assert_eq!(incoming.offset(), 3);
    let saved = incoming.save(folder.path(), |_| {}).await.unwrap();
    assert_eq!(saved.path, folder.path().join("renamed.mp4"));
    assert_eq!(std::fs::read(&saved.path).unwrap(), b"renamed.mp4");
    assert!(!part.exists());
    assert_eq!(std::fs::read(&other).unwrap(), b"other");
}

#[tokio::test]
async fn a_part_of_a_movie_is_read_and_not_saved() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut client = user(&server).await;
    client.renew_membership(0).await.unwrap();
    let part = MoviePart {
        watch_id: None,
        max_price: 0,
        offset: 1,
        length: Some(3),
        if_sha256: Some(sha256(b"a.mp4")),
    };
    let mut incoming = client.download_part(id, &part).await.unwrap();
    let found = (incoming.offset(), incoming.length(), incoming.size());
    assert_eq!(found, (1, 3, 5));
    let mut bytes = [0; 8];
    let mut read = 0;
    while read < 3 {
        read += soon(incoming.read(&mut bytes[read..])).await.unwrap();
    }
    assert_eq!(&bytes[..read], b".mp");
    assert_eq!(soon(incoming.read(&mut bytes)).await.unwrap(), 0);

    let incoming = client.download_part(id, &part).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let saved = incoming.save(folder.path(), |_| {}).await;
    assert!(saved.unwrap_err().as_file_error().is_some());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let other = MoviePart {
        if_sha256: Some(sha256(b"others")),
        ..part.clone()
    };
    let changed = client.download_part(id, &other).await;
    assert_eq!(code(changed), Some(Code::Changed));
    let beyond = MoviePart {
        offset: 6,
        ..MoviePart::default()
    };
    let refused = client.download_part(id, &beyond).await.unwrap_err();
    assert_eq!(refused.field(), Some("offset"));
}

#[tokio::test]
async fn an_upload_resumes_where_another_client_stopped() {
    let server = Server::start().await;
    let bytes = b"all the bytes";
    let movie = NewMovie {
        sha256: Some(sha256(bytes)),
        ..movie("a.mp4", bytes.len() as u64, Kind::Charged)
    };
    let mut first = administrator(&server).await;
    let Begin::Open(mut upload) = first.resume_upload(&movie).await.unwrap() else {
        panic!("the movie must be new")
    };
    let cut = first.send_upload(&mut upload, &bytes[..5]).await;
    assert!(cut.unwrap_err().as_file_error().is_some());
    let mut second = first;
    // The same bytes as a free movie are a different movie.
    let free = NewMovie {
        kind: Kind::Free,
        ..movie.clone()
    };
    let Begin::Open(other) = second.resume_upload(&free).await.unwrap() else {
        panic!("the movie must be new")
    };
    assert_ne!(other.id, upload.id);
    second.abort_upload(&other).await.unwrap();
    let Begin::Open(mut again) = second.resume_upload(&movie).await.unwrap() else {
        panic!("the movie must be new")
    };
    assert_eq!(again.id, upload.id);
    let status = second.upload_status(&again.id).await.unwrap();
    assert_eq!(status, again);
    let rest = &bytes[usize::try_from(again.offset).unwrap()..];
    second.send_upload(&mut again, rest).await.unwrap();
    let digest = movie.sha256.as_deref().unwrap();
    let listed = second.commit_upload(&again, digest).await.unwrap();
    assert_eq!((listed.size, listed.kind), (13, Kind::Charged));
    let exists = second.resume_upload(&movie).await.unwrap();
    assert_eq!(exists, Begin::Exists(listed.id));
    assert!(second.uploads().await.unwrap().is_empty());
}
