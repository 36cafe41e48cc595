//! Cursors belong to one order of one list.

use serde_json::{Value, json};
use youku_core::Kind;

use super::Two;
use crate::support::Server;

/// An administrator who has two entries in everything that can be listed.
async fn start() -> (Server, Two) {
    let server = Server::start().await;
    let names = ["a", "b", "c", "d"];
    server.add_movies(Kind::Charged, &names).await;
    let mut two = Two::administrator(&server).await;
    two.done(json!({"type": "charge_vip"})).await;
    for id in 1..=2 {
        let download =
            json!({"type": "download_movie", "movie_id": id, "len": 0, "max_price": 500});
        two.done(download).await;
        two.done(json!({"type": "delete_movie", "movie_id": id}))
            .await;
        let notice = json!({"type": "send_notice", "title": "t", "content": "c"});
        two.done(notice).await;
    }
    (server, two)
}

fn lists() -> Vec<Value> {
    let mut lists: Vec<Value> = [
        "check_record",
        "purchases",
        "check_notice",
        "list_users",
        "audit",
    ]
    .map(|operation| json!({"type": operation}))
    .into();
    for sort in youku_core::Sort::ALL {
        for operation in ["get_movie_list", "deleted_movies"] {
            lists.push(json!({"type": operation, "sort": sort.as_str()}));
        }
    }
    for list in &mut lists {
        list["limit"] = json!(1);
    }
    lists
}

#[tokio::test]
async fn a_cursor_of_another_list_or_order_is_refused() {
    let (_server, mut two) = start().await;
    let mut cursors = Vec::new();
    for list in lists() {
        let next = two.done(list.clone()).await["next"].clone();
        assert!(next.is_string(), "{list} has another page");
        cursors.push(next);
    }
    for (own, list) in lists().into_iter().enumerate() {
        for (other, cursor) in cursors.iter().enumerate() {
            let mut request = list.clone();
            request["after"] = cursor.clone();
            if other == own {
                two.done(request).await;
            } else {
                let reply = two.refused(request, "bad_request").await;
                assert_eq!(reply["field"], "after");
                let text = "`after` belongs to another order or list; begin again without it";
                assert_eq!(reply["msg"], text);
            }
        }
    }
}

#[tokio::test]
async fn a_text_that_is_not_a_cursor_is_refused_as_such() {
    let (_server, mut two) = start().await;
    for list in lists() {
        let next = two.done(list.clone()).await["next"].clone();
        let next = next.as_str().unwrap();
        let (name, _) = next.rsplit_once('-').unwrap();
        let garbage = ["", "x", "7", name, &format!("{next}x"), &format!("{name}-")];
        for garbage in garbage.map(str::to_owned) {
            let mut request = list.clone();
            request["after"] = json!(garbage);
            let reply = two.refused(request, "bad_request").await;
            assert_eq!(reply["field"], "after");
            let text = "`after` must be the `next` of an earlier page";
            assert_eq!(reply["msg"], text, "{garbage}");
        }
    }
}

#[tokio::test]
async fn a_cursor_stays_good_for_another_choice_of_movies() {
    let (_server, mut two) = start().await;
    let first = json!({"type": "get_movie_list", "limit": 1});
    let next = two.done(first).await["next"].clone();
    let rest = json!({"type": "get_movie_list", "movie_type": "charged", "after": next});
    let rest = two.done(rest).await;
    assert_eq!(rest["movie_list"][0]["name"], "d", "{rest}");
    assert_eq!(rest["next"], Value::Null);
}
