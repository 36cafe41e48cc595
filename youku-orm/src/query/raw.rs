//! SQL written by hand, with bound values, decoded into models.

use std::borrow::Cow;

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::Result;
use crate::expr::operand::IntoValue;
use crate::query::model_query::only;
use crate::sql::statement::{Executed, Statement};
use crate::types::row::FromRow;
use crate::types::value::Value;

/// A statement written by hand; made by [`sql`].
#[derive(Debug, Clone)]
#[must_use = "a statement does nothing until one of its async methods is awaited"]
pub struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// A statement with a `?` for each value, to be [bound](Sql::bind) in order.
///
/// Never put a value into the text itself. Quote names with backticks and the text runs on both
/// databases.
///
/// A `Database` runs each statement on any of its connections. So a text that begins or ends a transaction is refused there:
/// use [`Database::transaction`](crate::Database::transaction). A text that may change the session, which is each that does not
/// begin with SELECT, INSERT, UPDATE, DELETE, REPLACE, WITH or VALUES, costs its connection: the next statement gets
/// another one. In memory the connection is put back to its opening state instead. On MySQL a user variable that is set
/// (`@a :=`, `INTO @a`) and `GET_LOCK` do the same.
///
#[cfg_attr(feature = "sqlite", doc = "```")]
#[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
/// # use youku_orm::{Database, sql};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// let db = Database::connect("sqlite::memory:").await?;
/// let sum = sql("SELECT ? + ?").bind(40_i64).bind(2_i64).one::<i64>(&db).await?;
/// assert_eq!(sum, 42);
/// # Ok(()) }
/// ```
pub fn sql(text: impl Into<Cow<'static, str>>) -> Sql {
    Sql {
        text: text.into(),
        values: Vec::new(),
    }
}

impl Sql {
    /// Binds the next `?`: any column value, or `&str` and `&[u8]`.
    pub fn bind(mut self, value: impl IntoValue) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// All rows. A model's columns are found by name, in any order; others go by position.
    ///
    /// # Errors
    /// [`is_schema`](crate::Error::is_schema) when the result lacks a column of the model, or has two of its name; database
    /// and decode errors.
    pub fn all<'c, T: FromRow>(
        self,
        executor: impl Executor + 'c,
    ) -> BoxFuture<'c, Result<Vec<T>>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.rows(statement).await })
    }

    /// The first row, or `None`. MySQL sends every row nevertheless, so put a LIMIT into the text.
    ///
    /// # Errors
    /// Those of [`all`](Self::all).
    pub fn first<'c, T: FromRow>(
        self,
        executor: impl Executor + 'c,
    ) -> BoxFuture<'c, Result<Option<T>>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.optional(statement).await })
    }

    /// The only row.
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) without a row,
    /// [`is_too_many_rows`](crate::Error::is_too_many_rows) with more than one, and those of
    /// [`all`](Self::all).
    pub fn one<'c, T: FromRow>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<T>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { only(target.rows(statement).await?, "the result") })
    }

    /// Runs the statement for its effect.
    ///
    /// # Errors
    /// Database errors.
    pub fn execute<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Executed>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.execute(statement).await })
    }

    fn statement(self) -> Statement {
        Statement::by_hand(self.text, self.values)
    }
}
