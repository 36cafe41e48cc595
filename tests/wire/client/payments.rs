//! Charges that a payment provider declines or does not answer.

mod consent;

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use youku_core::{Charge, Charging, Kind, Payment, Payments, Policy, Role};
use youku_server::client::MoviePart;
use youku_server::{Client, Code};

use crate::client::operations::code;
use crate::client::terminal::play_on;
use crate::protocol2::Two;
use crate::raw::Raw;
use crate::support::{PASSWORD, Server, policy};

/// A provider that gives the answer it was last told to give, and records its calls.
#[derive(Debug, Clone)]
pub(crate) struct Till {
    answer: Arc<Mutex<Payment>>,
    charges: Arc<Mutex<Vec<Charge>>>,
}

impl Till {
    fn answers(&self, payment: Payment) {
        *self.answer.lock().unwrap() = payment;
    }

    pub(crate) fn amounts(&self) -> Vec<u64> {
        let charges = self.charges.lock().unwrap();
        charges.iter().map(|charge| charge.amount_fen).collect()
    }
}

impl Payments for Till {
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
        self.charges.lock().unwrap().push(charge.clone());
        let answer = *self.answer.lock().unwrap();
        Box::pin(std::future::ready(answer))
    }
}

/// A server with a paid movie, where membership costs 30 yuan and users do not have to wait.
pub(crate) async fn start(answer: Payment) -> (Server, Till, u64) {
    let till = Till {
        answer: Arc::new(Mutex::new(answer)),
        charges: Arc::default(),
    };
    let policy = Policy {
        membership_price_fen: 3000,
        download_wait: std::time::Duration::ZERO,
        ..policy()
    };
    let server = Server::with_payments(policy, till.clone()).await;
    let movie = server.add_movies(Kind::Charged, &["a.mp4"]).await[0];
    (server, till, movie)
}

/// A whole movie, for this price at most.
pub(crate) fn paying(max_price: u64) -> MoviePart {
    MoviePart {
        max_price,
        ..MoviePart::default()
    }
}

/// Sends requests unchanged and asserts how each is refused, and that nothing follows the refusal.
async fn refused(raw: &mut Raw, requests: &[Value], code: &str, msg: &str) {
    for request in requests {
        raw.send_text(request.to_string().as_bytes()).await;
        let reply = raw.receive().await;
        let retry_after = match code {
            "unavailable" => json!(1),
            _ => Value::Null,
        };
        let found = [
            &reply["flag"],
            &reply["code"],
            &reply["msg"],
            &reply["retry_after"],
        ];
        assert_eq!(
            found,
            [&json!(false), &json!(code), &json!(msg), &retry_after]
        );
        raw.expect_alive().await;
    }
}

#[tokio::test]
async fn prices_are_shown_before_a_purchase() {
    let (server, _, _) = start(Payment::Accepted).await;
    let mut two = Two::connect(&server).await;
    let expected = json!({
        "flag": true, "code": "ok", "movie_price": 1000, "member_price": 500,
        "membership_price": 3000, "membership_period": 2_592_000, "download_wait": 0,
    });
    assert_eq!(two.done(json!({"type": "prices"})).await, expected);
    let mut client = Client::connect(server.address).await.unwrap();
    let prices = client.prices().await.unwrap();
    let found = (
        prices.movie_fen,
        prices.member_movie_fen,
        prices.membership_fen,
    );
    assert_eq!(found, (1000, 500, 3000));
    assert_eq!(
        (prices.membership_seconds, prices.wait_seconds),
        (2_592_000, 0)
    );
}

#[tokio::test]
async fn existing_clients_learn_of_a_failed_charge_in_both_dialects() {
    let (server, till, movie) = start(Payment::Declined).await;
    let raw = &mut server.user("neo").await;
    for session in ["cookies", "session"] {
        let requests = [
            json!({"type": "charge_vip", session: raw.cookies}),
            json!({"type": "download_movie", session: raw.cookies, "movie_id": movie}),
        ];
        till.answers(Payment::Declined);
        refused(raw, &requests, "payment_declined", "支付失败").await;
        till.answers(Payment::Unavailable);
        let msg = "服务暂时不可用，请稍后再试";
        refused(raw, &requests, "unavailable", msg).await;
    }
    till.answers(Payment::Accepted);
    let download = json!({"type": "download_movie", "movie_id": movie});
    assert_eq!(raw.ask(download).await["price"], 1000);
    assert_eq!(raw.receive_bytes(5).await, b"a.mp4");
}

#[tokio::test]
async fn protocol_2_reports_the_refusal_and_nothing_was_bought() {
    let (server, till, movie) = start(Payment::Declined).await;
    let mut two = Two::user(&server, "neo").await;
    let vip = json!({"type": "charge_vip", "key": "first", "max_price": 3000});
    let download = json!({"type": "download_movie", "movie_id": movie, "max_price": 1000});
    for (answer, code) in [
        (Payment::Declined, "payment_declined"),
        (Payment::Unavailable, "unavailable"),
    ] {
        till.answers(answer);
        for request in [&vip, &download] {
            let reply = two.refused(request.clone(), code).await;
            assert!(reply["msg"].is_string());
        }
        let who = two.done(json!({"type": "whoami"})).await;
        assert_eq!(who["is_vip"], false);
        let bought = two.done(json!({"type": "purchases"})).await;
        assert_eq!(bought["purchase_list"], json!([]));
    }
    till.answers(Payment::Accepted);
    assert_eq!(two.done(download).await["price"], 1000);
    assert_eq!(two.raw.receive_bytes(5).await, b"a.mp4");
    assert_eq!(two.done(vip).await["price"], 3000);
    let bought = two.done(json!({"type": "purchases"})).await;
    assert_eq!(bought["purchase_list"][0]["price"], 1000);
}

#[tokio::test]
async fn one_key_buys_one_period_of_membership() {
    let (server, till, _) = start(Payment::Accepted).await;
    let mut two = Two::user(&server, "neo").await;
    let vip = |key: Value| json!({"type": "charge_vip", "key": key, "max_price": 3000});
    let first = two.done(vip(json!("first"))).await;
    assert_eq!(two.done(vip(json!("first"))).await, first);
    assert_eq!(till.amounts(), [3000]);
    let second = two.done(vip(json!("k".repeat(255)))).await;
    let end = |reply: &Value| reply["member_until"].as_i64().unwrap();
    assert!(end(&second) > end(&first));
    two.done(vip(Value::Null)).await;
    assert_eq!(till.amounts(), [3000; 3]);
    for key in [String::new(), "k".repeat(256)] {
        let reply = two.refused(vip(json!(key)), "bad_request").await;
        assert_eq!(reply["field"], "key");
    }
}

#[tokio::test]
async fn our_client_learns_the_code() {
    let (server, till, movie) = start(Payment::Declined).await;
    let mut client = Client::connect(server.address).await.unwrap();
    client.register("neo", PASSWORD, Role::User).await.unwrap();
    client.login("neo", PASSWORD, None).await.unwrap();
    let declined = Some(Code::PaymentDeclined);
    assert_eq!(
        code(client.download_part(movie, &paying(1000)).await),
        declined
    );
    assert_eq!(code(client.renew_membership(3000).await), declined);
    assert!(client.purchases().await.unwrap().is_empty());
    till.answers(Payment::Accepted);
    let bought = client.renew_membership_once("first", 3000).await.unwrap();
    let again = client.renew_membership_once("first", 3000).await.unwrap();
    assert_eq!((bought.price_fen, bought), (3000, again));
    assert_eq!(
        client
            .download_part(movie, &paying(500))
            .await
            .unwrap()
            .price_fen(),
        500
    );
    let purchases = client.purchases().await.unwrap();
    let found = (
        purchases[0].movie_id,
        &*purchases[0].movie,
        purchases[0].price_fen,
    );
    assert_eq!((purchases.len(), found), (1, (movie, "a.mp4", 500)));
}

#[tokio::test]
async fn the_menu_resumes_a_purchase_without_an_answer() {
    let (server, till, _) = start(Payment::Unavailable).await;
    let folder = tempfile::tempdir().unwrap();
    let (downloads, state) = (folder.path().join("downloads"), folder.path().join("state"));
    let log_in = ["2", "2", "neo", PASSWORD];
    let register = ["2", "1", "neo", PASSWORD, PASSWORD, "q"];
    let buy = [&log_in[..], &["4", "y", "q", "q"]].concat();
    let lines = [&register[..], &buy].concat();
    let screen = play_on(&server, &downloads, &state, &lines).await;
    assert!(!screen.contains("Membership renewed."), "{screen}");
    till.answers(Payment::Accepted);
    // For the menu it looks as if another process had done this.
    let screen = play_on(&server, &downloads, &state, &buy).await;
    assert!(screen.contains("Membership renewed."), "{screen}");
    let charges = till.charges.lock().unwrap();
    assert_eq!(charges.len(), 2);
    assert_eq!(charges[0].key, charges[1].key);
}
