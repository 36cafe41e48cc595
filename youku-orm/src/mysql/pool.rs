//! The pool of connections to one MySQL or MariaDB server.

use std::borrow::Cow;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, IsolationLevel, Opts, OptsBuilder, PoolConstraints, PoolOpts, TxOpts};

use super::{run, transaction::Transaction};
use crate::database::DatabaseOptions;
use crate::dialect::Dialect;
use crate::error::{Class, Error, Result};
use crate::row::FromRow;
use crate::statement::{Executed, Statement};
use crate::stream::Sender;
use crate::transaction::{Isolation, TransactionOptions};

/// What every new connection is told: refuse what does not fit instead of changing it, and let
/// DATETIME mean UTC.
const SETUP: &str = "SET sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,\
NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY', time_zone = '+00:00'";

/// The connections to one server.
pub(crate) struct Pool {
    pool: mysql_async::Pool,
    acquire_timeout: Duration,
}

impl Pool {
    /// Opens a pool, asks the server what it is, and tells how it speaks.
    pub(crate) async fn connect(url: &str, options: &DatabaseOptions) -> Result<(Self, Dialect)> {
        let opts = Opts::from_url(&mysql_url(url)).map_err(mysql_async::Error::from)?;
        // The lower bound is how many idle connections are kept, not how many are opened.
        let most = options.max_connections;
        let constraints = PoolConstraints::new(most, most)
            .ok_or_else(|| Error::usage("`max_connections` must be at least 1"))?;
        let builder = OptsBuilder::from_opts(opts)
            .stmt_cache_size(options.statement_cache)
            .client_found_rows(true)
            .tcp_nodelay(true)
            .setup(vec![SETUP])
            // A reset at every check-out would throw the prepared statements away.
            .pool_opts(
                PoolOpts::default()
                    .with_constraints(constraints)
                    .with_reset_connection(false),
            );
        let pool = Self {
            pool: mysql_async::Pool::new(builder),
            acquire_timeout: options.acquire_timeout,
        };
        let mut connection = pool.take().await?;
        let (version, key_step): (String, u64) = connection
            .query_first("SELECT VERSION(), @@auto_increment_increment")
            .await?
            .ok_or_else(|| {
                Error::new(Class::Unavailable, "the server does not tell its version")
            })?;
        let mariadb = version.contains("MariaDB");
        let dialect = Dialect::mysql(mariadb, connection.server_version(), key_step);
        drop(connection);
        Ok((pool, dialect))
    }

    /// Reads all rows of a statement.
    pub(crate) async fn rows<T: FromRow>(&self, statement: Statement) -> Result<Vec<T>> {
        run::rows(&mut self.take().await?, statement).await
    }

    /// Reads the rows of a statement into a channel, from a task of its own.
    pub(crate) async fn stream<T: FromRow>(
        &self,
        statement: Statement,
        sender: Sender<T>,
    ) -> Result<()> {
        let mut connection = self.take().await?;
        tokio::spawn(async move {
            match run::stream(&mut connection, statement, &sender).await {
                Ok(true) => {}
                // The reader has gone: leaving the server is cheaper than reading what is left.
                Ok(false) => {
                    let _ = connection.disconnect().await;
                }
                Err(error) => {
                    let _ = sender.send(Err(error)).await;
                }
            }
        });
        Ok(())
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: Statement) -> Result<Executed> {
        run::execute(&mut self.take().await?, statement).await
    }

    /// Runs DDL statements one after another; MySQL commits each by itself.
    pub(crate) async fn script(&self, statements: Vec<String>) -> Result<()> {
        let mut connection = self.take().await?;
        for sql in statements {
            let done = connection.query_drop(&sql).await;
            done.map_err(|error| Error::from(error).in_statement(sql))?;
        }
        Ok(())
    }

    /// Begins a transaction on a connection of its own.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let mut with = TxOpts::default();
        if options.read_only {
            with.with_readonly(true);
        }
        with.with_isolation_level(options.isolation.map(|isolation| match isolation {
            Isolation::ReadCommitted => IsolationLevel::ReadCommitted,
            Isolation::RepeatableRead => IsolationLevel::RepeatableRead,
            Isolation::Serializable => IsolationLevel::Serializable,
        }));
        let begun = self.pool.start_transaction(with);
        Ok(Transaction::new(self.in_time(begun).await?))
    }

    /// Closes the idle connections, waits for the busy ones, and refuses new statements.
    pub(crate) async fn close(&self) -> Result<()> {
        Ok(self.pool.clone().disconnect().await?)
    }

    async fn take(&self) -> Result<Conn> {
        self.in_time(self.pool.get_conn()).await
    }

    async fn in_time<T>(&self, taken: impl Future<Output = mysql_async::Result<T>>) -> Result<T> {
        match tokio::time::timeout(self.acquire_timeout, taken).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Error::new(
                Class::PoolTimeout,
                "no MySQL connection became free in time; raise `max_connections`, or look for \
                 transactions that are held open",
            )),
        }
    }
}

/// The driver knows the scheme `mysql` only.
fn mysql_url(url: &str) -> Cow<'_, str> {
    match url.strip_prefix("mariadb:") {
        Some(rest) => format!("mysql:{rest}").into(),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_scheme_is_rewritten() {
        assert_eq!(mysql_url("mariadb://a@b/c"), "mysql://a@b/c");
        let named_so = "mysql://mariadb:pw@host/db";
        assert_eq!(mysql_url(named_so), named_so);
    }
}
