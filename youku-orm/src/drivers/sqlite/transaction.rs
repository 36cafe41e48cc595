//! A transaction on the writing connection.

use rusqlite::Connection;

use crate::drivers::sqlite::connection::SqliteConnection;
use crate::drivers::sqlite::connection_queue::PooledConnection;
use crate::drivers::sqlite::thread_choice::TransactionWrites;
use crate::drivers::sqlite::{run, thread_choice};
use crate::error::{Class, Error, Result};
use crate::sql::effect::Effect;
use crate::sql::statement::{Executed, RenderedStatement, StatementKind};
use crate::types::row::FromRow;

/// An open transaction; rolled back by the [`PooledConnection`] when it is dropped.
pub(crate) struct Transaction {
    /// `None` while a statement runs. It stays `None` if that statement's future was dropped.
    connection: Option<PooledConnection>,
    read_only: bool,
    writes: TransactionWrites,
}

impl Transaction {
    pub(super) fn new(connection: PooledConnection, read_only: bool) -> Self {
        Self {
            connection: Some(connection),
            read_only,
            writes: TransactionWrites::default(),
        }
    }

    /// Makes it the transaction of a migration step, which may change the session of the connection.
    pub(crate) fn for_migration(&mut self) {
        if let Some(connection) = &mut self.connection {
            connection.note(Effect::Changes);
        }
    }

    pub(crate) async fn rows<T: FromRow>(
        &mut self,
        statement: RenderedStatement,
    ) -> Result<Vec<T>> {
        self.run(statement, run::rows::<T>).await
    }

    pub(crate) async fn execute(&mut self, statement: RenderedStatement) -> Result<Executed> {
        self.run(statement, run::execute).await
    }

    /// Runs COMMIT or ROLLBACK and releases the connection.
    pub(crate) async fn finish(mut self, sql: &'static str) -> Result<()> {
        let mut connection = self.connection.take().ok_or_else(Error::interrupted)?;
        connection.require_transaction()?;
        let is_short = self.writes.end_is_short(&mut connection);
        thread_choice::control(connection, sql, is_short).await?.1?;
        Ok(())
    }

    /// Runs a statement that has neither values nor rows.
    pub(crate) async fn text(&mut self, sql: String) -> Result<()> {
        let statement = RenderedStatement::control(sql);
        let changes_nothing = ["SAVEPOINT", "RELEASE"].map(|word| statement.sql.starts_with(word));
        if let Some(connection) = self
            .connection
            .as_ref()
            .filter(|_| !changes_nothing.contains(&true))
        {
            connection.forget_tables();
        }
        let run = |on: &SqliteConnection, statement: &RenderedStatement| {
            Ok(on.raw.execute_batch(&statement.sql)?)
        };
        self.run(statement, run).await
    }

    async fn run<T, W>(&mut self, statement: RenderedStatement, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&SqliteConnection, &RenderedStatement) -> Result<T> + Send + 'static,
    {
        let mut connection = self.connection.take().ok_or_else(Error::interrupted)?;
        connection.note(statement.effect);
        thread_choice::yield_if_due().await;
        self.writes.count(statement.kind);
        let read_only = self.read_only;
        let work = move |on: &SqliteConnection, statement: &RenderedStatement| {
            run::require_transaction(&on.raw)?;
            require_permission(&on.raw, statement, read_only)?;
            work(on, statement)
        };
        let (connection, result) = thread_choice::run(connection, statement, work).await?;
        self.connection = Some(connection);
        result
    }
}

/// A database in memory has one connection, which could write in a transaction that only reads.
fn require_permission(
    connection: &Connection,
    statement: &RenderedStatement,
    read_only: bool,
) -> Result<()> {
    let reads = matches!(
        statement.kind,
        StatementKind::Read | StatementKind::TableScan
    );
    if read_only && !reads && !run::is_readonly(connection, statement)? {
        return Err(Error::new(
            Class::ReadOnly,
            "the transaction is read-only; begin one without `read_only` to write",
        ));
    }
    Ok(())
}
