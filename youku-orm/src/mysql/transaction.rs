//! A transaction on a connection of its own.

use std::pin::pin;
use std::time::Duration;

use mysql_async::prelude::Queryable;

use super::{kill, run};
use crate::error::{Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement, in_time};

/// An open transaction. When it is dropped, `mysql_async` rolls it back before the connection
/// is lent again, or closes a connection whose statement was cut off.
pub(crate) struct Transaction {
    /// Away while a statement runs. It stays away when that statement's future is dropped: the
    /// reply may still come, and be taken for that of the next one.
    inner: Option<mysql_async::Transaction<'static>>,
    /// A statement lost to another transaction. After a deadlock the server has undone everything
    /// and would keep what follows statement by statement.
    lost: bool,
    statement_timeout: Option<Duration>,
}

/// ER_EMPTY_QUERY.
const EMPTY_QUERY: u16 = 1065;

type Inner = mysql_async::Transaction<'static>;

impl Transaction {
    pub(super) fn new(inner: Inner, statement_timeout: Option<Duration>) -> Self {
        Self {
            inner: Some(inner),
            lost: false,
            statement_timeout,
        }
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        let mut inner = self.take()?;
        let rows = {
            let work = pin!(run::rows(&mut inner, statement));
            in_time(self.statement_timeout, work).await
        };
        self.give_back(inner, rows)
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        let mut inner = self.take()?;
        let done = {
            let work = pin!(run::execute(&mut inner, statement));
            in_time(self.statement_timeout, work).await
        };
        self.give_back(inner, done)
    }

    /// Runs statements that have neither values nor rows, unprepared. Comments may stand behind the
    /// last one: MySQL takes them for a statement, and an empty one, after it ran the others.
    pub(crate) async fn text(&mut self, sql: &str) -> Result<()> {
        let mut inner = self.take()?;
        let done = inner.query_drop(sql).await;
        let done = match done {
            Err(mysql_async::Error::Server(server)) if server.code == EMPTY_QUERY => Ok(()),
            done => done.map_err(Error::from),
        };
        self.give_back(inner, done)
    }

    /// Commits in a task of its own, so that a caller that goes away cannot cut it in half.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let commit = self.take()?.commit();
        match tokio::spawn(commit).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Error::runtime_ends()),
        }
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        self.lost = false;
        Ok(self.take()?.rollback().await?)
    }

    fn take(&mut self) -> Result<Inner> {
        match self.lost {
            true => Err(Error::cut_off()),
            false => self.inner.take().ok_or_else(Error::cut_off),
        }
    }

    fn give_back<T>(&mut self, inner: Inner, result: Result<T>) -> Result<T> {
        match &result {
            Err(error) if error.is_statement_timeout() => {
                kill::end(inner.id(), inner.opts().clone(), inner);
            }
            result => {
                self.lost = result.as_ref().is_err_and(Error::is_retryable);
                self.inner = Some(inner);
            }
        }
        result
    }
}
