//! Requests that get no reply: which ones our client sends again, and which ones it never does.

use youku_core::{Kind, Role};
use youku_server::client::{Begin, MovieEdit, MovieQuery, Upload};
use youku_server::{Client, ClientError};

use crate::client::operations::{administrator, movie};
use crate::client::reconnect::{all, unreliable};
use crate::support::{PASSWORD, Server, soon};

/// The requests, without greetings, that a call sends to a server that answers none of them, and those that it sends when it is
/// called again without a connection.
async fn sent<T>(call: impl AsyncFn(&mut Client) -> Result<T, ClientError>) -> [Vec<String>; 2] {
    let (address, mut told) = unreliable(0).await;
    let mut client = Client::builder(address)
        .session("s")
        .connect()
        .await
        .unwrap();
    let mut requests = [Vec::new(), Vec::new()];
    for requests in &mut requests {
        let error = soon(call(&mut client)).await.map(drop).unwrap_err();
        assert!(error.is_connection_lost(), "{error}");
        assert!(!client.is_connected());
        *requests = all(&mut told);
        requests.retain(|name| name != "hello");
    }
    requests
}

async fn twice<T>(name: &str, call: impl AsyncFn(&mut Client) -> Result<T, ClientError>) {
    assert_eq!(sent(call).await, [vec![name, name], vec![name]]);
}

async fn once<T>(name: &str, call: impl AsyncFn(&mut Client) -> Result<T, ClientError>) {
    assert_eq!(sent(call).await, [[name], [name]]);
}

#[tokio::test]
async fn a_request_that_reads_is_sent_again_over_a_new_connection() {
    twice("whoami", async |client| client.whoami().await).await;
    twice("prices", async |client| client.prices().await).await;
    let query = MovieQuery::default();
    let list = "get_movie_list";
    twice(list, async |client| client.movies(None).await).await;
    twice(list, async |client| client.find_movies(&query).await).await;
    twice(list, async |client| client.movie_page(&query, None).await).await;
    let list = "deleted_movies";
    twice(list, async |client| client.deleted_movies().await).await;
    twice("check_notice", async |client| client.notices().await).await;
    twice("check_record", async |client| client.history().await).await;
    twice("purchases", async |client| client.purchases().await).await;
    twice("list_users", async |client| client.users().await).await;
    twice("statistics", async |client| client.statistics().await).await;
    twice("audit", async |client| client.audit().await).await;
    twice("uploads", async |client| client.uploads().await).await;
    let status = "upload_status";
    twice(status, async |client| client.upload_status("u").await).await;
}

#[tokio::test]
async fn a_request_that_writes_is_sent_once() {
    let (admin, user) = (Role::Admin, Role::User);
    let password = PASSWORD;
    once("register", async |client| {
        client.register("neo", password, user).await
    })
    .await;
    let register =
        async |client: &mut Client| client.register_invited("neo", password, user, "i").await;
    once("register", register).await;
    once("login", async |client| {
        client.login("neo", password, None).await
    })
    .await;
    let change = async |client: &mut Client| client.change_password(password, password).await;
    once("change_password", change).await;
    once("charge_vip", async |client| {
        client.renew_membership(0).await
    })
    .await;
    once("end_session", async |client| {
        client.end_session(7, None).await
    })
    .await;
    once("delete_account", async |client| {
        client.delete_account(password).await
    })
    .await;
    once("delete_user", async |client| client.delete_user(7).await).await;
    once("send_notice", async |client| {
        client.publish_notice("t", "c").await
    })
    .await;
    once("lock_user", async |client| client.lock_user(7).await).await;
    once("unlock_user", async |client| client.unlock_user(7).await).await;
    once("change_role", async |client| {
        client.change_role(7, admin).await
    })
    .await;
    once("invite_admin", async |client| client.invite_admin().await).await;
    once("invite_user", async |client| client.invite_user().await).await;
    once("revoke_invite", async |client| {
        client.revoke_invite(7).await
    })
    .await;
    once("edit_notice", async |client| {
        client.edit_notice(7, "t", "c").await
    })
    .await;
    once("delete_notice", async |client| {
        client.delete_notice(7).await
    })
    .await;
    let edit = MovieEdit::default();
    once("edit_movie", async |client| {
        client.edit_movie(7, &edit).await
    })
    .await;
    once("delete_movie", async |client| client.delete_movie(7).await).await;
    once("restore_movie", async |client| {
        client.restore_movie(7).await
    })
    .await;
    once("purge_movie", async |client| client.purge_movie(7).await).await;
    let new = movie("a.mp4", 4, Kind::Free);
    once("upload_open", async |client| client.open_upload(&new).await).await;
    let upload = upload().await;
    let commit = async |client: &mut Client| client.commit_upload(&upload, "s").await;
    once("upload_commit", commit).await;
    once("upload_abort", async |client| {
        client.abort_upload(&upload).await
    })
    .await;
}

/// The client forgets a session that it wanted to end, whether or not the server has ended it.
#[tokio::test]
async fn a_log_out_without_a_reply_is_sent_once_and_the_session_forgotten() {
    let (address, mut told) = unreliable(0).await;
    let builder = Client::builder(address).session("s");
    let mut client = builder.connect().await.unwrap();
    assert!(
        soon(client.logout())
            .await
            .unwrap_err()
            .is_connection_lost()
    );
    assert_eq!(all(&mut told), ["hello", "logout"]);
    assert_eq!(client.session(), None);
}

/// The bytes of a chunk have been taken from their source, and the client first has to ask where they belong.
#[tokio::test]
async fn a_chunk_without_a_reply_is_sent_once_and_the_next_call_asks_where_it_goes() {
    let mut upload = upload().await;
    let (address, mut told) = unreliable(0).await;
    let mut client = Client::connect(address).await.unwrap();
    let bytes = vec![0; usize::try_from(upload.size).unwrap()];
    for expected in [&["hello", "upload_chunk"][..], &["hello", "upload_chunk"]] {
        let sent = soon(client.send_upload(&mut upload, &bytes[..])).await;
        assert!(sent.unwrap_err().is_connection_lost());
        assert_eq!(upload.offset, 0);
        assert_eq!(all(&mut told), expected);
    }
}

#[tokio::test]
async fn an_upload_with_all_its_bytes_sends_nothing() {
    let mut upload = upload().await;
    upload.offset = upload.size;
    let (address, mut told) = unreliable(0).await;
    let mut client = Client::connect(address).await.unwrap();
    soon(client.whoami()).await.unwrap_err();
    assert!(!client.is_connected());
    all(&mut told);
    let sent = client.send_upload(&mut upload, tokio::io::empty());
    soon(sent).await.unwrap();
    assert!(all(&mut told).is_empty());
}

/// A request for a paid movie pays for it, so only the caller decides to send it again.
#[tokio::test]
async fn a_download_without_a_reply_is_sent_once() {
    let (address, mut told) = unreliable(0).await;
    let mut client = Client::connect(address).await.unwrap();
    let begun = soon(client.download(7)).await.unwrap_err();
    assert!(begun.is_connection_lost());
    // The download uses a separate connection.
    assert_eq!(all(&mut told), ["hello", "hello", "download_movie"]);
    assert!(client.is_connected());
}

/// An upload in the form in which a server announces it.
async fn upload() -> Upload {
    let server = Server::start().await;
    let mut admin = administrator(&server).await;
    let new = movie("a.mp4", 4, Kind::Free);
    match admin.open_upload(&new).await.unwrap() {
        Begin::Open(upload) => upload,
        Begin::Exists(_) => panic!("no such movie is listed"),
    }
}
