//! The pool of connections to one MySQL or MariaDB server.

use std::borrow::Cow;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tracing::Instrument;
use tracing::instrument::WithSubscriber;

use crate::drivers::mysql::idle_connections::{Lender, Loan, Stay};
use crate::drivers::mysql::kill::Running;
use crate::drivers::mysql::open_transaction::Open;
use crate::drivers::mysql::run;
use crate::drivers::mysql::streamed_rows::Reading;
use crate::drivers::mysql::transaction::Transaction;
use crate::drivers::statement_timeout::in_time;
use crate::error::{Class, Error, Result};
use crate::settings::observers::{Observers, Watch};
use crate::settings::options::DatabaseOptions;
use crate::settings::transaction_options::TransactionOptions;
use crate::sql::dialect::Dialect;
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;

/// The connections to one server.
pub(crate) struct Pool {
    lender: Arc<Lender>,
    opts: Opts,
    statement_timeout: Option<Duration>,
}

/// A connection outside the pool. When this is dropped, the connection ends and releases the locks that it holds.
pub(crate) struct Session {
    connection: Conn,
}

impl Session {
    /// Ends the connection and waits until the server has been told.
    pub(crate) async fn end(self) {
        // A broken connection has ended already.
        let _ = self.connection.disconnect().await;
    }
}

impl Pool {
    /// Opens a pool, asks the server for its version, and returns the pool and the server's dialect.
    pub(crate) async fn connect(url: &str, options: &DatabaseOptions) -> Result<(Self, Dialect)> {
        let pool = mysql_async::Pool::new(crate::drivers::mysql::options::of_url(url, options)?);
        let stay = match options.idle_timeout.is_some() || options.max_lifetime.is_some() {
            true => Stay::AWhile,
            false => Stay::Always,
        };
        Self::open(pool, stay, options).await
    }

    /// Uses an existing pool, asks the server for its version, and returns the pool and the server's dialect.
    pub(crate) async fn adopt(
        pool: mysql_async::Pool,
        options: &DatabaseOptions,
    ) -> Result<(Self, Dialect)> {
        // Other code may wait for its connections, so no idle connection stays outside it.
        Self::open(pool, Stay::Never, options).await
    }

    async fn open(
        pool: mysql_async::Pool,
        stay: Stay,
        options: &DatabaseOptions,
    ) -> Result<(Self, Dialect)> {
        let mut connection = pool.get_conn().await?;
        if !crate::drivers::mysql::options::are_complete(connection.opts()) {
            return Err(Error::usage(
                "the pool lacks settings that this crate needs; make its options with `mysql_options`",
            ));
        }
        let (version, key_step): (String, u64) = connection
            .query_first("SELECT VERSION(), @@auto_increment_increment")
            .await?
            .ok_or_else(|| {
                Error::new(Class::Unavailable, "the server does not tell its version")
            })?;
        let mariadb = version.contains("MariaDB");
        let dialect = Dialect::mysql(mariadb, connection.server_version(), key_step);
        let opts = connection.opts().clone();
        let size = opts.pool_opts().constraints().max();
        let lender = Lender::new(pool, size, stay, options.acquire_timeout);
        lender.receive(connection);
        let pool = Self {
            lender,
            opts,
            statement_timeout: options.statement_timeout,
        };
        Ok((pool, dialect))
    }

    /// Reads all rows of a statement.
    pub(crate) async fn rows<T: FromRow>(&self, statement: RenderedStatement) -> Result<Vec<T>> {
        let mut running = Running::on(self.lender.take().await?);
        let rows = {
            // Pinned here, because a future that is passed by value is copied as a whole at every step.
            let work = pin!(run::rows(running.loan(), statement));
            in_time(self.statement_timeout, work).await
        };
        give_back(running.ended(), rows)
    }

    /// Starts a statement whose rows are read one at a time.
    pub(crate) async fn stream<T: FromRow>(
        &self,
        statement: RenderedStatement,
    ) -> Result<Reading<T>> {
        let mut running = Running::on(self.lender.take().await?);
        let sent = {
            let work = pin!(run::send(running.loan(), statement));
            in_time(self.statement_timeout, work).await
        };
        match sent {
            Ok(()) => Ok(Reading::of(running)),
            Err(error) => give_back(running.ended(), Err(error)),
        }
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&self, statement: RenderedStatement) -> Result<Executed> {
        let mut running = Running::on(self.lender.take().await?);
        let done = {
            let work = pin!(run::execute(running.loan(), statement));
            in_time(self.statement_timeout, work).await
        };
        give_back(running.ended(), done)
    }

    /// Creates tables that may refer to each other in any order.
    ///
    /// The connection accepts foreign keys to tables that do not exist yet, until all are created. This
    /// runs in a separate task: a caller that is cancelled leaves no connection in that state in the pool.
    pub(crate) async fn create_tables(
        &self,
        observers: Arc<Observers>,
        statements: Vec<Cow<'static, str>>,
    ) -> Result<()> {
        let mut loan = self.lender.take().await?;
        let create = async move {
            let connection = loan.connection();
            connection.query_drop("SET foreign_key_checks = 0").await?;
            let done = create(&observers, connection, statements).await;
            if let Err(error) = connection.query_drop("SET foreign_key_checks = 1").await {
                loan.disconnect().await;
                return done.and(Err(error.into()));
            }
            done
        };
        let task = tokio::spawn(create.in_current_span().with_current_subscriber());
        task.await.unwrap_or_else(|_| Err(Error::runtime_ends()))
    }

    /// Runs a statement that has neither values nor rows, unprepared.
    pub(crate) async fn text(&self, sql: &str) -> Result<()> {
        let mut loan = self.lender.take().await?;
        Ok(loan.connection().query_drop(sql).await?)
    }

    /// Begins a transaction on its own connection.
    pub(crate) async fn begin(&self, options: TransactionOptions) -> Result<Transaction> {
        let open = Open::begin(self.lender.take().await?, options).await?;
        Ok(Transaction::new(open, self.statement_timeout))
    }

    /// Takes a named lock on the server, which is specific to this database. Returns `None` if another
    /// session still holds it after `wait`. In a Galera cluster the lock only holds on that node.
    pub(crate) async fn lock(&self, name: &str, wait: Duration) -> Result<Option<Session>> {
        let connection = pin!(async { Ok(Conn::new(self.opts.clone()).await?) });
        let mut connection = self.lender.in_time(connection).await?;
        // The session sends nothing while the migrations run; a year is the longest timeout that MySQL allows.
        let idle = "SET SESSION wait_timeout = 31536000";
        connection.query_drop(idle).await?;
        // Lock names are global to the server, and have at most 64 characters.
        let sql = "SELECT GET_LOCK(CONCAT(MD5(DATABASE()), '.', ?), ?)";
        let taken: Option<Option<i64>> = connection.exec_first(sql, (name, wait.as_secs())).await?;
        let session = Session { connection };
        if taken == Some(Some(1)) {
            return Ok(Some(session));
        }
        session.end().await;
        Ok(None)
    }

    /// Closes the idle connections, waits for the busy ones, and refuses new statements.
    pub(crate) async fn close(&self) -> Result<()> {
        self.lender.close().await
    }
}

async fn create(
    observers: &Arc<Observers>,
    connection: &mut Conn,
    statements: Vec<Cow<'static, str>>,
) -> Result<()> {
    for sql in statements {
        let watch = Watch::start(observers, sql.clone());
        let created = async { Ok(connection.query_drop(&*sql).await?) };
        watch.run(created, |()| 0).await?;
    }
    Ok(())
}

/// Takes a connection back. After a success it is kept for the next statement; after a failure it returns to the driver,
/// which checks it; after a statement timeout the server is told to end it.
fn give_back<T>(loan: Loan, result: Result<T>) -> Result<T> {
    match &result {
        Ok(_) => loan.keep(),
        Err(error) if error.is_statement_timeout() => loan.kill(),
        Err(_) => {}
    }
    result
}
