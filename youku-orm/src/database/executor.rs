//! What a statement can be sent to: a database, or a transaction on one.

use std::borrow::Cow;
use std::pin::pin;

use crate::database::handle::{Database, Driver};
use crate::database::transaction::Transaction;
use crate::error::{Error, Result};
use crate::settings::observers::StatementTimer;
use crate::sql::effect::Effect;
use crate::sql::statement::{Executed, RenderedStatement, Statement};
use crate::types::row::FromRow;

/// A [`&Database`](Database), which runs each statement on its own, or a
/// [`&mut Transaction`](Transaction).
///
/// A function with several statements takes `mut db: impl Executor` and sends each of them to
/// [`db.reborrow()`](Self::reborrow). It can be called on a database and in a transaction, and pass `db.reborrow()` to functions of
/// the same kind:
///
/// ```
/// # use youku_orm::{Database, Executor, Id, Model, New};
/// # #[derive(Model)]
/// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, name: String }
/// async fn find_or_add(mut db: impl Executor, name: &str) -> youku_orm::Result<Movie> {
///     if let Some(movie) = Movie::filter(Movie::NAME.eq(name)).first(db.reborrow()).await? {
///         return Ok(movie);
///     }
///     NewMovie { name: name.to_owned() }.insert(db).await
/// }
///
/// # async fn example(db: &Database) -> youku_orm::Result<()> {
/// find_or_add(db, "Alien").await?;
/// db.transaction(async |tx| find_or_add(tx, "Heat").await).await?;
/// # Ok(()) }
/// ```
///
/// # Cancel safety
///
/// A statement whose future is dropped may or may not have run. Its connection remains usable; a
/// transaction whose statement was dropped can only be rolled back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run statements",
    label = "not an executor",
    note = "help: pass `&db` of a `Database`, or `&mut *tx` of a `Transaction`"
)]
pub trait Executor: sealed::Sealed + Send {
    /// The same executor, for one statement or one call of a function; afterwards this one can be used again.
    fn reborrow(&mut self) -> impl Executor + '_;

    #[doc(hidden)]
    fn target<'c>(self) -> Target<'c>
    where
        Self: 'c;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &super::Database {}
    impl Sealed for &mut super::Transaction {}
    impl Sealed for super::Target<'_> {}
}

impl Executor for &Database {
    fn reborrow(&mut self) -> impl Executor + '_ {
        Target::Database(self)
    }

    fn target<'c>(self) -> Target<'c>
    where
        Self: 'c,
    {
        Target::Database(self)
    }
}

impl Executor for &mut Transaction {
    fn reborrow(&mut self) -> impl Executor + '_ {
        Target::Transaction(self)
    }

    fn target<'c>(self) -> Target<'c>
    where
        Self: 'c,
    {
        Target::Transaction(self)
    }
}

impl Executor for Target<'_> {
    fn reborrow(&mut self) -> impl Executor + '_ {
        match self {
            Target::Database(database) => Target::Database(database),
            Target::Transaction(transaction) => Target::Transaction(transaction),
        }
    }

    fn target<'c>(self) -> Target<'c>
    where
        Self: 'c,
    {
        self
    }
}

/// An executor with its type erased, so that the code that runs statements is compiled only once.
#[doc(hidden)]
#[derive(Debug)]
pub enum Target<'c> {
    /// Any connection of the pool.
    Database(&'c Database),
    /// The connection of the transaction.
    Transaction(&'c mut Transaction),
}

impl Target<'_> {
    /// Runs a statement and reads all its rows.
    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        self.require_transaction_to_lock(&statement)?;
        self.look_up_sorted(&statement).await?;
        let (timer, statement) = self.start(statement)?;
        let effect = statement.effect;
        let rows = {
            let work = pin!(self.read(statement));
            timer.run(work, |rows| rows.len() as u64).await
        };
        self.forget_changed(effect, rows.as_ref().err());
        rows
    }

    pub(super) async fn read<T: FromRow>(
        &mut self,
        statement: RenderedStatement,
    ) -> Result<Vec<T>> {
        match self {
            Self::Database(database) => match database.driver() {
                #[cfg(feature = "sqlite")]
                Driver::Sqlite(pool) => pool.rows(statement).await,
                #[cfg(feature = "mysql")]
                Driver::Mysql(pool) => Box::pin(pool.rows(statement)).await,
            },
            Self::Transaction(transaction) => transaction.rows(statement).await,
        }
    }

    /// Runs a statement and reads its first row.
    pub(crate) async fn optional<T: FromRow>(&mut self, statement: Statement) -> Result<Option<T>> {
        Ok(self.rows(statement.first()).await?.into_iter().next())
    }

    /// Runs a statement that always has a row.
    pub(crate) async fn single<T: FromRow>(&mut self, statement: Statement) -> Result<T> {
        self.optional(statement)
            .await?
            .ok_or_else(|| Error::not_found("the result"))
    }

    /// The statement in the database's dialect, and the timer that reports its end.
    fn start(&self, statement: Statement) -> Result<(StatementTimer, RenderedStatement)> {
        let database = self.database();
        let statement = statement.render(database.dialect(), database.prefix());
        let on_database = matches!(self, Self::Database(_));
        refuse(&statement, on_database)?;
        let timer = StatementTimer::start(database.observers(), statement.sql.clone());
        Ok((timer, statement))
    }

    /// Refuses to lock rows outside a transaction, where the lock would end with the statement.
    fn require_transaction_to_lock(&self, statement: &Statement) -> Result<()> {
        match self {
            Self::Database(_) if statement.locks() => Err(Error::usage(
                "`for_update` locks until a transaction ends; run the query on a transaction",
            )),
            _ => Ok(()),
        }
    }

    /// Asks the database how it would run a statement.
    pub(crate) async fn explain(&mut self, statement: Statement) -> Result<String> {
        let statement = statement.explained();
        let lines: Vec<String> = match self.database().driver() {
            #[cfg(feature = "sqlite")]
            Driver::Sqlite(_) => {
                // id, parent, an unused number, and the text (<https://www.sqlite.org/eqp.html>).
                let steps: Vec<(i64, i64, i64, String)> = self.rows(statement).await?;
                steps.into_iter().map(|step| step.3).collect()
            }
            #[cfg(feature = "mysql")]
            Driver::Mysql(_) => self.rows(statement).await?,
        };
        Ok(lines.join("\n"))
    }

    /// Runs a statement for its effect.
    pub(crate) async fn execute(&mut self, statement: Statement) -> Result<Executed> {
        Ok(self.execute_and_name(statement).await?.0)
    }

    /// Runs a statement for its effect, and also returns its text, for an error about the rows that it matched.
    pub(crate) async fn execute_and_name(
        &mut self,
        statement: Statement,
    ) -> Result<(Executed, Cow<'static, str>)> {
        let (timer, statement) = self.start(statement)?;
        let (sql, effect) = (statement.sql.clone(), statement.effect);
        let done = {
            let work = pin!(async {
                match self {
                    Self::Database(database) => match database.driver() {
                        #[cfg(feature = "sqlite")]
                        Driver::Sqlite(pool) => pool.execute(statement).await,
                        #[cfg(feature = "mysql")]
                        Driver::Mysql(pool) => Box::pin(pool.execute(statement)).await,
                    },
                    Self::Transaction(transaction) => transaction.execute(statement).await,
                }
            });
            timer.run(work, |done| done.rows_affected).await
        };
        self.forget_changed(effect, done.as_ref().err());
        Ok((done?, sql))
    }

    pub(crate) fn database(&self) -> &Database {
        match self {
            Self::Database(database) => database,
            Self::Transaction(transaction) => transaction.database(),
        }
    }
}

/// Refuses several statements in one text, and transaction control written by hand on a database, because the next
/// statement may run on another connection.
fn refuse(statement: &RenderedStatement, on_database: bool) -> Result<()> {
    let text = match statement.effect {
        Effect::Several => "the text has more than one statement; send each of them by itself",
        Effect::Keeps | Effect::Changes => return Ok(()),
        Effect::TransactionControl | Effect::Savepoint if !on_database => return Ok(()),
        Effect::TransactionControl => {
            "a statement sent to a `Database` cannot begin or end a transaction, because the next one may run on another \
             connection; use `Database::transaction` or `Database::begin`"
        }
        Effect::Savepoint => {
            "a statement sent to a `Database` has no savepoints; use `Transaction::nested`, or send it to a `Transaction`"
        }
    };
    Err(Error::usage(text).in_statement(statement.sql.clone()))
}

/// Runs rendered DDL statements in order: in one transaction on SQLite, each one separately on MySQL.
pub(crate) async fn script(database: &Database, statements: Vec<String>) -> Result<()> {
    match database.driver() {
        #[cfg(feature = "sqlite")]
        Driver::Sqlite(_) => {
            let mut transaction = database.begin().await?;
            for sql in statements {
                transaction.text(sql).await?;
            }
            transaction.commit().await
        }
        #[cfg(feature = "mysql")]
        Driver::Mysql(pool) => {
            for sql in statements {
                let timer = StatementTimer::start(database.observers(), sql.clone().into());
                let done = timer.run(pool.text(&sql), |()| 0).await;
                database.dialect().live_tables.forget();
                done?;
            }
            Ok(())
        }
    }
}
