//! A transaction on the writing connection.

use super::loan::Loan;
use super::run;
use crate::error::{Class, Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement};

/// An open transaction; rolled back by the [`Loan`] when it is dropped.
pub(crate) struct Transaction {
    /// Away while a statement runs; stays away when that statement's future was dropped.
    loan: Option<Loan>,
    read_only: bool,
}

impl Transaction {
    pub(super) fn new(loan: Loan, read_only: bool) -> Self {
        Self {
            loan: Some(loan),
            read_only,
        }
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        let read_only = self.read_only;
        self.run(move |on| {
            permit(on, &statement, read_only)?;
            run::rows(on, &statement)
        })
        .await
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        let read_only = self.read_only;
        self.run(move |on| {
            permit(on, &statement, read_only)?;
            run::execute(on, &statement)
        })
        .await
    }

    /// Runs COMMIT or ROLLBACK and gives the connection back.
    pub(crate) async fn finish(mut self, sql: &'static str) -> Result<()> {
        let loan = self.loan.take().ok_or_else(Error::cut_off)?;
        let finish = loan.run_to_the_end(in_transaction(move |on| Ok(on.execute_batch(sql)?)));
        finish.await?.1
    }

    /// Runs a statement that has neither values nor rows.
    pub(crate) async fn text(&mut self, sql: String) -> Result<()> {
        self.run(move |on| Ok(on.execute_batch(&sql)?)).await
    }

    async fn run<T, W>(&mut self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&rusqlite::Connection) -> Result<T> + Send + 'static,
    {
        let loan = self.loan.take().ok_or_else(Error::cut_off)?;
        let (loan, result) = loan.run(in_transaction(work)).await?;
        self.loan = Some(loan);
        result
    }
}

/// A full disk and the like make SQLite undo the transaction by itself; what follows would be
/// kept statement by statement.
fn in_transaction<T>(
    work: impl FnOnce(&rusqlite::Connection) -> Result<T>,
) -> impl FnOnce(&rusqlite::Connection) -> Result<T> {
    |on| match on.is_autocommit() {
        false => work(on),
        true => Err(Error::cut_off()),
    }
}

/// A database in memory has one connection, which could write in a transaction that only reads.
fn permit(connection: &rusqlite::Connection, statement: &Statement, read_only: bool) -> Result<()> {
    if read_only && !run::is_readonly(connection, statement)? {
        return Err(Error::new(
            Class::ReadOnly,
            "the transaction only reads; begin one without `read_only` to write",
        ));
    }
    Ok(())
}
