//! Another writer that runs exactly between an operation's read and its write. The operation's write must check again what the
//! operation has read.
//!
//! [`Moments`] receives each statement. After the statement that a test names, it runs the other writer to its end
//! before the service gets to its next statement. Nothing can run between the statements of an SQLite transaction, which
//! locks the database when it begins; those tests run on MariaDB alone.

mod administrators;
mod downloads;
mod movies;
mod opening;
mod payments;
mod quotas;
mod saving;
mod sweeps;
mod uploads;
mod users;

use std::ops::Deref;
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

/// How long the other writer may take. It takes longer only if it waits for a lock of the operation that it should overtake:
/// on a busy machine the slowest one, which creates all tables, has taken 20 seconds.
const LONG: Duration = Duration::from_secs(120);

type Other = Pin<Box<dyn Future<Output = Result> + Send>>;

/// What runs between two statements.
struct Planned {
    verb: &'static str,
    part: &'static str,
    passed: usize,
    other: Other,
}

#[derive(Default)]
struct State {
    planned: Option<Planned>,
    done: Option<Result>,
    told: Vec<String>,
}

/// Follows the statements of a database.
#[derive(Clone, Default)]
pub(crate) struct Moments(Arc<Mutex<State>>);

impl Moments {
    /// A handle of the database that reports its statements to the given value.
    pub(crate) fn of(db: &Database) -> (Database, Self) {
        let moments = Self::default();
        let (told, runtime) = (moments.clone(), Handle::current());
        let db = db.on_statement(move |statement| {
            let Some(other) = told.state().next(statement.sql) else {
                return;
            };
            // This thread's other tasks run elsewhere while it waits.
            let done = block_in_place(|| runtime.block_on(async { timeout(LONG, other).await }));
            let waits = || Err("the other writer waits for a lock of this one".into());
            told.state().done = Some(done.unwrap_or_else(|_| waits()));
        });
        (db, moments)
    }

    /// Runs `other` after the next statement that begins with `verb` and contains `part`.
    pub(crate) fn after(
        &self,
        verb: &'static str,
        part: &'static str,
        other: impl Future<Output = Result> + Send + 'static,
    ) {
        self.after_more(0, verb, part, other);
    }

    /// The same, after `passed` other statements like it.
    pub(crate) fn after_more(
        &self,
        passed: usize,
        verb: &'static str,
        part: &'static str,
        other: impl Future<Output = Result> + Send + 'static,
    ) {
        let mut state = self.state();
        state.told.clear();
        state.planned = Some(Planned {
            verb,
            part,
            passed,
            other: Box::pin(other),
        });
    }

    /// The outcome of the other writer.
    ///
    /// # Errors
    ///
    /// The writer's own error; also if its moment never came.
    pub(crate) fn acted(&self) -> Result {
        let mut state = self.state();
        match state.done.take() {
            Some(done) => done,
            None => Err(format!("no such statement among {:#?}", state.told).into()),
        }
    }

    /// The statements since the last plan, or since they were last cleared.
    pub(crate) fn told(&self) -> Vec<String> {
        self.state().told.clone()
    }

    /// Clears the recorded statements; recording starts again with the next statement.
    pub(crate) fn forget(&self) {
        self.state().told.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no test panics with it")
    }
}

/// A service over the database and movies of a [`World`], where another writer can run between statements.
pub(crate) struct Watched {
    pub(crate) youku: Youku,
    moments: Moments,
}

impl Watched {
    pub(crate) async fn new(world: &World) -> Result<Self> {
        Self::with_policy(world, policy()).await
    }

    pub(crate) async fn with_policy(world: &World, policy: Policy) -> Result<Self> {
        let db = Database::connect(world.database.url()).await?;
        Self::with(world, policy, &db).await
    }

    /// Over a database that the test has opened itself.
    pub(crate) async fn with(world: &World, policy: Policy, db: &Database) -> Result<Self> {
        let (db, moments) = Moments::of(db);
        let youku = world.builder(policy).existing_database(db).open().await?;
        Ok(Self { youku, moments })
    }

    /// An administrator's handle for this service.
    pub(crate) async fn admin(&self, admin: &Admin) -> Result<Admin> {
        Ok(self.session(admin.session()).await?.admin().await?)
    }

    pub(crate) async fn session(&self, session: &Session) -> Result<Session> {
        Ok(self.youku.session(session.token()).await?)
    }
}

impl Deref for Watched {
    type Target = Moments;

    fn deref(&self) -> &Moments {
        &self.moments
    }
}

impl State {
    /// Runs the other writer, if this is its moment.
    fn next(&mut self, sql: &str) -> Option<Other> {
        self.told.push(sql.to_owned());
        let planned = self.planned.as_mut()?;
        if !(sql.starts_with(planned.verb) && sql.contains(planned.part)) {
            return None;
        }
        if planned.passed > 0 {
            planned.passed -= 1;
            return None;
        }
        self.planned.take().map(|planned| planned.other)
    }
}

/// Runs a test on MariaDB, where other writers can run between the statements of a transaction.
pub(crate) fn on_mysql<A: Fixture>(body: impl AsyncFnOnce(A) -> Result) {
    run(Backend::Mysql, body);
}
