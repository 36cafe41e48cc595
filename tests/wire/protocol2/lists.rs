//! Lists of protocol 2: objects, pages, cursors.

use serde_json::{Value, json};
use youku_core::Kind;
use youku_server::Limits;

use super::{Two, sha256};
use crate::support::Server;

/// Reads a list page by page, and returns how many entries each page had.
async fn pages(two: &mut Two, request: Value, list: &str) -> (Vec<Value>, Vec<usize>) {
    let (mut entries, mut sizes) = (Vec::new(), Vec::new());
    let mut request = request;
    loop {
        two.send(request.clone()).await;
        let (reply, _) = two.raw.receive_large().await;
        assert_eq!(reply["flag"], true, "{reply}");
        let page = reply[list].as_array().unwrap();
        sizes.push(page.len());
        entries.extend(page.iter().cloned());
        match &reply["next"] {
            Value::Null => return (entries, sizes),
            next => request["after"] = next.clone(),
        }
    }
}

fn names(movies: &[Value]) -> Vec<&str> {
    movies
        .iter()
        .map(|movie| movie["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn movies_are_objects_with_named_fields() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Charged, &["a.mp4"]).await[0];
    let mut two = Two::user(&server, "neo").await;
    let reply = two.done(json!({"type": "get_movie_list"})).await;
    let uploaded_at = reply["movie_list"][0]["uploaded_at"].clone();
    assert!(uploaded_at.is_i64());
    let movie = json!({
        "movie_id": id, "name": "a.mp4", "size": 5, "is_free": false,
        "sha256": sha256(b"a.mp4"), "uploaded_at": uploaded_at,
    });
    let expected = json!({"flag": true, "code": "ok", "movie_list": [movie], "next": null});
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn an_empty_list_is_a_success() {
    let server = Server::start().await;
    let mut two = Two::user(&server, "neo").await;
    for (operation, list) in [
        ("get_movie_list", "movie_list"),
        ("check_record", "record_list"),
        ("purchases", "purchase_list"),
        ("check_notice", "notice_list"),
    ] {
        let mut expected = json!({"flag": true, "code": "ok", "next": null});
        expected[list] = json!([]);
        assert_eq!(two.ask(json!({"type": operation})).await, expected);
    }
}

#[tokio::test]
async fn movies_come_in_pages_by_kind_and_name() {
    let server = Server::start().await;
    server
        .add_movies(Kind::Free, &["a1", "b1", "a2", "b2", "a3"])
        .await;
    server.add_movies(Kind::Charged, &["c1"]).await;
    let mut two = Two::user(&server, "neo").await;
    let mut list = json!({"type": "get_movie_list", "limit": 2});
    let (all, _) = pages(&mut two, list.clone(), "movie_list").await;
    assert_eq!(names(&all), ["a1", "b1", "a2", "b2", "a3", "c1"]);
    list["sort"] = json!("newest");
    let (all, _) = pages(&mut two, list.clone(), "movie_list").await;
    assert_eq!(names(&all), ["c1", "a3", "b2", "a2", "b1", "a1"]);
    list["matching"] = json!("A");
    let (some, _) = pages(&mut two, list.clone(), "movie_list").await;
    assert_eq!(names(&some), ["a3", "a2", "a1"]);
    for (movie_type, expected) in [("all", 6), ("free", 5), ("charged", 1)] {
        let list = json!({"type": "get_movie_list", "movie_type": movie_type, "limit": 4});
        let (some, _) = pages(&mut two, list, "movie_list").await;
        assert_eq!(some.len(), expected, "{movie_type}");
    }
}

#[tokio::test]
async fn movies_come_in_every_order_page_by_page() {
    let server = Server::start().await;
    // The bytes of each movie are its name.
    let by_age = ["bbb", "A", "cc", "a!", "B"];
    server.add_movies(Kind::Free, &by_age).await;
    let mut two = Two::administrator(&server).await;
    let orders = [
        ("oldest", by_age),
        ("newest", ["B", "a!", "cc", "A", "bbb"]),
        ("name", ["A", "a!", "B", "bbb", "cc"]),
        ("name_descending", ["cc", "bbb", "B", "a!", "A"]),
        ("smallest", ["A", "B", "cc", "a!", "bbb"]),
        ("largest", ["bbb", "a!", "cc", "B", "A"]),
    ];
    for (sort, expected) in &orders {
        let list = json!({"type": "get_movie_list", "sort": sort, "limit": 2});
        let (all, sizes) = pages(&mut two, list, "movie_list").await;
        assert_eq!(
            (names(&all), sizes),
            (expected.to_vec(), vec![2, 2, 1]),
            "{sort}"
        );
    }
    for id in 1..=5 {
        two.done(json!({"type": "delete_movie", "movie_id": id}))
            .await;
    }
    for (sort, expected) in &orders {
        let list = json!({"type": "deleted_movies", "sort": sort, "limit": 2});
        let (all, _) = pages(&mut two, list, "movie_list").await;
        assert_eq!(names(&all), expected, "{sort}");
    }
    let some = json!({"type": "deleted_movies", "matching": "a", "movie_type": "free"});
    let (some, _) = pages(&mut two, some, "movie_list").await;
    assert_eq!(names(&some), ["A", "a!"]);
}

#[tokio::test]
async fn a_page_is_never_longer_than_a_frame() {
    let max_frame = 1024;
    let server = Server::with_limits(Limits {
        max_frame,
        ..Limits::default()
    })
    .await;
    let names: Vec<String> = (0..30)
        .map(|number| format!("movie number {number:02}"))
        .collect();
    let slices: Vec<&str> = names.iter().map(String::as_str).collect();
    server.add_movies(Kind::Free, &slices).await;
    let mut two = Two::user(&server, "neo").await;
    let list = json!({"type": "get_movie_list", "limit": 30});
    two.send(list.clone()).await;
    let (_, size) = two.raw.receive_large().await;
    assert!(size <= max_frame, "{size}");
    let (all, sizes) = pages(&mut two, list, "movie_list").await;
    assert_eq!(self::names(&all), slices);
    assert!(sizes.len() > 1, "{sizes:?}");
}

/// A page that fits exactly is sent whole. A longer page is halved until it fits.
#[tokio::test]
async fn a_page_fills_a_frame_to_the_last_byte() {
    let list = json!({"type": "get_movie_list", "limit": 8});
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let page = async |max_frame: usize| {
        let server = Server::with_limits(Limits {
            max_frame,
            ..Limits::default()
        })
        .await;
        server.add_movies(Kind::Free, &names).await;
        let mut two = Two::user(&server, "neo").await;
        two.send(list.clone()).await;
        let (reply, size) = two.raw.receive_large().await;
        (reply["movie_list"].as_array().unwrap().len(), size)
    };
    let (count, size) = page(65_536).await;
    assert_eq!(count, names.len());
    assert_eq!(page(size).await, (names.len(), size));
    assert_eq!(page(size - 1).await.0, names.len() / 2);
    // A single entry is sent however long it is.
    assert_eq!(page(200).await.0, 1);
}

#[tokio::test]
async fn notices_and_records_are_objects_the_latest_first() {
    let server = Server::start().await;
    let ids = server.add_movies(Kind::Free, &["a.mp4", "b.mp4"]).await;
    let mut two = Two::administrator(&server).await;
    for title in ["first", "second"] {
        let notice = json!({"type": "send_notice", "title": title, "content": "two\nlines"});
        let reply = two.done(notice).await;
        assert_eq!(
            (&reply["title"], &reply["content"]),
            (&json!(title), &json!("two\nlines"))
        );
    }
    let (notices, _) = pages(
        &mut two,
        json!({"type": "check_notice", "limit": 1}),
        "notice_list",
    )
    .await;
    let titles: Vec<&Value> = notices.iter().map(|notice| &notice["title"]).collect();
    assert_eq!(titles, ["second", "first"]);
    assert!(notices[0]["published_at"].is_i64() && notices[0]["notice_id"].is_u64());

    let mut old = server.user("neo").await;
    old.ask(json!({"type": "charge_vip"})).await;
    for id in &ids {
        old.ask(json!({"type": "download_movie", "movie_id": id}))
            .await;
        old.receive_bytes(5).await;
    }
    two = Two::log_in(&server, "neo").await;
    let (records, _) = pages(
        &mut two,
        json!({"type": "check_record", "limit": 1}),
        "record_list",
    )
    .await;
    let time = records[0]["downloaded_at"].clone();
    assert!(time.is_i64());
    let record = |at: usize, name: &str| json!({"movie_id": ids[at], "movie_name": name, "downloaded_at": time});
    assert_eq!(records, [record(1, "b.mp4"), record(0, "a.mp4")]);
}

#[tokio::test]
async fn purchases_are_objects_the_latest_first() {
    let server = Server::start().await;
    let ids = server.add_movies(Kind::Charged, &["a.mp4", "b.mp4"]).await;
    server.add_movies(Kind::Free, &["c.mp4"]).await;
    let mut two = Two::user(&server, "neo").await;
    two.done(json!({"type": "charge_vip"})).await;
    for id in 1..=3 {
        two.done(json!({"type": "download_movie", "movie_id": id, "len": 0, "max_price": 500}))
            .await;
    }
    let list = json!({"type": "purchases", "limit": 1});
    let (purchases, sizes) = pages(&mut two, list, "purchase_list").await;
    let time = purchases[0]["paid_at"].clone();
    assert!(time.is_i64());
    let purchase = |at: usize, name: &str| json!({"movie_id": ids[at], "movie_name": name, "price": 500, "paid_at": time});
    assert_eq!(purchases, [purchase(1, "b.mp4"), purchase(0, "a.mp4")]);
    assert_eq!(sizes, [1, 1]);
}
