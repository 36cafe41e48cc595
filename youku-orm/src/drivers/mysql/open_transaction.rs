//! A connection with an open transaction on it.

use std::pin::Pin;
use std::task::{Context, Poll};

use mysql_async::prelude::Queryable;
use tokio::runtime::Handle;

use crate::drivers::mysql::idle_connections::PooledConnection;
use crate::drivers::mysql::kill;
use crate::error::{Error, Result};
use crate::settings::transaction_options::{Isolation, TransactionOptions};
use crate::sql::effect::Effect;

/// A connection with an open transaction.
///
/// Invariants:
///
/// - A connection with an open transaction never becomes idle. It does so only after COMMIT or ROLLBACK has succeeded.
/// - When this is dropped, a task rolls the transaction back before another statement gets the connection, and closes the
///   connection if the rollback fails. If the rollback takes long, for instance after a long reply that was not read, the
///   server is told to end the connection and the transaction.
/// - If it is dropped while a statement runs (`in_statement`), the server is told to end the connection, because the
///   statement may still run there and hold its locks.
/// - Only BEGIN is sent a second time, on another connection: nothing has been done before it.
///
/// The driver has such a type as well, but only for connections that come from its pool.
pub(super) struct OpenTransaction {
    /// `None` once the transaction has ended.
    connection: Option<PooledConnection>,
    /// Whether BEGIN has succeeded.
    has_begun: bool,
    /// Whether a statement of the transaction has not ended.
    in_statement: bool,
}

impl OpenTransaction {
    /// Begins a transaction.
    pub(super) async fn begin(
        connection: PooledConnection,
        options: TransactionOptions,
    ) -> Result<Self> {
        let mut transaction = Self::new(connection);
        match transaction.start(options).await {
            // The server may have closed the connection after the driver checked it, or just before, so that the driver
            // did not know yet. No work was done on it, so it is safe to begin again on another connection.
            Err(_) if transaction.connection()?.is_broken() => {
                let broken = transaction.connection.take();
                let broken = broken.ok_or_else(Error::interrupted)?;
                transaction = Self::new(broken.replace().await?);
                transaction.start(options).await?;
            }
            started => started?,
        }
        Ok(transaction)
    }

    fn new(connection: PooledConnection) -> Self {
        Self {
            connection: Some(connection),
            has_begun: false,
            in_statement: false,
        }
    }

    async fn start(&mut self, options: TransactionOptions) -> Result<()> {
        let connection = self.connection()?.raw();
        if let Some(isolation) = options.isolation {
            connection.query_drop(set_isolation(isolation)).await?;
        }
        if options.read_only {
            connection.query_drop("SET TRANSACTION READ ONLY").await?;
        }
        connection.query_drop("START TRANSACTION").await?;
        self.has_begun = true;
        Ok(())
    }

    /// The connection.
    pub(super) fn connection(&mut self) -> Result<&mut PooledConnection> {
        self.connection.as_mut().ok_or_else(Error::interrupted)
    }

    /// The connection, for a statement of the transaction.
    pub(super) fn begin_statement(&mut self) -> Result<&mut PooledConnection> {
        self.in_statement = true;
        self.connection()
    }

    /// Call it when the statement has ended, whether it succeeded or failed.
    pub(super) fn end_statement(&mut self) {
        self.in_statement = false;
    }

    /// Whether the server has ended the transaction, because a statement did so: COMMIT, DDL, or a procedure. It says so in
    /// its reply, but not after an error; then this asks it, unless the statement only read or wrote rows.
    pub(super) async fn has_ended(&mut self, effect: Effect, succeeded: bool) -> Result<bool> {
        // One that begins another transaction leaves one open, but not this one.
        if succeeded && effect == Effect::TransactionControl {
            return Ok(true);
        }
        let connection = self.connection()?;
        if !succeeded {
            if effect == Effect::Keeps || connection.is_broken() {
                return Ok(false);
            }
            connection.raw().ping().await?;
        }
        Ok(!connection.is_in_transaction())
    }

    /// Ends the connection, and with it whatever transaction is open.
    pub(super) async fn disconnect(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.disconnect().await;
        }
    }

    /// Commits. If that fails, rolls back.
    pub(super) async fn commit(mut self) -> Result<()> {
        match self.connection()?.raw().query_drop("COMMIT").await {
            Ok(()) => {
                self.ended();
                Ok(())
            }
            Err(error) => {
                // The caller gets the error of COMMIT, not that of the rollback.
                let _ = self.rollback().await;
                Err(error.into())
            }
        }
    }

    /// Rolls back.
    pub(super) async fn rollback(mut self) -> Result<()> {
        self.connection()?.raw().query_drop("ROLLBACK").await?;
        self.ended();
        Ok(())
    }

    /// Makes the server end the connection, the transaction and whatever runs in it.
    pub(super) fn kill(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.kill();
        }
    }

    fn ended(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.keep();
        }
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if connection.is_broken() {
            // If no statement was running, the connection broke by itself and there is nothing to end on the server.
            if self.in_statement {
                connection.kill();
            }
            return;
        }
        let has_begun = self.has_begun;
        connection.runtime().clone().spawn(async move {
            if !has_begun {
                return connection.disconnect().await;
            }
            let rollback = connection.raw().query_drop("ROLLBACK");
            match tokio::time::timeout(kill::CLEANUP_LIMIT, rollback).await {
                Ok(Ok(())) => connection.keep(),
                Ok(Err(_)) => connection.disconnect().await,
                Err(_) => connection.kill(),
            }
        });
    }
}

fn set_isolation(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::ReadCommitted => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        Isolation::RepeatableRead => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        Isolation::Serializable => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    }
}

/// Work that runs to completion: if this future is dropped, the work continues in a separate task.
pub(super) struct FinishInBackground<F: Future<Output: Send + 'static> + Send + 'static> {
    work: Option<Pin<Box<F>>>,
    runtime: Handle,
}

impl<F: Future<Output: Send + 'static> + Send + 'static> FinishInBackground<F> {
    pub(super) fn new(runtime: Handle, work: F) -> Self {
        Self {
            work: Some(Box::pin(work)),
            runtime,
        }
    }
}

impl<F: Future<Output: Send + 'static> + Send + 'static> Future for FinishInBackground<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<F::Output> {
        // Taken out while it is polled, so that work that panics does not continue in a task.
        let mut work = self
            .work
            .take()
            .expect("a future is not polled after it has ended");
        let polled = work.as_mut().poll(ctx);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<F: Future<Output: Send + 'static> + Send + 'static> Drop for FinishInBackground<F> {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            self.runtime.spawn(work);
        }
    }
}
