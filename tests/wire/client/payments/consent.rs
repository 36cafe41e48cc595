//! Nothing is charged that a client has not named a price for.

use serde_json::{Value, json};
use youku_core::{Payment, Role};
use youku_server::{Client, Code};

use crate::client::payments::start;
use crate::protocol2::Two;
use crate::support::PASSWORD;

#[tokio::test]
async fn nothing_is_charged_without_a_named_price() {
    let (server, till, movie) = start(Payment::Accepted).await;
    let mut two = Two::user(&server, "neo").await;
    let download =
        |price: Value| json!({"type": "download_movie", "movie_id": movie, "max_price": price});
    let vip = |price: Value| json!({"type": "charge_vip", "key": "a", "max_price": price});
    for (request, price) in [
        (json!({"type": "download_movie", "movie_id": movie}), 1000),
        (download(Value::Null), 1000),
        (download(json!(999)), 1000),
        (json!({"type": "charge_vip"}), 3000),
        (vip(Value::Null), 3000),
        (vip(json!(2999)), 3000),
    ] {
        let reply = two.refused(request, "price_changed").await;
        assert_eq!(reply["price"], price);
    }
    assert!(till.amounts().is_empty());
    assert_eq!(two.done(download(json!(1000))).await["price"], 1000);
    two.raw.receive_bytes(5).await;
    assert_eq!(two.done(vip(json!(3000))).await["price"], 3000);
    // What is paid costs nothing more.
    let again = json!({"type": "download_movie", "movie_id": movie});
    assert_eq!(two.done(again).await["price"], 0);
    two.raw.receive_bytes(5).await;
    assert_eq!(two.done(vip(Value::Null)).await["price"], 3000);
    assert_eq!(till.amounts(), [1000, 3000]);
}

#[tokio::test]
async fn a_movie_says_what_it_costs_and_asking_changes_nothing() {
    let (server, till, movie) = start(Payment::Accepted).await;
    let mut two = Two::user(&server, "neo").await;
    let ask = json!({"type": "movie", "movie_id": movie});
    let reply = two.done(ask.clone()).await;
    let found = (
        &reply["name"],
        &reply["owned"],
        &reply["price"],
        &reply["wait_time"],
    );
    assert_eq!(
        found,
        (&json!("a.mp4"), &json!(false), &json!(1000), &json!(0))
    );
    assert!(till.amounts().is_empty());
    let download = json!({"type": "download_movie", "movie_id": movie, "max_price": 1000});
    two.done(download).await;
    two.raw.receive_bytes(5).await;
    let reply = two.done(ask).await;
    assert_eq!(
        (&reply["owned"], &reply["price"]),
        (&json!(true), &json!(0))
    );
    two.refused(json!({"type": "movie", "movie_id": 99}), "not_found")
        .await;
    let mut client = Client::connect(server.address).await.unwrap();
    client
        .register("trinity", PASSWORD, Role::User)
        .await
        .unwrap();
    client.login("trinity", PASSWORD, None).await.unwrap();
    let quote = client.movie(movie).await.unwrap();
    assert_eq!(
        (quote.price_fen, quote.is_owned, quote.movie.id),
        (1000, false, movie)
    );
    let error = client.download(movie).await.unwrap_err();
    assert_eq!(
        (error.code(), error.price_fen()),
        (Some(Code::PriceChanged), Some(1000))
    );
}
