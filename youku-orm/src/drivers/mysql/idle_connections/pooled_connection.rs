//! A connection in use, and what is known of its session.

use std::pin::pin;
use std::sync::Arc;

use mysql_async::Conn;
use mysql_async::consts::StatusFlags;
use tokio::runtime::Handle;
use tokio::sync::OwnedSemaphorePermit;

use crate::drivers::mysql::idle_connections::prepared::Prepared;
use crate::drivers::mysql::idle_connections::{IdleConnection, IdleConnections};
use crate::drivers::mysql::kill;
use crate::error::Result;
use crate::sql::effect::Effect;

/// A connection in use. When it is dropped, it returns to the driver's pool before another task gets its permit.
pub(in crate::drivers::mysql) struct PooledConnection {
    /// Dropped before the permit: see the invariants of the module.
    inner: IdleConnection,
    permit: OwnedSemaphorePermit,
    owner: Arc<IdleConnections>,
    /// Whether a statement may have changed the state of the session.
    is_changed: bool,
}

impl PooledConnection {
    pub(super) fn new(
        inner: IdleConnection,
        permit: OwnedSemaphorePermit,
        owner: Arc<IdleConnections>,
    ) -> Self {
        Self {
            inner,
            permit,
            owner,
            is_changed: false,
        }
    }

    /// The driver's connection.
    pub(in crate::drivers::mysql) fn raw(&mut self) -> &mut Conn {
        &mut self.inner.connection
    }

    /// The driver's connection and its prepared statements.
    pub(in crate::drivers::mysql) fn parts(&mut self) -> (&mut Conn, &mut Prepared) {
        (&mut self.inner.connection, &mut self.inner.prepared)
    }

    /// The maximum size of a packet in bytes.
    pub(in crate::drivers::mysql) fn max_packet(&self) -> usize {
        self.owner.max_packet
    }

    /// The runtime that the driver's pool lives in.
    pub(in crate::drivers::mysql) fn runtime(&self) -> &Handle {
        &self.owner.runtime
    }

    /// Whether the connection has ended or a statement on it was interrupted, so that the driver closes it.
    pub(in crate::drivers::mysql) fn is_broken(&self) -> bool {
        self.inner.connection.is_disconnected()
    }

    /// Takes note of a statement that is sent.
    pub(in crate::drivers::mysql) fn note(&mut self, effect: Effect) {
        self.is_changed |= effect != Effect::Keeps && effect != Effect::Savepoint;
    }

    /// Whether a statement may have changed the state of the session, so that it must not serve another user.
    pub(in crate::drivers::mysql) fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Whether a transaction was open after the last statement, which succeeded.
    pub(in crate::drivers::mysql) fn is_in_transaction(&self) -> bool {
        self.status().contains(StatusFlags::SERVER_STATUS_IN_TRANS)
    }

    /// What the server said of the session in its last reply, which was not an error.
    fn status(&self) -> StatusFlags {
        let reply = self.inner.connection.last_ok_packet();
        reply.map_or(StatusFlags::SERVER_STATUS_AUTOCOMMIT, |reply| {
            reply.status_flags()
        })
    }

    /// Exchanges a broken connection for one that the driver has checked. The permit is kept.
    pub(in crate::drivers::mysql) async fn replace(self) -> Result<Self> {
        let (permit, owner) = (self.permit, self.owner);
        drop(self.inner);
        let inner = owner.permits.in_time(pin!(owner.checked())).await?;
        Ok(Self::new(inner, permit, owner))
    }

    /// Keeps the connection for the next statement, or closes it if its session is not as it was when it was opened. The
    /// last statement must have succeeded, with its whole reply read.
    pub(in crate::drivers::mysql) fn keep(self) {
        let commits_each = self
            .status()
            .contains(StatusFlags::SERVER_STATUS_AUTOCOMMIT);
        if self.is_changed || self.is_in_transaction() || !commits_each {
            self.close();
        } else {
            self.owner.put(self.inner);
        }
    }

    /// Ends the connection in a separate task.
    pub(in crate::drivers::mysql) fn close(self) {
        self.runtime().clone().spawn(self.disconnect());
    }

    /// Makes the server end the connection and whatever runs on it.
    pub(in crate::drivers::mysql) fn kill(self) {
        let (id, opts) = (self.inner.connection.id(), self.inner.connection.opts());
        kill::end(&self.runtime().clone(), id, opts.clone(), self);
    }

    /// Ends the connection and waits until the server has been told.
    pub(in crate::drivers::mysql) async fn disconnect(self) {
        // A broken connection has ended already.
        let _ = self.inner.connection.disconnect().await;
    }
}
