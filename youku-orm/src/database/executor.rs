//! What a statement can be sent to: a database, or a transaction on one.

use std::borrow::Cow;
use std::pin::pin;

use crate::database::handle::{Database, DatabaseKind, Driver};
use crate::database::transaction::Transaction;
use crate::error::{Class, Error, Result};
use crate::settings::observers::StatementTimer;
use crate::sql::effect::Effect;
use crate::sql::fragment::Fragment;
use crate::sql::statement::{Executed, RenderedStatement, Statement};
use crate::table::facts::{Table, has_auto_key};
use crate::types::row::FromRow;
use crate::types::value::Value;

/// A [`&Database`](Database), which runs each statement on its own, or a
/// [`&mut Transaction`](Transaction). Pass `&mut *transaction` to use a transaction again.
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
pub trait Executor<'c>: sealed::Sealed + Send {
    #[doc(hidden)]
    fn target(self) -> Target<'c>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for &super::Database {}
    impl Sealed for &mut super::Transaction {}
}

impl<'c> Executor<'c> for &'c Database {
    fn target(self) -> Target<'c> {
        Target::Database(self)
    }
}

impl<'c> Executor<'c> for &'c mut Transaction {
    fn target(self) -> Target<'c> {
        Target::Transaction(self)
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

/// The columns of a table of this database, and whether each has the type ENUM or SET.
const COLUMN_TYPES: &str = "SELECT column_name, data_type IN ('enum', 'set') FROM information_schema.columns \
                            WHERE table_schema = DATABASE() AND table_name = ?";

impl Target<'_> {
    /// Runs a statement and reads all its rows.
    pub(crate) async fn rows<T: FromRow>(&mut self, statement: Statement) -> Result<Vec<T>> {
        self.require_transaction_to_lock(&statement)?;
        self.look_up_enums(&statement).await?;
        let (timer, statement) = self.start(statement)?;
        let work = pin!(self.read(statement));
        timer.run(work, |rows| rows.len() as u64).await
    }

    async fn read<T: FromRow>(&mut self, statement: RenderedStatement) -> Result<Vec<T>> {
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

    /// Finds out which columns MySQL would sort by number, before a statement that sorts by a column of text. It asks once for
    /// each table and pool.
    pub(crate) async fn look_up_enums(&mut self, statement: &Statement) -> Result<()> {
        if self.database().kind() == DatabaseKind::Sqlite {
            return Ok(());
        }
        for table in statement.sorted_tables() {
            let database = self.database();
            let name = database.table_name(table);
            if database.dialect().enum_columns.knows(&name) {
                continue;
            }
            let values = vec![Value::Text(name.clone().into_owned())];
            let columns = Statement::by_hand(COLUMN_TYPES.into(), values);
            // It is not a statement of the program, so no hook is told.
            let columns = columns.render(database.dialect(), None);
            let columns: Vec<(String, bool)> = Box::pin(self.read(columns)).await?;
            // Of a temporary table nothing is known, and it may be gone for the next statement.
            if !columns.is_empty() {
                let numbered = columns.into_iter().filter(|(_, is_numbered)| *is_numbered);
                let numbered = numbered.map(|(column, _)| column).collect();
                self.database()
                    .dialect()
                    .enum_columns
                    .learn(&name, numbered);
            }
        }
        Ok(())
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
        let sql = statement.sql.clone();
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
        let done = timer.run(work, |done| done.rows_affected).await?;
        Ok((done, sql))
    }

    /// Runs an INSERT of one row and returns its key, or zero without an `auto` key. Both databases report the key of the
    /// row that the statement itself inserted, also if a trigger inserted others.
    pub(crate) async fn insert_row<M: Table>(&mut self, statement: Statement) -> Result<u64> {
        let done = self.execute(statement.inserting::<M>(1, false)).await?;
        require_key::<M>(done.last_insert_id)
    }

    /// Runs an INSERT of several rows and returns the key of each. Without an `auto` key, it returns zeros.
    ///
    /// MySQL cannot return the keys. InnoDB numbers the rows of one INSERT with a constant step and reports the first
    /// key. The step is read on the same connection after each INSERT, because it changes when a node joins a cluster.
    pub(crate) async fn insert_rows<M: Table>(
        &mut self,
        statement: Statement,
        rows: usize,
    ) -> Result<Vec<u64>> {
        let (auto, returns) = (has_auto_key::<M>(), self.database().dialect().returns_rows);
        let mut statement = statement.inserting::<M>(rows, auto && !returns);
        if auto && returns {
            let mut returning = Fragment::text(" RETURNING ");
            returning.name(M::COLUMNS[M::KEY].name);
            statement.append(returning);
            return self.rows(statement).await;
        }
        let done = self.execute(statement).await?;
        if !auto {
            return Ok(vec![0; rows]);
        }
        let first = require_key::<M>(done.last_insert_id)?;
        let key = |row: u64| first.saturating_add(row.saturating_mul(done.key_step));
        Ok((0..rows as u64).map(key).collect())
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

/// Fails if the database reported no key for a row that has an `auto` key.
fn require_key<M: Table>(reported: u64) -> Result<u64> {
    if reported > 0 || !has_auto_key::<M>() {
        return Ok(reported);
    }
    let (table, key) = (M::TABLE, M::COLUMNS[M::KEY].name);
    Err(Error::new(
        Class::Schema,
        format!(
            "the database generated no key for `{table}`.`{key}`, which is `auto` in the model; `Database::check` compares them"
        ),
    ))
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
            database.dialect().enum_columns.forget();
            for sql in statements {
                let timer = StatementTimer::start(database.observers(), sql.clone().into());
                timer.run(pool.text(&sql), |()| 0).await?;
            }
            Ok(())
        }
    }
}
