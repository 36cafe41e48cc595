//! A transaction on a connection of its own.

use mysql_async::prelude::Queryable;

use super::run;
use crate::error::{Class, Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement};

/// An open transaction. When it is dropped, `mysql_async` rolls it back before the connection
/// is lent again, or closes a connection whose statement was cut off.
pub(crate) struct Transaction {
    inner: mysql_async::Transaction<'static>,
    /// A statement has begun and not ended. It stays so when the statement's future is dropped:
    /// the reply of that statement may still come, and be taken for that of the next one.
    running: bool,
    /// A statement lost to another transaction. After a deadlock the server has undone everything
    /// and would keep what follows statement by statement.
    lost: bool,
}

impl Transaction {
    pub(super) fn new(inner: mysql_async::Transaction<'static>) -> Self {
        Self {
            inner,
            running: false,
            lost: false,
        }
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        self.start()?;
        let rows = run::rows(&mut self.inner, statement).await;
        self.end(rows)
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        self.start()?;
        let done = run::execute(&mut self.inner, statement).await;
        self.end(done)
    }

    /// Runs a statement that has neither values nor rows, and that MySQL does not prepare.
    pub(crate) async fn text(&mut self, sql: String) -> Result<()> {
        self.start()?;
        let done = self.inner.query_drop(&sql).await;
        self.end(done.map_err(|error| Error::from(error).in_statement(sql)))
    }

    /// Commits in a task of its own, so that a caller that goes away cannot cut it in half.
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.start()?;
        match tokio::spawn(self.inner.commit()).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Error::new(
                Class::Unavailable,
                "the runtime is shutting down",
            )),
        }
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        self.lost = false;
        self.start()?;
        Ok(self.inner.rollback().await?)
    }

    fn start(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.running, true) {
            false if !self.lost => Ok(()),
            _ => Err(Error::cut_off()),
        }
    }

    fn end<T>(&mut self, result: Result<T>) -> Result<T> {
        self.running = false;
        self.lost = result.as_ref().is_err_and(Error::is_retryable);
        result
    }
}
