//! Lets a test be written once and run on every database.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::{Backend, Result, TestDatabase};

/// The longest that one test may take. It is far above what any test needs, so that a hang becomes a failure.
const DEADLINE: Duration = Duration::from_secs(120);

/// Makes tests of async functions: `both_databases![name]` gives `name::sqlite` and `name::mysql`.
///
/// The function takes one argument, anything that implements [`Fixture`]: a connected `Database`, or the
/// [`TestDatabase`] itself for its URL. It returns nothing or a [`Result`](crate::Result). Each run has a separate, empty
/// database. A function that is not in the list is dead code, and the compiler warns about it.
///
/// Without MariaDB `name::mysql` passes and one line per process says what was left out; with
/// `YOUKU_REQUIRE_MYSQL=1` in the environment it fails.
#[macro_export]
macro_rules! both_databases {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[cfg(feature = "sqlite")]
            #[test]
            fn sqlite() {
                $crate::run($crate::Backend::Sqlite, super::$name);
            }

            #[cfg(feature = "mysql")]
            #[test]
            fn mysql() {
                $crate::run($crate::Backend::Mysql, super::$name);
            }
        }
    )+};
}

/// Runs tests of [`both_databases!`] on a server without `RETURNING` as well: `without_returning![name]` gives
/// `without_returning::name`.
#[macro_export]
macro_rules! without_returning {
    ($($name:ident),+ $(,)?) => {
        #[cfg(feature = "mysql")]
        mod without_returning {
            $(
                #[test]
                fn $name() {
                    $crate::run_without_returning(super::$name);
                }
            )+
        }
    };
}

/// Runs one test body with an empty database of `backend`, on a separate runtime with two threads.
///
/// # Panics
///
/// When the body panics or returns an error, when it takes more than two minutes, or when the database cannot be made.
pub fn run<F, A, O>(backend: Backend, body: F)
where
    F: AsyncFnOnce(A) -> O,
    A: Fixture,
    O: Outcome,
{
    if !backend.is_available() {
        return;
    }
    let runtime = runtime();
    let database = runtime.block_on(TestDatabase::create(backend));
    run_on(&runtime, &database, body);
}

/// Runs one test body as [`run`] does, with a database on a server that has no `RETURNING`.
///
/// # Panics
///
/// As [`run`].
#[cfg(feature = "mysql")]
pub fn run_without_returning<F, A, O>(body: F)
where
    F: AsyncFnOnce(A) -> O,
    A: Fixture,
    O: Outcome,
{
    let runtime = runtime();
    if let Some(database) = runtime.block_on(TestDatabase::create_without_returning()) {
        run_on(&runtime, &database, body);
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime needs two threads and an epoll descriptor")
}

fn run_on<F, A, O>(runtime: &Runtime, database: &TestDatabase, body: F)
where
    F: AsyncFnOnce(A) -> O,
    A: Fixture,
    O: Outcome,
{
    runtime.block_on(async {
        let fixture = A::prepare(database).await;
        let outcome = tokio::time::timeout(DEADLINE, body(fixture)).await;
        outcome
            .expect("the test takes more than two minutes")
            .check();
    });
}

/// What a test asks for as its argument.
pub trait Fixture: Sized {
    /// Makes the argument from a newly created database.
    fn prepare(database: &TestDatabase) -> impl Future<Output = Self>;
}

impl Fixture for TestDatabase {
    async fn prepare(database: &TestDatabase) -> Self {
        database.clone()
    }
}

impl Fixture for youku_orm::Database {
    async fn prepare(database: &TestDatabase) -> Self {
        Self::connect(database.url())
            .await
            .expect("a database that was just created accepts connections")
    }
}

/// What a test returns: nothing, or a [`Result`](crate::Result).
pub trait Outcome {
    /// Panics if the test failed.
    fn check(self);
}

impl Outcome for () {
    fn check(self) {}
}

impl Outcome for Result {
    fn check(self) {
        if let Err(failure) = self {
            panic!("{failure:?}");
        }
    }
}
