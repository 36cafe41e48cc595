//! A transaction on its own connection.

use std::pin::pin;
use std::time::Duration;

use mysql_async::prelude::Queryable;

use crate::drivers::mysql::open_transaction::{FinishInBackground, OpenTransaction};
use crate::drivers::mysql::run;
use crate::drivers::statement_timeout::in_time;
use crate::error::{Error, Result};
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;

/// An open transaction. When it is dropped, it is rolled back before another statement gets its connection.
pub(crate) struct Transaction {
    /// `None` while a statement runs. It stays `None` if that statement's future is dropped: its reply
    /// may still arrive, and would be taken for the reply to the next statement.
    transaction: Option<OpenTransaction>,
    /// Whether a statement lost to another transaction. After a deadlock the server has rolled back the
    /// whole transaction, and would commit each of the following statements by itself.
    lost: bool,
    statement_timeout: Option<Duration>,
}

/// ER_EMPTY_QUERY.
const EMPTY_QUERY: u16 = 1065;

impl Transaction {
    pub(super) fn new(transaction: OpenTransaction, statement_timeout: Option<Duration>) -> Self {
        Self {
            transaction: Some(transaction),
            lost: false,
            statement_timeout,
        }
    }

    pub(crate) async fn rows<T: FromRow>(
        &mut self,
        statement: RenderedStatement,
    ) -> Result<Vec<T>> {
        let mut transaction = self.take_transaction()?;
        let rows = {
            let work = pin!(run::rows(transaction.begin_statement()?, statement));
            in_time(self.statement_timeout, work).await
        };
        self.put_back(transaction, rows)
    }

    pub(crate) async fn execute(&mut self, statement: RenderedStatement) -> Result<Executed> {
        let mut transaction = self.take_transaction()?;
        let done = {
            let work = pin!(run::execute(transaction.begin_statement()?, statement));
            in_time(self.statement_timeout, work).await
        };
        self.put_back(transaction, done)
    }

    /// Runs statements that have neither values nor rows, unprepared. Comments may follow the last
    /// statement: MySQL takes them for an empty statement and refuses it, after it has run the others.
    pub(crate) async fn text(&mut self, sql: &str) -> Result<()> {
        let mut transaction = self.take_transaction()?;
        let done = transaction.begin_statement()?.raw().query_drop(sql).await;
        let done = match done {
            Err(mysql_async::Error::Server(server)) if server.code == EMPTY_QUERY => Ok(()),
            done => done.map_err(Error::from),
        };
        self.put_back(transaction, done)
    }

    /// Commits. The commit runs to completion even if the caller is cancelled.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let mut transaction = self.take_transaction()?;
        let runtime = transaction.connection()?.runtime().clone();
        FinishInBackground::new(runtime, transaction.commit()).await
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        self.lost = false;
        self.take_transaction()?.rollback().await
    }

    fn take_transaction(&mut self) -> Result<OpenTransaction> {
        if self.lost {
            Err(Error::interrupted())
        } else {
            self.transaction.take().ok_or_else(Error::interrupted)
        }
    }

    fn put_back<T>(&mut self, mut transaction: OpenTransaction, result: Result<T>) -> Result<T> {
        transaction.end_statement();
        match &result {
            Err(error) if error.is_statement_timeout() => transaction.kill(),
            result => {
                self.lost = result.as_ref().is_err_and(Error::is_retryable);
                self.transaction = Some(transaction);
            }
        }
        result
    }
}
