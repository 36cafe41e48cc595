//! The ways in which a value of the mapper ends without the program ending it.

use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use youku_orm::{Database, DatabaseKind, Model};
use youku_tests::{Backend, Result, TestDatabase};

use super::{COMMITTED, is_whole, open, prepare};
use crate::models::Person;

/// The longest that a test waits.
const SOON: Duration = Duration::from_secs(60);

/// The message of an expected panic.
const MEANT: &str = "this panic is meant to happen";

/// A value that is to be dropped.
pub(super) struct Held {
    value: Box<dyn Send>,
    /// Another handle of its pool.
    pool: Option<Database>,
}

impl Held {
    pub(super) fn new(value: impl Send + 'static, pool: Option<Database>) -> Self {
        let value = Box::new(value);
        Self { value, pool }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// In a task of a runtime that is dropped.
    WithItsRuntime,
    /// In a task of a runtime that shuts down in the background.
    InTheBackground,
    /// After its runtime has ended.
    AfterItsRuntime,
    /// On a thread without a runtime.
    OutsideAnyRuntime,
    /// By a panic of its task.
    WithAPanic,
    /// By a panic of a thread without a runtime.
    WithAPanicOutside,
}

const ENDINGS: [Ending; 6] = [
    Ending::WithItsRuntime,
    Ending::InTheBackground,
    Ending::AfterItsRuntime,
    Ending::OutsideAnyRuntime,
    Ending::WithAPanic,
    Ending::WithAPanicOutside,
];

/// Makes the value and drops it in every way, on a runtime with one thread and on one with several.
pub(super) fn every_ending(
    backend: Backend,
    make: impl AsyncFn(Database, String) -> Result<Held> + Send + Sync,
) {
    if !backend.is_available() {
        return;
    }
    watch_panics();
    let own = runtime(true, "the test itself");
    let database = own.block_on(TestDatabase::create(backend));
    own.block_on(prepare(&database)).unwrap();
    for ending in ENDINGS {
        for is_single in [true, false] {
            // The name of each thread, which distinguishes its panics from those of other tests.
            let name = format!("{ending:?}, one thread: {is_single}, {}", database.url());
            let ends = || end(&database, ending, runtime(is_single, &name), &make);
            in_thread(&name, ends).expect("no panic");
            let whole =
                own.block_on(async { tokio::time::timeout(SOON, is_whole(&database)).await });
            whole
                .unwrap_or_else(|_| panic!("{name}: it takes too long"))
                .unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
            let panics = panics(&name);
            assert!(panics.is_empty(), "{name}: {panics:?}");
        }
    }
}

fn runtime(is_single: bool, name: &str) -> Runtime {
    let mut builder = if is_single {
        Builder::new_current_thread()
    } else {
        Builder::new_multi_thread()
    };
    let builder = builder.worker_threads(2).thread_name(name);
    builder.enable_all().build().unwrap()
}

fn end(
    database: &TestDatabase,
    ending: Ending,
    runtime: Runtime,
    make: &impl AsyncFn(Database, String) -> Result<Held>,
) {
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    let made = async { make(open(database.url()).await?, database.url().to_owned()).await };
    let held = runtime.block_on(async { tokio::time::timeout(SOON, made).await });
    let Held { value, pool } = held.expect("it is made in time").unwrap();
    match ending {
        Ending::WithItsRuntime => {
            runtime.spawn(hold(value));
            drop(runtime);
            return wait_for_threads(pool);
        }
        Ending::InTheBackground => {
            runtime.spawn(hold(value));
            runtime.shutdown_background();
            return wait_for_threads(pool);
        }
        Ending::AfterItsRuntime => {
            runtime.shutdown_background();
            drop(value);
            return wait_for_threads(pool);
        }
        Ending::OutsideAnyRuntime => in_thread(&name, || drop(value)).unwrap(),
        Ending::WithAPanic => {
            let panics = runtime.spawn(async move {
                let _value = value;
                panic!("{MEANT}");
            });
            let ended = runtime.block_on(panics);
            assert!(ended.is_err_and(|error| error.is_panic()));
        }
        Ending::WithAPanicOutside => {
            let panics = || {
                let _value = value;
                panic!("{MEANT}");
            };
            assert!(in_thread::<()>(&name, panics).is_err());
        }
    }
    // The runtime still runs, and so does the pool: what it writes next is committed.
    if let Some(db) = pool {
        let written = runtime.block_on(write(&db, database.url()));
        assert_eq!(written.unwrap(), COMMITTED);
    }
}

/// Waits until no thread uses a connection of the pool.
///
/// A runtime that shuts down in the background leaves the threads of its SQLite statements behind. A statement that waits for a lock
/// there may still get it, and would change a row after the next ending has written it.
fn wait_for_threads(pool: Option<Database>) {
    if let Some(db) = pool.filter(|db| db.kind() == DatabaseKind::Sqlite) {
        let closed = async { tokio::time::timeout(SOON, db.close()).await };
        let closed = runtime(true, "the end of the pool").block_on(closed);
        closed.expect("every connection is released").unwrap();
    }
}

/// Changes every row through the pool, and counts the changed rows through another pool.
async fn write(db: &Database, url: &str) -> Result<u64> {
    let everybody = Person::query().every_row().set(Person::AGE, 3);
    everybody.update(db).await?;
    let written = Person::filter(Person::AGE.eq(3));
    Ok(written.count(&open(url).await?).await?)
}

async fn hold(value: Box<dyn Send>) {
    let _value = value;
    std::future::pending::<()>().await;
}

fn in_thread<T: Send>(
    name: &str,
    work: impl FnOnce() -> T + Send,
) -> Result<T, Box<dyn std::any::Any + Send>> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    std::thread::scope(|scope| thread.spawn_scoped(scope, work).unwrap().join())
}

/// The unexpected panics, each with the name of its thread.
static PANICS: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// Records every panic from now on: tokio catches the panics of a task, and drops the tasks of a runtime that shuts down.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if info.payload_as_str() == Some(MEANT) {
                return;
            }
            let thread = std::thread::current().name().unwrap_or_default().to_owned();
            let mut panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
            panics.push((thread, info.to_string()));
            drop(panics);
            before(info);
        }));
    });
}

/// The panic messages of the threads with that name.
fn panics(name: &str) -> Vec<String> {
    let panics = PANICS.lock().unwrap_or_else(PoisonError::into_inner);
    let of_name = panics.iter().filter(|(thread, _)| thread == name);
    of_name.map(|(_, text)| text.clone()).collect()
}
