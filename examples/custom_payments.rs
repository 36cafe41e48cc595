//! A service whose users pay from a wallet. Charges go to a custom payment provider, which may
//! decline; the service retries a charge when its answer gets lost.
//!
//! ```text
//! cargo run --example custom_payments
//! ```
//!
//! Everything is in memory. The part to learn from is [`Wallets`], and above all why it keeps the keys
//! of the charges that it has seen.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use youku_core::{
    Admin, Begin, Charge, Charging, Code, Credentials, Kind, MovieId, NewMovie, Payment, Payments,
    Policy, Registration, Session, UserId, Youku, first,
};

/// The users' balances, in fen. A real provider is called over the network; this one keeps its books in
/// memory, and can be told to lose its answers.
#[derive(Debug, Default, Clone)]
struct Wallets(Arc<Mutex<Books>>);

#[derive(Debug, Default)]
struct Books {
    balances: HashMap<UserId, u64>,
    /// The answer to each charge, by its key. Without it the retry of a charge whose answer was lost would
    /// charge again. A wallet in a database needs a table for it, with UNIQUE on the key. Providers such as
    /// Stripe call this key the idempotency key and keep it themselves.
    answers: HashMap<String, Payment>,
    answers_get_lost: bool,
}

impl Payments for Wallets {
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
        Box::pin(async move {
            let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let answer = match books.answers.get(&charge.key) {
                Some(answer) => *answer,
                None => books.take(charge),
            };
            if books.answers_get_lost {
                Payment::Unavailable
            } else {
                answer
            }
        })
    }
}

impl Books {
    fn take(&mut self, charge: &Charge) -> Payment {
        let balance = self.balances.entry(charge.user).or_default();
        let answer = match balance.checked_sub(charge.amount_fen) {
            Some(rest) => {
                *balance = rest;
                Payment::Accepted
            }
            None => Payment::Declined,
        };
        self.answers.insert(charge.key.clone(), answer);
        answer
    }
}

impl Wallets {
    fn top_up(&self, user: UserId, fen: u64) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *books.balances.entry(user).or_default() += fen;
    }

    fn balance(&self, user: UserId) -> u64 {
        let books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        books.balances.get(&user).copied().unwrap_or(0)
    }

    fn lose_answers(&self, lost: bool) {
        let mut books = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        books.answers_get_lost = lost;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let wallets = Wallets::default();
    let policy = Policy {
        membership_price_fen: 2500,
        ..Policy::default()
    };
    let youku = Youku::builder()
        .database("sqlite::memory:")
        .movies("memory:///")
        .policy(policy)
        .payments(wallets.clone())
        .open()
        .await?;
    let root = registration("root");
    youku.create_admin(root).await?;
    let admin = login(&youku, "root").await?.admin().await?;
    let movie = upload(&admin).await?;

    youku.register(registration("neo")).await?;
    let neo = login(&youku, "neo").await?;
    let user = neo.user_id();

    let declined = neo.download(movie).at_most(1000).open().await;
    match declined {
        Err(error) if error.code() == Code::PaymentDeclined => {
            println!("an empty wallet: {error}");
        }
        other => return Err(format!("an empty wallet paid: {other:?}").into()),
    }

    wallets.top_up(user, 4000);
    wallets.lose_answers(true);
    match neo.download(movie).at_most(1000).open().await {
        Err(error) if error.is_retryable() => {
            println!("a lost answer: {error}");
        }
        other => return Err(format!("the provider did not answer: {other:?}").into()),
    }
    println!("the wallet has {} fen", wallets.balance(user));

    wallets.lose_answers(false);
    let download = neo.download(movie).at_most(1000).open().await?;
    println!("the retry: charged {} fen in all", download.price_fen);
    println!("the wallet has {} fen", wallets.balance(user));

    // A client that may have to retry gives its renewal a name.
    let once = neo.renew_membership_once("2026-11", 2500).await?;
    let again = neo.renew_membership_once("2026-11", 2500).await?;
    if once != again {
        return Err("one renewal was two".into());
    }
    println!("a member until {}", once.until);
    println!("the wallet has {} fen", wallets.balance(user));

    for purchase in neo.purchases(first(50)).await? {
        println!("{}: {} fen", purchase.movie_name, purchase.price_fen);
    }
    youku.close().await?;
    Ok(())
}

fn registration(name: &str) -> Registration {
    Registration {
        username: name.to_owned(),
        password: "follow the white rabbit".to_owned(),
    }
}

async fn login(youku: &Youku, name: &str) -> youku_core::Result<Session> {
    let Registration { username, password } = registration(name);
    let credentials = Credentials {
        username,
        password,
        role: None,
        peer: "[::1]:1999".to_owned(),
    };
    youku.login(credentials).await
}

async fn upload(admin: &Admin) -> youku_core::Result<MovieId> {
    let bytes: &[u8] = b"not much of a movie";
    let movie = NewMovie {
        name: "The Matrix.mp4".to_owned(),
        size: bytes.len() as u64,
        kind: Kind::Charged,
        sha256: None,
        hint: None,
    };
    match admin.upload(movie).await? {
        Begin::Exists(movie) => Ok(movie),
        Begin::Open(mut upload) => {
            upload.copy_from(bytes).await?;
            Ok(upload.finish().await?.movie.id)
        }
    }
}
