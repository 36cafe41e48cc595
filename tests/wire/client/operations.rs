//! Our own client against our own server.

use std::time::Duration;

use youku_core::{Kind, NewMovie, Registration, Role};
use youku_server::client::{MovieEdit, MovieQuery, Sort, Uploaded};
use youku_server::{Client, ClientError, Code};

use crate::client::payments::paying;
use crate::support::{PASSWORD, Server};

async fn connect(server: &Server) -> Client {
    Client::connect(server.address).await.unwrap()
}

pub(crate) async fn administrator(server: &Server) -> Client {
    let registration = Registration {
        username: "admin".into(),
        password: PASSWORD.into(),
    };
    server.youku.create_admin(registration).await.unwrap();
    let mut client = connect(server).await;
    client.login("admin", PASSWORD, Role::Admin).await.unwrap();
    client
}

pub(crate) async fn user(server: &Server) -> Client {
    let mut client = connect(server).await;
    client.register("neo", PASSWORD, Role::User).await.unwrap();
    client.login("neo", PASSWORD, Role::User).await.unwrap();
    client
}

pub(crate) fn movie(name: &str, size: u64, kind: Kind) -> NewMovie {
    NewMovie {
        name: name.into(),
        size,
        kind,
        sha256: None,
        hint: None,
    }
}

pub(crate) fn code<T>(result: Result<T, ClientError>) -> Option<Code> {
    result.err().and_then(|error| error.code())
}

#[tokio::test]
async fn a_movie_passes_from_upload_to_download() {
    let server = Server::start().await;
    let mut admin = administrator(&server).await;
    let bytes = vec![5; 1_000_000];
    let new = movie("a.mp4", 1_000_000, Kind::Charged);
    let Uploaded::Listed(id) = admin.upload(&new, &bytes[..]).await.unwrap() else {
        panic!("the movie must be new")
    };
    admin.publish_notice("title", "two\nlines").await.unwrap();

    let mut neo = user(&server).await;
    assert_eq!(neo.renew_membership(0).await.unwrap().price_fen, 0);
    assert!(neo.whoami().await.unwrap().is_vip);
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
    let incoming = neo.download_part(id, &paying(500)).await.unwrap();
    assert_eq!((incoming.size(), incoming.price_fen()), (1_000_000, 500));
    assert_eq!(incoming.wait(), Duration::ZERO);
    let announced = incoming.sha256().to_owned();
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
    assert!(client.is_connected());
}

#[tokio::test]
async fn a_session_continues_in_another_client() {
    let server = Server::start().await;
    let first = user(&server).await;
    let kept = first.session().unwrap().to_owned();
    drop(first);
    let builder = Client::builder(server.address).session(kept);
    let mut second = builder.connect().await.unwrap();
    assert_eq!(second.whoami().await.unwrap().username, "neo");
    second.logout().await.unwrap();
    assert_eq!(second.session(), None);
    let mut third = builder.connect().await.unwrap();
    assert_eq!(code(third.whoami().await), Some(Code::Unauthenticated));
}

#[tokio::test]
async fn a_password_is_changed() {
    let server = Server::start().await;
    let mut client = user(&server).await;
    let wrong = client.change_password("wrong", "another white rabbit");
    let refused = wrong.await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::BadRequest));
    assert_eq!(refused.field(), Some("old_password"));
    let changed = client.change_password(PASSWORD, "another white rabbit");
    changed.await.unwrap();
    client.whoami().await.unwrap();
    let login = client.login("neo", PASSWORD, None).await;
    assert_eq!(code(login), Some(Code::Unauthenticated));
}

#[tokio::test]
async fn a_list_of_many_pages_is_whole_and_in_order() {
    let server = Server::start().await;
    let names: Vec<String> = (0..120).map(|number| format!("{number:03}.mp4")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    server.add_movies(Kind::Free, &names[..60]).await;
    server.add_movies(Kind::Charged, &names[60..]).await;
    let mut client = user(&server).await;
    let listed = |movies: Vec<youku_server::client::Movie>| -> Vec<String> {
        movies.into_iter().map(|movie| movie.name).collect()
    };
    assert_eq!(listed(client.movies(None).await.unwrap()), names);
    let charged = client.movies(Some(Kind::Charged)).await.unwrap();
    assert_eq!(listed(charged), names[60..]);
    let query = MovieQuery {
        matching: "01".into(),
        sort: Sort::Newest,
        ..MovieQuery::default()
    };
    let mut expected: Vec<&str> = names
        .into_iter()
        .filter(|name| name.contains("01"))
        .collect();
    expected.reverse();
    assert_eq!(listed(client.find_movies(&query).await.unwrap()), expected);
}

#[tokio::test]
async fn deleted_movies_are_chosen_and_ordered_too() {
    let server = Server::start().await;
    let free = server.add_movies(Kind::Free, &["b", "ab", "c"]).await;
    let charged = server.add_movies(Kind::Charged, &["a"]).await;
    let mut admin = administrator(&server).await;
    for id in free.iter().chain(&charged) {
        admin.delete_movie(*id).await.unwrap();
    }
    let query = MovieQuery {
        kind: Some(Kind::Free),
        matching: "b".into(),
        sort: Sort::Name,
    };
    let found = admin.find_deleted_movies(&query).await.unwrap();
    let names: Vec<_> = found.into_iter().map(|movie| movie.name).collect();
    assert_eq!(names, ["ab", "b"]);
}

#[tokio::test]
async fn administrators_restore_movies_and_manage_users() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut neo = user(&server).await;
    let mut admin = administrator(&server).await;
    assert_eq!(admin.delete_movie(id).await.unwrap().name, "a.mp4");
    assert_eq!(admin.deleted_movies().await.unwrap()[0].id, id);
    assert_eq!(admin.restore_movie(id).await.unwrap().size, 5);
    assert_eq!(neo.movies(None).await.unwrap().len(), 1);

    let edit = MovieEdit {
        name: Some("b.mp4".into()),
        kind: Some(Kind::Charged),
    };
    let edited = admin.edit_movie(id, &edit).await.unwrap();
    assert_eq!((&*edited.name, edited.kind), ("b.mp4", Kind::Charged));
    let nothing = MovieEdit::default();
    let refused = admin.edit_movie(id, &nothing).await.unwrap_err();
    assert_eq!(refused.field(), Some("name"));
    let statistics = admin.statistics().await.unwrap();
    assert_eq!((statistics.users, statistics.movie_bytes), (3, 5));

    let users = admin.users().await.unwrap();
    let neo_id = users.iter().find(|user| user.username == "neo").unwrap().id;
    assert!(admin.lock_user(neo_id).await.unwrap().locked_at.is_some());
    assert_eq!(code(neo.whoami().await), Some(Code::Unauthenticated));
    assert_eq!(admin.unlock_user(neo_id).await.unwrap().locked_at, None);
    let promoted = admin.change_role(neo_id, Role::Admin).await.unwrap();
    assert_eq!(promoted.role, Role::Admin);
    let audit = admin.audit().await.unwrap();
    assert_eq!(audit[0].user_name.as_deref(), Some("neo"));

    let invite = admin.invite_admin().await.unwrap().code;
    let mut trinity = connect(&server).await;
    let role = Role::Admin;
    let registered = trinity.register_invited("trinity", PASSWORD, role, &invite);
    registered.await.unwrap();
    let again = trinity.register_invited("smith", PASSWORD, role, &invite);
    let again = again.await;
    assert_eq!(code(again), Some(Code::Forbidden));
    let login = trinity.login("trinity", PASSWORD, Role::Admin).await;
    assert_eq!(login.unwrap().role, Role::Admin);
}

#[tokio::test]
async fn a_stopped_server_is_a_lost_connection() {
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
