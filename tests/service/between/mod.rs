//! Another writer between what an operation has read and what it writes, exactly there: what an operation found is looked at
//! again by what it changes.
//!
//! [`Watched`] is told of each statement of a service and, after the one that a test names, runs the other writer to its end
//! before the service gets to its next statement. Nothing can come between the statements of a transaction of SQLite, which
//! locks the database when it begins; those tests run on MariaDB alone.

mod downloads;
mod movies;
mod payments;
mod saving;
mod sweeps;
mod uploads;
mod users;

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::block_in_place;
use tokio::time::timeout;
use youku_core::{Admin, Policy, Session, Youku};
use youku_orm::Database;
use youku_tests::{Backend, Fixture, Result, run};

use crate::world::{World, policy};

/// How long the other writer may take. It takes longer only when it waits for a lock of the operation that it is to overtake.
const LONG: Duration = Duration::from_secs(20);

type Other = Pin<Box<dyn Future<Output = Result> + Send>>;

/// What comes between two statements.
struct Planned {
    verb: &'static str,
    table: &'static str,
    passed: usize,
    other: Other,
}

#[derive(Default)]
struct State {
    planned: Option<Planned>,
    done: Option<Result>,
    told: Vec<String>,
}

/// A service over the database and movies of a [`World`], whose statements can be followed by another writer.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) youku: Youku,
    state: Arc<Mutex<State>>,
}

impl Watched {
    pub(crate) async fn new(world: &World) -> Result<Self> {
        Self::with_policy(world, policy()).await
    }

    pub(crate) async fn with_policy(world: &World, policy: Policy) -> Result<Self> {
        Self::with(
            world,
            policy,
            Database::connect(world.database.url()).await?,
        )
        .await
    }

    /// Over a database that the test has opened itself.
    pub(crate) async fn with(world: &World, policy: Policy, db: Database) -> Result<Self> {
        let state = Arc::new(Mutex::new(State::default()));
        let (seen, runtime) = (state.clone(), Handle::current());
        let db = db.on_statement(move |statement| {
            let Some(other) = lock(&seen).next(statement.sql) else {
                return;
            };
            // Other tasks of this thread go on elsewhere.
            let done = block_in_place(|| runtime.block_on(timeout(LONG, other)));
            let waits = || Err("the other writer waits for a lock of this one".into());
            lock(&seen).done = Some(done.unwrap_or_else(|_| waits()));
        });
        let youku = world.builder(policy).existing_database(db).open().await?;
        Ok(Self { youku, state })
    }

    /// Runs `other` after the next statement that begins with `verb` and names `table`.
    pub(crate) fn after(
        &self,
        verb: &'static str,
        table: &'static str,
        other: impl Future<Output = Result> + Send + 'static,
    ) {
        self.after_more(0, verb, table, other);
    }

    /// The same after `passed` others like it.
    pub(crate) fn after_more(
        &self,
        passed: usize,
        verb: &'static str,
        table: &'static str,
        other: impl Future<Output = Result> + Send + 'static,
    ) {
        lock(&self.state).planned = Some(Planned {
            verb,
            table,
            passed,
            other: Box::pin(other),
        });
    }

    /// How the other writer came to its end.
    ///
    /// # Errors
    ///
    /// Its own; and when the moment for it never came.
    pub(crate) fn acted(&self) -> Result {
        let mut state = lock(&self.state);
        match state.done.take() {
            Some(done) => done,
            None => Err(format!("there is no such statement among {:#?}", state.told).into()),
        }
    }

    /// The statements so far.
    pub(crate) fn told(&self) -> Vec<String> {
        lock(&self.state).told.clone()
    }

    /// The session of `root`, as this service sees it.
    pub(crate) async fn admin(&self, root: &Admin) -> Result<Admin> {
        Ok(self.session(root.session()).await?.admin().await?)
    }

    pub(crate) async fn session(&self, session: &Session) -> Result<Session> {
        Ok(self.youku.session(session.token()).await?)
    }
}

impl State {
    /// The other writer, if this is its moment.
    fn next(&mut self, sql: &str) -> Option<Other> {
        self.told.push(sql.to_owned());
        let planned = self.planned.as_mut()?;
        if !(sql.starts_with(planned.verb) && sql.contains(planned.table)) {
            return None;
        }
        if planned.passed > 0 {
            planned.passed -= 1;
            return None;
        }
        self.planned.take().map(|planned| planned.other)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics")
}

/// Runs a test on MariaDB, where others come between the statements of a transaction.
pub(crate) fn on_mysql<A: Fixture>(body: impl AsyncFnOnce(A) -> Result) {
    run(Backend::Mysql, body);
}
