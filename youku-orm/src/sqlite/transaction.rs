//! A transaction on the writing connection.

use super::pool::Loan;
use super::run;
use crate::error::{Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement};

/// An open transaction; rolled back by the [`Loan`] when it is dropped.
pub(crate) struct Transaction {
    /// Away while a statement runs; stays away when that statement's future was dropped.
    loan: Option<Loan>,
}

impl Transaction {
    pub(super) fn new(loan: Loan) -> Self {
        Self { loan: Some(loan) }
    }

    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        self.run(move |on| run::rows(on, &statement)).await
    }

    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        self.run(move |on| run::execute(on, &statement)).await
    }

    /// Runs COMMIT or ROLLBACK and gives the connection back.
    pub(crate) async fn finish(mut self, sql: &'static str) -> Result<()> {
        self.run(move |on| Ok(on.execute_batch(sql)?)).await
    }

    async fn run<T, W>(&mut self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&rusqlite::Connection) -> Result<T> + Send + 'static,
    {
        let loan = self.loan.take().ok_or_else(Error::cut_off)?;
        let (loan, result) = loan.run(work).await?;
        self.loan = Some(loan);
        result
    }
}
