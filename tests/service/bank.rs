//! A payment provider that does what the test tells it to and records what it charged.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::{Semaphore, watch};
use youku_core::{Charge, Charging, Payment, Payments};
use youku_tests::TestDatabase;

use crate::world::{World, policy};

/// What the bank does with a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Accept,
    Decline,
    /// It takes the money, but its answer is lost.
    LoseReply,
    /// It takes nothing and is unreachable.
    Down,
    /// It takes the money and never answers.
    Hang,
}

#[derive(Debug, Clone)]
pub(crate) struct Bank {
    books: Arc<Mutex<Books>>,
    /// How many more charges it processes.
    open: Arc<Semaphore>,
    /// How many charges have arrived.
    come: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Books {
    taken: HashMap<String, u64>,
    calls: Vec<Charge>,
    moods: VecDeque<Mood>,
}

impl Bank {
    pub(crate) fn new() -> Self {
        Self {
            books: Arc::default(),
            open: Arc::new(Semaphore::new(1000)),
            come: watch::Sender::new(0),
        }
    }

    /// A provider that processes charges as [`let_in`](Self::let_in) says.
    pub(crate) fn closed() -> Self {
        let open = Arc::new(Semaphore::new(0));
        Self {
            open,
            ..Self::new()
        }
    }

    /// Waits until that many charges have arrived.
    pub(crate) async fn waiting(&self, charges: usize) {
        let mut come = self.come.subscribe();
        let waited = come.wait_for(|come| *come >= charges).await;
        waited.expect("the sender lives in the bank");
    }

    pub(crate) fn let_in(&self, charges: usize) {
        self.open.add_permits(charges);
    }

    /// What it does with the next charges; after them it accepts.
    pub(crate) fn feel(&self, moods: impl IntoIterator<Item = Mood>) {
        self.books().moods.extend(moods);
    }

    /// The total that it took, in fen.
    pub(crate) fn taken(&self) -> u64 {
        self.books().taken.values().sum()
    }

    /// The charges that it was asked for.
    pub(crate) fn calls(&self) -> Vec<Charge> {
        self.books().calls.clone()
    }

    pub(crate) async fn world(&self, database: &TestDatabase) -> World {
        World::with_payments(database, policy(), self.clone()).await
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("no holder panics")
    }
}

impl Payments for Bank {
    fn charge<'a>(&'a self, charge: &'a Charge) -> Charging<'a> {
        Box::pin(async move {
            self.come.send_modify(|come| *come += 1);
            let permit = self.open.acquire().await.expect("it is never closed");
            permit.forget();
            let mood = {
                let mut books = self.books();
                books.calls.push(charge.clone());
                let mood = books.moods.pop_front().unwrap_or(Mood::Accept);
                if matches!(mood, Mood::Accept | Mood::LoseReply | Mood::Hang) {
                    let known = books.taken.insert(charge.key.clone(), charge.amount_fen);
                    assert!(known.is_none_or(|amount| amount == charge.amount_fen));
                }
                mood
            };
            match mood {
                Mood::Accept => Payment::Accepted,
                Mood::Decline => Payment::Declined,
                Mood::LoseReply | Mood::Down => Payment::Unavailable,
                Mood::Hang => std::future::pending().await,
            }
        })
    }
}
