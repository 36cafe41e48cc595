//! The idle connections to a MySQL server: where each one waits for its next statement, for how long, and what closes it.
//!
//! `mysql_async` has a pool too, called *the driver's pool* here. It takes a connection back in a separate task, and before
//! it hands the connection out again, it asks the server whether the connection is still open. For a find by key this is a
//! sixth of a program's work. So a connection that the driver checked less than [`WARM`] ago passes from one statement
//! directly to the next, together with its prepared statements.
//!
//! # States of a connection
//!
//! | state | owner | holds a permit |
//! |---|---|---|
//! | in use | a [`PooledConnection`] | yes |
//! | idle | the [`IdleList`] | no |
//! | in the driver's pool | `mysql_async` | no |
//!
//! An idle connection is *warm* for [`WARM`] after the driver's last check, and *cold* afterwards.
//!
//! | from | on | to |
//! |---|---|---|
//! | idle and warm | `acquire` | in use |
//! | idle and cold | `acquire` | the driver's pool; then `acquire` asks that pool |
//! | idle and cold | a task, once a second ([`ReturnPolicy::WhenCold`] only) | the driver's pool |
//! | the driver's pool | `acquire`, when no idle connection is warm | in use and warm, after the driver's check; the pool opens a connection if it has none |
//! | in use, or just opened | `keep` or `add_new`, after a success | idle; the driver's pool with [`ReturnPolicy::AfterEachStatement`] and after `close` |
//! | in use | `keep` or an error, after a statement that may have changed the session | closed |
//! | in use | drop, after an error or a cancelled `acquire` | the driver's pool, which closes it if its statement was interrupted |
//! | in use | `disconnect`, or `replace` by a checked connection when it is broken | closed |
//! | in use | `kill`, after a timeout or a cancellation | closed: a second connection sends `KILL` for it |
//! | idle | `close` | closed, with the driver's pool |
//!
//! The driver closes a connection in its own pool that exceeds `idle_timeout` or `max_lifetime`, and never one that is
//! idle here. So with either option ([`ReturnPolicy::WhenCold`]) a connection stays here for a second at most.
//!
//! # Invariants
//!
//! - **At most `max_connections` are in use.** A [`PooledConnection`] exists only together with a permit. Its fields are
//!   dropped in their order, so the connection is idle or on its way to the driver's pool before another task gets the
//!   permit.
//! - **An idle connection is clean:** no statement runs on it, no part of a reply is unread, no transaction is open, and no
//!   hand-written SQL has changed its session. Only `keep` and `add_new` put a connection into the list, and their callers
//!   have read the whole reply.
//! - **A cold connection is not used before the driver has checked it.** `checked_at` is set only when the driver hands a
//!   connection out.
//! - **A statement is sent once.** Nothing here sends a statement. Only BEGIN is sent again, by the caller of `replace`.
//! - **The lock of the list is held for an operation on the list only**, and never while a future waits.
//!
//! # What is cached
//!
//! With a connection its [`prepared`] statements: they are found again as long as the connection stays out of the driver's
//! pool. In that pool only the driver's own cache keeps them. The server closes them when the connection ends.

mod permits;
mod pooled_connection;
mod prepared;

pub(super) use pooled_connection::PooledConnection;

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use mysql_async::Conn;
use tokio::runtime::Handle;

use crate::drivers::mysql::idle_connections::permits::Permits;
use crate::drivers::mysql::idle_connections::prepared::Prepared;
use crate::error::Result;

/// How long a connection may be used without another check by the driver. If the server closes the connection within
/// that time, the next statement fails, as it does when the server closes a connection while a statement runs.
const WARM: Duration = Duration::from_millis(10);

/// How often cold connections are returned to the driver's pool. A timer that expires sooner would be set again at every
/// wait for the server, which costs a virtual machine microseconds each time.
const RETURN_INTERVAL: Duration = Duration::from_secs(1);

/// The connections of one pool that are idle or in use.
pub(super) struct IdleConnections {
    /// The driver's pool.
    pool: mysql_async::Pool,
    permits: Permits,
    return_policy: ReturnPolicy,
    /// The maximum size of a packet in bytes, as the server said when the pool connected.
    max_packet: usize,
    list: Mutex<IdleList>,
    /// The runtime that the driver's pool lives in.
    runtime: Handle,
}

/// When an idle connection returns to the driver's pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReturnPolicy {
    /// At once, because other code uses the driver's pool as well.
    AfterEachStatement,
    /// When it is cold, because the driver has to close connections that are old or idle.
    WhenCold,
    /// When it is cold and the next statement needs a connection. The driver's pool would only keep it.
    OnNextUse,
}

/// The idle connections. The one that was used last is the last one.
#[derive(Default)]
struct IdleList {
    connections: Vec<IdleConnection>,
    /// Whether a task returns cold connections to the driver's pool. It ends when the list is empty.
    is_watched: bool,
    is_closed: bool,
}

/// A connection and what is known about it. When it is dropped, the driver's pool takes the connection back.
struct IdleConnection {
    connection: Conn,
    prepared: Prepared,
    checked_at: Instant,
}

impl IdleConnection {
    /// Wraps a connection that the driver has just checked or opened.
    fn new(connection: Conn) -> Self {
        Self {
            prepared: Prepared::new(connection.opts().stmt_cache_size()),
            connection,
            checked_at: Instant::now(),
        }
    }

    fn is_warm(&self) -> bool {
        self.checked_at.elapsed() < WARM
    }
}

impl IdleConnections {
    /// Must be called in the runtime of the driver's pool.
    pub(super) fn new(
        pool: mysql_async::Pool,
        size: usize,
        return_policy: ReturnPolicy,
        acquire_timeout: Duration,
        max_packet: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            pool,
            permits: Permits::new(size, acquire_timeout),
            return_policy,
            max_packet,
            list: Mutex::default(),
            runtime: Handle::current(),
        })
    }

    pub(super) fn permits(&self) -> &Permits {
        &self.permits
    }

    /// Keeps a connection that was just opened for the first statement.
    pub(super) fn add_new(self: &Arc<Self>, connection: Conn) {
        self.put(IdleConnection::new(connection));
    }

    /// Waits for a permit, and takes the warm connection that was used last or one from the driver's pool.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<PooledConnection> {
        let acquired = pin!(async {
            let permit = self.permits.acquire().await?;
            let last_used = self.lock().connections.pop();
            let inner = match last_used {
                Some(connection) if connection.is_warm() => connection,
                cold => {
                    if let Some(cold) = cold {
                        drop(cold);
                        // During the yield the driver's task usually takes the connection back. Otherwise the pool
                        // opens another one, up to its size.
                        tokio::task::yield_now().await;
                    }
                    self.checked().await?
                }
            };
            Ok(PooledConnection::new(inner, permit, self.clone()))
        });
        self.permits.in_time(acquired).await
    }

    /// Closes the idle connections, waits for those in use, and refuses new ones.
    pub(super) async fn close(&self) -> Result<()> {
        self.permits.close();
        let idle = {
            let mut list = self.lock();
            list.is_closed = true;
            std::mem::take(&mut list.connections)
        };
        drop(idle);
        Ok(self.pool.clone().disconnect().await?)
    }

    /// A connection from the driver's pool. The caller holds a permit.
    async fn checked(&self) -> Result<IdleConnection> {
        let connection = match self.return_policy {
            ReturnPolicy::WhenCold => self.permits.connection(&self.pool).await,
            ReturnPolicy::AfterEachStatement | ReturnPolicy::OnNextUse => {
                self.pool.get_conn().await
            }
        };
        Ok(IdleConnection::new(connection?))
    }

    fn put(self: &Arc<Self>, connection: IdleConnection) {
        let mut list = self.lock();
        if self.return_policy == ReturnPolicy::AfterEachStatement || list.is_closed {
            return;
        }
        list.connections.push(connection);
        let returns_cold = self.return_policy == ReturnPolicy::WhenCold;
        if returns_cold && !std::mem::replace(&mut list.is_watched, true) {
            drop(list);
            self.runtime
                .spawn(return_cold_connections(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, IdleList> {
        // The list stays consistent, even if a thread panicked while it held the lock.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns cold connections to the driver's pool, until no idle connection is left or the pool is dropped.
async fn return_cold_connections(owner: Weak<IdleConnections>) {
    loop {
        tokio::time::sleep(RETURN_INTERVAL).await;
        let Some(owner) = owner.upgrade() else {
            return;
        };
        let mut list = owner.lock();
        let cold = list.connections.extract_if(.., |idle| !idle.is_warm());
        let cold: Vec<IdleConnection> = cold.collect();
        // Under the lock: a connection that is added later starts another task.
        list.is_watched = !list.connections.is_empty();
        let continues = list.is_watched;
        drop(list);
        drop(cold);
        if !continues {
            return;
        }
    }
}
