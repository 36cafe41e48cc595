//! A transaction on its own connection.

use std::pin::pin;
use std::time::Duration;

use mysql_async::prelude::Queryable;

use crate::drivers::mysql::open_transaction::{FinishInBackground, OpenTransaction};
use crate::drivers::mysql::run;
use crate::drivers::statement_timeout::in_time;
use crate::error::{Error, Result};
use crate::sql::effect::Effect;
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;

/// An open transaction. When it is dropped, it is rolled back before another statement gets its connection.
pub(crate) struct Transaction {
    /// `None` while a statement runs. It stays `None` if that statement's future is dropped: its reply
    /// may still arrive, and would be taken for the reply to the next statement. It also stays `None` if the statement
    /// ended the transaction: the server would commit each of the following statements by itself.
    transaction: Option<OpenTransaction>,
    /// Whether its statements may commit: those of a migration step do, if they are DDL.
    may_end: bool,
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
            may_end: false,
            lost: false,
            statement_timeout,
        }
    }

    /// Makes it the transaction of a migration step; its connection is closed at the end.
    pub(crate) fn for_migration(&mut self) {
        self.may_end = true;
        if let Some(Ok(connection)) = self.transaction.as_mut().map(OpenTransaction::connection) {
            connection.note(Effect::Changes);
        }
    }

    pub(crate) async fn rows<T: FromRow>(
        &mut self,
        statement: RenderedStatement,
    ) -> Result<Vec<T>> {
        let mut transaction = self.take_transaction()?;
        let effect = statement.effect;
        let rows = {
            let work = pin!(run::rows(transaction.begin_statement()?, statement));
            in_time(self.statement_timeout, work).await
        };
        self.put_back(transaction, effect, rows).await
    }

    pub(crate) async fn execute(&mut self, statement: RenderedStatement) -> Result<Executed> {
        let mut transaction = self.take_transaction()?;
        let effect = statement.effect;
        let done = {
            let work = pin!(run::execute(transaction.begin_statement()?, statement));
            in_time(self.statement_timeout, work).await
        };
        self.put_back(transaction, effect, done).await
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
        self.put_back(transaction, Effect::Savepoint, done).await
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

    async fn put_back<T>(
        &mut self,
        mut transaction: OpenTransaction,
        effect: Effect,
        result: Result<T>,
    ) -> Result<T> {
        if result.as_ref().is_err_and(Error::is_statement_timeout) {
            transaction.kill();
            return result;
        }
        self.lost = result.as_ref().is_err_and(Error::is_retryable);
        let may_have_ended = !self.may_end && !self.lost;
        // The server has run a COMMIT whose reply does not have the rows or the columns that the caller wants.
        let is_of_reply = |error: &Error| error.is_decode() || error.is_schema();
        let has_run =
            effect == Effect::TransactionControl && result.as_ref().is_err_and(is_of_reply);
        let succeeded = result.is_ok() || has_run;
        // If the server does not answer, the state of the transaction is unknown, and it has ended as well.
        let ended = may_have_ended
            && transaction
                .has_ended(effect, succeeded)
                .await
                .unwrap_or(true);
        transaction.end_statement();
        if ended {
            transaction.disconnect().await;
        } else {
            self.transaction = Some(transaction);
        }
        result
    }
}
