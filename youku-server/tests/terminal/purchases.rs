//! Purchases of membership that one command begins and another completes.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use youku_core::{Charge, Charging, Kind, Payment, Payments};

use crate::script::{frame, receive};
use crate::world::World;

/// A provider that gives these answers, the last one first, and then accepts; it remembers under which
/// keys it was asked.
#[derive(Debug, Clone, Default)]
struct Till {
    answers: Arc<Mutex<Vec<Payment>>>,
    keys: Arc<Mutex<Vec<String>>>,
}

impl Till {
    fn answering(answer: Payment) -> Self {
        let till = Self::default();
        till.answers.lock().unwrap().push(answer);
        till
    }

    fn keys(&self) -> Vec<String> {
        self.keys.lock().unwrap().clone()
    }
}

impl Payments for Till {
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
        self.keys.lock().unwrap().push(charge.key.clone());
        let answer = self.answers.lock().unwrap().pop();
        Box::pin(std::future::ready(answer.unwrap_or(Payment::Accepted)))
    }
}

/// When a membership ends that `vip` buys now.
fn buy(world: &World) -> Value {
    let membership = world.json(&["vip", "--max-price", "30"])["membership"].clone();
    assert_eq!(membership["price_fen"], json!(3000));
    membership["until"].clone()
}

/// The files of the purchases that have not ended.
fn begun(world: &World) -> Vec<PathBuf> {
    let purchases = world.folder.path().join(".local/state/youku/purchases");
    let entries = fs::read_dir(purchases).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn world(till: &Till) -> World {
    let world = World::paid_through(till.clone());
    world.register("neo");
    world.log_in("neo");
    world
}

#[test]
fn a_purchase_without_a_reply_is_continued_and_charged_once() {
    let till = Till::answering(Payment::Unavailable);
    let world = world(&till);
    world.fails(&["vip", "--max-price", "30"], 8, "unavailable");
    let first = buy(&world);
    let keys = till.keys();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert!(begun(&world).is_empty());
    // That one has ended, and the next is another.
    assert_ne!(buy(&world), first);
    assert_ne!(till.keys()[2], keys[0]);
}

/// A server that hangs up on the first purchases, so many, instead of answering. It tells the keys of
/// all.
fn unreliable(lost: usize) -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let keys = Arc::<Mutex<Vec<Value>>>::default();
    let told = Arc::clone(&keys);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while let Some(request) = receive(&mut stream) {
                if request["type"] == "charge_vip" {
                    let mut keys = keys.lock().unwrap();
                    keys.push(request["key"].clone());
                    if keys.len() <= lost {
                        break;
                    }
                }
                let reply = json!({
                    "flag": true, "code": "ok", "proto": 2, "max_size": 1000, "user_id": 7,
                    "username": "neo", "user_type": "user", "is_vip": false, "member_until": 0,
                    "price": 3000,
                });
                stream.write_all(&frame(&reply)).unwrap();
            }
        }
    });
    (address, told)
}

#[test]
fn a_purchase_keeps_its_key_until_a_reply_arrives() {
    let world = World::new(0);
    let (server, keys) = unreliable(2);
    let vip = ["vip", "--max-price", "30", "--server", &server];
    // It is asked for again once, in vain.
    world.fails(&vip, 9, "no_connection");
    world.json(&vip);
    world.json(&vip);
    let keys = keys.lock().unwrap().clone();
    assert_eq!(keys.len(), 4);
    assert!(keys[0].is_string());
    assert_eq!(keys[..3], [&keys[0]; 3].map(Value::clone));
    assert_ne!(keys[3], keys[0]);
}

#[test]
fn a_declined_purchase_has_ended() {
    let till = Till::answering(Payment::Declined);
    let world = world(&till);
    world.fails(&["vip", "--max-price", "30"], 7, "payment_declined");
    assert!(begun(&world).is_empty());
    buy(&world);
    let keys = till.keys();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn a_damaged_purchase_key_is_reported_with_its_fix() {
    let till = Till::answering(Payment::Unavailable);
    let world = world(&till);
    world.fails(&["vip", "--max-price", "30"], 8, "unavailable");
    let files = begun(&world);
    assert_eq!(files.len(), 1);
    let file = &files[0];
    fs::write(file, "").unwrap();
    let failed = world.run(&["vip", "--max-price", "30"], "");
    assert_eq!(failed.status.code(), Some(12), "{failed:?}");
    let told = String::from_utf8(failed.stderr).unwrap();
    assert!(told.contains(file.to_str().unwrap()), "{told}");
    assert!(told.contains("remove the file"), "{told}");
    assert_eq!(till.keys().len(), 1);
    fs::remove_file(file).unwrap();
    buy(&world);
}

#[test]
fn a_script_that_names_no_price_buys_nothing() {
    let till = Till::default();
    let world = world(&till);
    world.add_movie("a.mp4", Kind::Charged, b"one");
    world.fails(&["vip"], 7, "price_changed");
    world.fails(&["vip", "--max-price", "29.99"], 7, "price_changed");
    let output = world.run(&["download", "1", "--json"], "y\n");
    assert_eq!(output.status.code(), Some(7));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = &report["downloads"][0]["error"];
    assert_eq!(
        (&error["code"], &error["price_fen"]),
        (&json!("price_changed"), &json!(1000))
    );
    world.fails(&["download", "1", "--max-price", "ten"], 2, "usage");
    let movie = &world.json(&["movie", "1"])["movie"];
    assert_eq!(
        (&movie["price_fen"], &movie["is_owned"]),
        (&json!(1000), &json!(false))
    );
    assert!(till.keys().is_empty());
    let saved = world.json(&["download", "1", "--max-price", "12.5"]);
    assert_eq!(saved["downloads"][0]["price_fen"], json!(1000));
    assert_eq!(
        world.json(&["movie", "1"])["movie"]["is_owned"],
        json!(true)
    );
}

#[test]
fn a_terminal_is_asked_for_the_price_in_both_languages() {
    let till = Till::default();
    let world = world(&till);
    for (language, question, no) in [
        ("en", "Buy membership for 30.00 yuan", "nothing was bought"),
        ("zh", "会员费 30.00 元", "未购买"),
    ] {
        let vip = ["vip", "--lang", language];
        let mut terminal = world.terminal_to(&world.address, &vip, 80);
        terminal.at(question, "n\r");
        terminal.until(no);
        assert_eq!(terminal.ends().code(), Some(7));
    }
    assert!(till.keys().is_empty());
    let mut terminal = world.terminal_to(&world.address, &["vip", "--lang", "en"], 80);
    terminal.at("Buy membership for 30.00 yuan", "y\r");
    terminal.until("Charged: 30.00 yuan");
    assert!(terminal.ends().success());
}
