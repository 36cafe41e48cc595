//! How a database connects: the size of its pool, its timeouts, and the hooks that observe its statements.

use std::time::Duration;

use crate::error::Result;
use crate::settings::observers::{Hooks, StatementEvent};
use crate::settings::tls::Tls;
use crate::settings::url::parse;

/// Declares the options, each in one row: documentation, name, the type that the setter takes, type, default. The parameter of
/// the URL has the option's name.
macro_rules! options {
    (
        $(#[$doc:meta])*
        pub struct DatabaseOptions {
            $($(#[$option_doc:meta])* $name:ident($given:ty): $type:ty = $default:expr,)*
        }
    ) => {
        $(#[$doc])*
        pub struct DatabaseOptions {
            $($(#[$option_doc])* pub $name: $type,)*
            /// Encrypts connections to MySQL (feature `mysql-tls`). Parameter of the URL: `tls=true`, or
            /// one of those of [`Tls`]. Default: `None`, unencrypted.
            pub tls: Option<Tls>,
            pub(crate) hooks: Hooks,
        }

        impl Default for DatabaseOptions {
            fn default() -> Self {
                Self {
                    $($name: $default,)*
                    tls: None,
                    hooks: Hooks::default(),
                }
            }
        }

        impl DatabaseOptions {
            /// The names of the options in this list.
            #[cfg(feature = "sqlite")]
            pub(super) const NAMES: &[&str] = &[$(stringify!($name)),*];

            $(
                #[doc = concat!("Sets [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                #[must_use]
                pub fn $name(mut self, $name: $given) -> Self {
                    self.$name = $name.into();
                    self
                }
            )*

            /// Sets the option with this name from a parameter of the URL. Returns false if there is none.
            pub(super) fn set_parameter(&mut self, name: &str, value: &str) -> Result<bool> {
                match name {
                    $(stringify!($name) => self.$name = parse(name, value)?,)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    };
}

options! {
    /// How a [`Database`](crate::Database) connects; see [`Database::options`](crate::Database::options).
    ///
    /// ```
    /// use std::time::Duration;
    /// use youku_orm::Database;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// let options = Database::options()
    ///     .max_connections(4)
    ///     .acquire_timeout(Duration::from_secs(5))
    ///     .statement_timeout(Duration::from_secs(30));
    /// let db = options.connect("sqlite::memory:").await?;
    ///
    /// // The same in the URL, which is often the operator's; what it says wins. Waits are in seconds.
    /// let db = Database::connect(
    ///     "sqlite::memory:?max_connections=4&acquire_timeout=5&statement_timeout=30",
    /// )
    /// .await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Every field is also a parameter of the URL, under its own name.
    #[derive(Debug, Clone)]
    #[non_exhaustive]
    pub struct DatabaseOptions {
        /// The maximum number of open connections. For an SQLite file this counts the reading connections; one
        /// writing connection comes in addition. From 1, which 0 means too, to 65,535. Default: 10.
        max_connections(usize): usize = 10,

        /// How many idle connections stay open after [`idle_timeout`](Self::idle_timeout). Connections are
        /// still opened only when they are needed. MySQL only. Default: 0.
        min_connections(usize): usize = 0,

        /// How long [`connect`](Self::connect) waits for the database to answer, before it fails with
        /// [`is_timeout`](crate::Error::is_timeout). Connections that the pool opens later are bounded by
        /// [`acquire_timeout`](Self::acquire_timeout). Default: 30 seconds.
        connect_timeout(Duration): Duration = Duration::from_secs(30),

        /// How long a statement waits for a free connection before it fails with
        /// [`is_pool_timeout`](crate::Error::is_pool_timeout). Default: 30 seconds.
        acquire_timeout(Duration): Duration = Duration::from_secs(30),

        /// How long one statement may run before it is stopped and fails with
        /// [`is_timeout`](crate::Error::is_timeout). Default: `None`, as long as it takes.
        ///
        /// SQLite is interrupted. On MySQL the connection is abandoned, and a second connection sends `KILL`
        /// for it: the server does not notice that the client has stopped waiting, and would continue and keep
        /// the statement's locks. A transaction whose statement timed out is rolled back and refuses all
        /// further statements.
        ///
        /// The timeout does not apply to BEGIN and savepoints, which do not wait for other clients once they
        /// have a connection; to COMMIT, because it would be unknown whether the commit happened; to the DDL of
        /// [`create_tables`](crate::Database::create_tables), which MySQL would leave half done; and to the
        /// rows of streams, whose reader sets the pace: on MySQL, only the wait for the first row is bounded.
        statement_timeout(Duration): Option<Duration> = None,

        /// How long a connection may stay idle in the pool before it is closed. MySQL only. Default:
        /// `None`, until the server's own `wait_timeout` expires.
        idle_timeout(Duration): Option<Duration> = None,

        /// How long a connection may be used before a new one replaces it, in whole seconds. Up to a tenth is
        /// added, so that not all connections end at the same time. MySQL only. Default: `None`, without limit.
        max_lifetime(Duration): Option<Duration> = None,

        /// How long SQLite waits for a lock of another process before it fails with
        /// [`is_retryable`](crate::Error::is_retryable). Default: 5 seconds.
        busy_timeout(Duration): Duration = Duration::from_secs(5),

        /// When a commit to an SQLite file waits for the disk. Default: [`Synchronous::Full`].
        synchronous(Synchronous): Synchronous = Synchronous::Full,

        /// Whether statements that write are refused, and connecting creates nothing: the file of an SQLite database, which
        /// must exist, and its write-ahead log stay as they are. SQLite only. Default: `false`.
        ///
        /// A log that a crash has left, or that another program is writing, is read too.
        read_only(bool): bool = false,

        /// How long one statement to SQLite may occupy the thread of the task that sent it, before it moves
        /// to a thread that may block. SQLite only. Default: 200 microseconds; zero moves every statement.
        ///
        /// Moving to another thread and back costs ten times as much as finding a row by its key. So a
        /// statement stays on its thread if its text took less than nine tenths of this budget on the same
        /// connection before, and if it reads, or if it inserts or updates a few rows by their keys and no commit
        /// waits for the disk. A read that exceeds the budget is interrupted and runs again on another thread.
        /// Other tasks run between statements.
        ///
        /// A write is never interrupted, because it might already be committed. A text that exceeded the budget once
        /// runs on another thread the next time. Neither the budget nor [`statement_timeout`](Self::statement_timeout)
        /// ends such a write, or the reading of one large value. If triggers do much work, or if texts and bytes have
        /// megabytes, choose zero.
        inline_budget(Duration): Duration = Duration::from_micros(200),

        /// How many prepared statements each connection keeps. Default: 256.
        statement_cache(usize): usize = 256,

        /// A statement that takes this long is logged as a warning. Default: 1 second.
        slow_statement(Duration): Duration = Duration::from_secs(1),
    }
}

impl DatabaseOptions {
    /// Sets [`tls`](Self::tls).
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Calls `hook` after every statement. Several hooks are called in the order in which they were added.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use youku_orm::{Database, sql};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// let failures = Arc::new(AtomicU64::new(0));
    /// let counter = failures.clone();
    /// let db = Database::options()
    ///     .on_statement(move |event| {
    ///         if event.error.is_some() {
    ///             counter.fetch_add(1, Ordering::Relaxed);
    ///         }
    ///     })
    ///     .connect("sqlite::memory:")
    ///     .await?;
    /// assert!(sql("SELEKT 1").execute(&db).await.is_err());
    /// assert_eq!(failures.load(Ordering::Relaxed), 1);
    /// # Ok(()) }
    /// ```
    ///
    /// It runs in the task that waits for the statement, so it must neither block nor panic.
    #[must_use]
    pub fn on_statement(
        mut self,
        hook: impl Fn(&StatementEvent<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.hooks.add(hook);
        self
    }

    /// The size of the pool in the type that the driver takes.
    pub(crate) fn pool_size(&self) -> u16 {
        u16::try_from(self.max_connections.max(1)).unwrap_or(u16::MAX)
    }
}

/// When a commit to an SQLite file waits for the disk. The file stays consistent with either choice
/// (<https://www.sqlite.org/pragma.html#pragma_synchronous>, for a write-ahead log).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Synchronous {
    /// Always: committed data survives a loss of power.
    #[default]
    Full,
    /// Only about once every thousand pages, when the log is written back: the most recent commits may be
    /// lost if the power fails, but not if the program crashes.
    Normal,
}
