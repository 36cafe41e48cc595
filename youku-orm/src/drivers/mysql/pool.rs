//! The pool of connections to one MySQL or MariaDB server.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

use crate::drivers::mysql::idle_connections::{IdleConnections, ReturnPolicy};
use crate::drivers::mysql::kill::RunningStatement;
use crate::drivers::mysql::open_transaction::OpenTransaction;
use crate::drivers::mysql::run;
use crate::drivers::mysql::server::ServerFacts;
use crate::drivers::mysql::streamed_rows::StreamedRows;
use crate::drivers::mysql::transaction::Transaction;
use crate::drivers::statement_timeout::in_time;
use crate::error::{Error, Result};
use crate::settings::observers::{Observers, StatementTimer};
use crate::settings::options::DatabaseOptions;
use crate::settings::transaction_options::TransactionOptions;
use crate::sql::dialect::Dialect;
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;

/// The connections to one server.
pub(crate) struct Pool {
    connections: Arc<IdleConnections>,
    opts: Opts,
    statement_timeout: Option<Duration>,
}

/// A lock of the server that has a name, on a connection outside the pool. When it is dropped, the connection ends and the
/// server releases the lock.
pub(crate) struct NamedLock {
    connection: Conn,
}

impl NamedLock {
    /// Releases the lock and waits until the server has been told.
    pub(crate) async fn release(self) {
        // A broken connection has ended already.
        let _ = self.connection.disconnect().await;
    }
}

impl Pool {
    /// Opens a pool, asks the server for its version, and returns the pool and the server's dialect.
    pub(crate) async fn connect(url: &str, options: &DatabaseOptions) -> Result<(Self, Dialect)> {
        let pool = mysql_async::Pool::new(crate::drivers::mysql::options::of_url(url, options)?);
        let return_policy = if options.idle_timeout.is_some() || options.max_lifetime.is_some() {
            ReturnPolicy::WhenCold
        } else {
            ReturnPolicy::OnNextUse
        };
        Self::open(pool, return_policy, options).await
    }

    /// Uses an existing pool, asks the server for its version, and returns the pool and the server's dialect.
    pub(crate) async fn adopt(
        pool: mysql_async::Pool,
        options: &DatabaseOptions,
    ) -> Result<(Self, Dialect)> {
        // Other code may wait for its connections, so no idle connection stays outside it.
        Self::open(pool, ReturnPolicy::AfterEachStatement, options).await
    }

    async fn open(
        pool: mysql_async::Pool,
        return_policy: ReturnPolicy,
        options: &DatabaseOptions,
    ) -> Result<(Self, Dialect)> {
        let mut connection = pool.get_conn().await?;
        crate::drivers::mysql::options::require_complete(connection.opts())?;
        let server = ServerFacts::ask(&mut connection).await?;
        let dialect = server.dialect()?;
        let opts = connection.opts().clone();
        let size = opts.pool_opts().constraints().max();
        let connections = IdleConnections::new(
            pool,
            size,
            return_policy,
            options.acquire_timeout,
            server.max_packet,
        );
        connections.add_new(connection);
        let pool = Self {
            connections,
            opts,
            statement_timeout: options.statement_timeout,
        };
        Ok((pool, dialect))
    }

    /// Reads all rows of a statement.
    pub(crate) async fn rows<T: FromRow>(&self, statement: RenderedStatement) -> Result<Vec<T>> {
        let mut running = RunningStatement::new(self.connections.acquire().await?);
        let rows = {
            // Pinned here, because a future that is passed by value is copied as a whole at every step.
            let work = pin!(run::rows(running.connection(), statement));
            in_time(self.statement_timeout, work).await
        };
        running.end(rows)
    }

    /// Starts a statement whose rows are read one at a time.
    pub(crate) async fn stream<T: FromRow>(
        &self,
        statement: RenderedStatement,
    ) -> Result<StreamedRows<T>> {
        let mut running = RunningStatement::new(self.connections.acquire().await?);
        let sent = {
            let work = pin!(run::send(running.connection(), statement));
            in_time(self.statement_timeout, work).await
        };
        match sent {
            Ok(()) => Ok(StreamedRows::new(running)),
            Err(error) => running.end(Err(error)),
        }
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: RenderedStatement) -> Result<Executed> {
        let mut running = RunningStatement::new(self.connections.acquire().await?);
        let done = {
            let work = pin!(run::execute(running.connection(), statement));
            in_time(self.statement_timeout, work).await
        };
        running.end(done)
    }

    /// Creates tables that may refer to each other in any order.
    ///
    /// The connection accepts foreign keys to tables that do not exist yet, until all are created. This
    /// runs in a separate task: a caller that is cancelled leaves no connection in that state in the pool.
    pub(crate) async fn create_tables(
        &self,
        observers: Arc<Observers>,
        statements: Vec<String>,
    ) -> Result<()> {
        let mut pooled = self.connections.acquire().await?;
        let create = async move {
            let connection = pooled.raw();
            connection.query_drop("SET foreign_key_checks = 0").await?;
            let done = create(&observers, connection, statements).await;
            if let Err(error) = connection.query_drop("SET foreign_key_checks = 1").await {
                pooled.disconnect().await;
                return done.and(Err(error.into()));
            }
            done
        };
        let task = tokio::spawn(create.in_current_span().with_current_subscriber());
        task.await.unwrap_or_else(|_| Err(Error::runtime_ends()))
    }

    /// Runs a statement that has neither values nor rows, unprepared.
    pub(crate) async fn text(&self, sql: &str) -> Result<()> {
        let mut connection = self.connections.acquire().await?;
        Ok(connection.raw().query_drop(sql).await?)
    }

    /// Begins a transaction on its own connection.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let transaction = OpenTransaction::begin(self.connections.acquire().await?, options);
        Ok(Transaction::new(transaction.await?, self.statement_timeout))
    }

    /// Takes a named lock on the server, which is specific to this database. Returns `None` if another
    /// connection still holds it after `wait`. In a Galera cluster the lock only holds on that node.
    pub(crate) async fn lock(&self, name: &str, wait: Duration) -> Result<Option<NamedLock>> {
        let connection = pin!(async { Ok(Conn::new(self.opts.clone()).await?) });
        let mut connection: Conn = self.connections.permits().in_time(connection).await?;
        // Not only the URL chooses it: the options of a pool may run USE on each connection.
        let database: Option<Option<String>> = connection.query_first("SELECT DATABASE()").await?;
        if database.flatten().is_none() {
            return Err(Error::usage(
                "the URL names no database, so there is none to lock or to migrate; write \
                 `mysql://user:password@host:3306/name`",
            ));
        }
        // The connection sends nothing while the migrations run; a year is the longest timeout that MySQL allows.
        let idle = "SET SESSION wait_timeout = 31536000";
        connection.query_drop(idle).await?;
        // Lock names are global to the server, and have at most 64 characters.
        let sql = "SELECT GET_LOCK(CONCAT(MD5(DATABASE()), '.', ?), ?)";
        let taken: Option<Option<i64>> = connection.exec_first(sql, (name, wait.as_secs())).await?;
        let lock = NamedLock { connection };
        if taken == Some(Some(1)) {
            return Ok(Some(lock));
        }
        lock.release().await;
        Ok(None)
    }

    /// Closes the idle connections, waits for those in use, and refuses new statements.
    pub(crate) async fn close(&self) -> Result<()> {
        self.connections.close().await
    }
}

async fn create(
    observers: &Arc<Observers>,
    connection: &mut Conn,
    statements: Vec<String>,
) -> Result<()> {
    for sql in statements {
        let timer = StatementTimer::start(observers, sql.clone().into());
        let created = async { Ok(connection.query_drop(sql).await?) };
        timer.run(created, |()| 0).await?;
    }
    Ok(())
}
