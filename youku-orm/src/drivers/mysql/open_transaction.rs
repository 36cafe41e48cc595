//! A connection with an open transaction on it.

use std::pin::Pin;
use std::task::{Context, Poll};

use mysql_async::prelude::Queryable;
use tokio::runtime::Handle;

use crate::drivers::mysql::idle_connections::Loan;
use crate::drivers::mysql::kill;
use crate::error::{Error, Result};
use crate::settings::transaction_options::{Isolation, TransactionOptions};

/// A connection with an open transaction. When it is dropped, a separate task rolls the transaction back before the
/// connection is lent again, and closes the connection if the rollback fails. If the rollback takes long, for instance
/// after a long reply that was not read, the server is told to end the connection and the transaction. The same happens
/// if a statement was interrupted, because it may still run on the server and hold its locks.
///
/// The driver has such a type as well, but only for connections that come from its pool.
pub(super) struct Open {
    /// `None` once the transaction has ended.
    loan: Option<Loan>,
    /// Whether BEGIN has succeeded.
    has_begun: bool,
    /// Whether a statement of the transaction has not ended.
    in_statement: bool,
}

impl Open {
    /// Begins a transaction.
    pub(super) async fn begin(loan: Loan, options: TransactionOptions) -> Result<Self> {
        let mut open = Self::of(loan);
        match open.start(options).await {
            // The server may have closed the connection after the driver checked it, or just before, so that the driver
            // did not know yet. No work was done on it, so it is safe to begin again on another connection.
            Err(_) if open.loan()?.is_cut_off() => {
                let loan = open.loan.take().ok_or_else(Error::cut_off)?;
                open = Self::of(loan.renew().await?);
                open.start(options).await?;
            }
            started => started?,
        }
        Ok(open)
    }

    fn of(loan: Loan) -> Self {
        Self {
            loan: Some(loan),
            has_begun: false,
            in_statement: false,
        }
    }

    async fn start(&mut self, options: TransactionOptions) -> Result<()> {
        let connection = self.loan()?.connection();
        if let Some(isolation) = options.isolation {
            connection.query_drop(isolate(isolation)).await?;
        }
        if options.read_only {
            connection.query_drop("SET TRANSACTION READ ONLY").await?;
        }
        connection.query_drop("START TRANSACTION").await?;
        self.has_begun = true;
        Ok(())
    }

    /// The connection.
    pub(super) fn loan(&mut self) -> Result<&mut Loan> {
        self.loan.as_mut().ok_or_else(Error::cut_off)
    }

    /// The connection, for a statement of the transaction.
    pub(super) fn begin_statement(&mut self) -> Result<&mut Loan> {
        self.in_statement = true;
        self.loan()
    }

    /// Call it when the statement has ended, whether it succeeded or failed.
    pub(super) fn end_statement(&mut self) {
        self.in_statement = false;
    }

    /// Commits. If that fails, rolls back.
    pub(super) async fn commit(mut self) -> Result<()> {
        match self.loan()?.connection().query_drop("COMMIT").await {
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
        self.loan()?.connection().query_drop("ROLLBACK").await?;
        self.ended();
        Ok(())
    }

    /// Makes the server end the connection, the transaction and whatever runs in it.
    pub(super) fn kill(mut self) {
        if let Some(loan) = self.loan.take() {
            loan.kill();
        }
    }

    fn ended(&mut self) {
        if let Some(loan) = self.loan.take() {
            loan.keep();
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let Some(mut loan) = self.loan.take() else {
            return;
        };
        if loan.is_cut_off() {
            // If no statement was running, the connection broke by itself and there is nothing to end on the server.
            if self.in_statement {
                loan.kill();
            }
            return;
        }
        let has_begun = self.has_begun;
        loan.runtime().clone().spawn(async move {
            if !has_begun {
                return loan.disconnect().await;
            }
            let rollback = loan.connection().query_drop("ROLLBACK");
            match tokio::time::timeout(kill::PATIENCE, rollback).await {
                Ok(Ok(())) => loan.keep(),
                Ok(Err(_)) => loan.disconnect().await,
                Err(_) => loan.kill(),
            }
        });
    }
}

fn isolate(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::ReadCommitted => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        Isolation::RepeatableRead => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        Isolation::Serializable => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    }
}

/// Work that runs to completion: if this future is dropped, the work continues in a separate task.
pub(super) struct ToTheEnd<F: Future<Output: Send + 'static> + Send + 'static> {
    work: Option<Pin<Box<F>>>,
    runtime: Handle,
}

impl<F: Future<Output: Send + 'static> + Send + 'static> ToTheEnd<F> {
    pub(super) fn new(runtime: Handle, work: F) -> Self {
        Self {
            work: Some(Box::pin(work)),
            runtime,
        }
    }
}

impl<F: Future<Output: Send + 'static> + Send + 'static> Future for ToTheEnd<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<F::Output> {
        // Taken out while it is polled, so that work that panics does not continue in a task.
        let mut work = self.work.take().expect("nobody polls what has ended");
        let polled = work.as_mut().poll(ctx);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl<F: Future<Output: Send + 'static> + Send + 'static> Drop for ToTheEnd<F> {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            self.runtime.spawn(work);
        }
    }
}
