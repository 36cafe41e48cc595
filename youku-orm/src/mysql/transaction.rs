//! A transaction on a connection of its own.

use super::run;
use crate::error::{Class, Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement};

/// An open transaction. When it is dropped, `mysql_async` rolls it back before the connection
/// is lent again, or closes a connection whose statement was cut off.
pub(crate) struct Transaction {
    inner: mysql_async::Transaction<'static>,
}

impl Transaction {
    pub(super) fn new(inner: mysql_async::Transaction<'static>) -> Self {
        Self { inner }
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        run::rows(&mut self.inner, statement).await
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        run::execute(&mut self.inner, statement).await
    }

    /// Commits in a task of its own, so that a caller that goes away cannot cut it in half.
    pub(crate) async fn commit(self) -> Result<()> {
        match tokio::spawn(self.inner.commit()).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Error::new(
                Class::Unavailable,
                "the runtime is shutting down",
            )),
        }
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}
