//! Which upload our client takes for the one that it started.

use serde_json::json;
use youku_core::{Kind, NewMovie};
use youku_server::client::{Begin, Upload, Uploaded};
use youku_server::terminal;
use youku_server::{Client, Code, Language};

use crate::client::operations::{administrator, code, movie};
use crate::client::reconnect::{anything, scripted};
use crate::protocol2::sha256;
use crate::support::{Server, soon};

const BYTES: &[u8] = b"all the bytes";

fn announced() -> NewMovie {
    NewMovie {
        sha256: Some(sha256(BYTES)),
        ..movie("a.mp4", BYTES.len() as u64, Kind::Free)
    }
}

async fn resume(client: &mut Client, movie: &NewMovie) -> Upload {
    match soon(client.resume_upload(movie)).await.unwrap() {
        Begin::Open(upload) => upload,
        Begin::Exists(_) => panic!("no such movie is listed"),
    }
}

/// Sends the first five bytes, then loses the connection.
async fn begin(client: &mut Client, upload: &mut Upload) {
    let cut = soon(client.send_upload(upload, &BYTES[..5])).await;
    assert!(cut.unwrap_err().as_file_error().is_some());
    assert!(!client.is_connected());
}

/// Two movies with the same name and size may have different bytes.
#[tokio::test]
async fn an_upload_without_a_digest_is_never_resumed() {
    let server = Server::start().await;
    let mut admin = administrator(&server).await;
    let unknown = NewMovie {
        sha256: None,
        ..announced()
    };
    let mut first = resume(&mut admin, &unknown).await;
    begin(&mut admin, &mut first).await;
    let mut second = resume(&mut admin, &unknown).await;
    assert_ne!(second.id, first.id);
    assert_eq!(second.offset, 0);
    soon(admin.send_upload(&mut second, BYTES)).await.unwrap();
    admin.commit_upload(&second, &sha256(BYTES)).await.unwrap();
    // The other upload still exists, for a client that knows that it is the same movie.
    let mut first = admin.upload_status(&first.id).await.unwrap();
    let rest = &b"all other bytes"[usize::try_from(first.offset).unwrap()..];
    first.sha256 = None;
    soon(admin.send_upload(&mut first, &rest[..8]))
        .await
        .unwrap();
    assert_eq!(
        admin.upload_status(&first.id).await.unwrap().offset,
        first.size
    );
}

#[tokio::test]
async fn only_an_upload_that_announced_the_same_is_resumed() {
    let server = Server::start().await;
    let mut admin = administrator(&server).await;
    let mut first = resume(&mut admin, &announced()).await;
    begin(&mut admin, &mut first).await;
    let others = [
        NewMovie {
            name: "b.mp4".into(),
            ..announced()
        },
        NewMovie {
            size: 14,
            ..announced()
        },
        NewMovie {
            kind: Kind::Charged,
            ..announced()
        },
        NewMovie {
            sha256: Some(sha256(b"others")),
            ..announced()
        },
        NewMovie {
            sha256: None,
            ..announced()
        },
    ];
    for other in others {
        let opened = resume(&mut admin, &other).await;
        assert_ne!(opened.id, first.id, "{other:?}");
        assert_eq!(opened.offset, 0);
    }
    let again = resume(&mut admin, &announced()).await;
    assert_eq!((again.id, again.offset), (first.id, 5));
}

/// An upload may end between the list and the request.
#[tokio::test]
async fn an_upload_that_has_just_ended_is_opened_again_and_another_refusal_is_reported() {
    let listed = json!({
        "upload_id": "u", "name": "a.mp4", "size": 13, "is_free": true, "sha256": sha256(BYTES),
        "offset": 2, "expires_at": 0,
    });
    let list = json!({"flag": true, "code": "ok", "upload_list": [listed]});
    let refused = |code: &str| json!({"flag": false, "code": code, "msg": "no"});
    let opened =
        json!({"flag": true, "code": "ok", "upload_id": "v", "offset": 0, "expires_at": 0});
    let replies = vec![anything(), list.clone(), refused("upload_gone"), opened];
    let (address, served) = scripted(replies).await;
    let mut client = Client::connect(address).await.unwrap();
    assert_eq!(resume(&mut client, &announced()).await.id, "v");
    let requests = soon(served).await.unwrap();
    assert_eq!(requests[3]["type"], "upload_open");

    let replies = vec![anything(), list, refused("interrupted")];
    let (address, served) = scripted(replies).await;
    let mut client = Client::connect(address).await.unwrap();
    let resumed = soon(client.resume_upload(&announced())).await;
    assert_eq!(code(resumed), Some(Code::Interrupted));
    soon(served).await.unwrap();
}

/// The terminal says that it listed a movie only if it did.
#[tokio::test]
async fn a_movie_that_another_upload_listed_first_exists() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.mp4");
    std::fs::write(&file, BYTES).unwrap();
    let done = |mut body: serde_json::Value| {
        body["flag"] = json!(true);
        body["code"] = json!("ok");
        body
    };
    let replies = vec![
        anything(),
        done(json!({"upload_list": []})),
        done(json!({"upload_id": "u", "offset": 0, "expires_at": 0})),
        done(json!({"offset": BYTES.len()})),
        json!({"flag": false, "code": "exists", "msg": "it is there"}),
        done(json!({"exists": true, "movie_id": 9})),
    ];
    let (address, served) = scripted(replies).await;
    let mut client = Client::connect(address).await.unwrap();
    let uploaded = terminal::upload(&mut client, &file, Kind::Free, Language::English);
    assert_eq!(soon(uploaded).await.unwrap(), Uploaded::Exists(9));
    soon(served).await.unwrap();
}
