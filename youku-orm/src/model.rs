//! What a struct with `#[derive(Model)]` is to the library: facts about one table.

use std::future::Future;

use crate::column_type::{ColumnKind, Key, TypeInfo};
use crate::error::{Class, Error, Result};
use crate::executor::Executor;
use crate::filter::Filter;
use crate::insert::{self, Insert};
use crate::operand::IntoOperand;
use crate::query::{Narrowed, Query, Whole};
use crate::row::Row;
use crate::statement::Statement;
use crate::value::{Bind, Value};

/// One column of a model, in the order of the struct's fields.
#[derive(Debug, Clone, Copy)]
pub struct ColumnInfo {
    /// The column's name in the table.
    pub name: &'static str,
    /// The SQL family of the column.
    pub kind: ColumnKind,
    /// Whether the column takes NULL.
    pub nullable: bool,
    /// Whether this is the primary key.
    pub key: bool,
    /// Whether the database counts the key up by itself.
    pub auto: bool,
    /// The greatest length: characters of a text, bytes of a byte string.
    pub length: Option<u32>,
    /// Unique: alone (`""`), or together with the columns of the same group.
    pub unique: Option<&'static str>,
    /// Indexed: alone (`""`), or together with the columns of the same group.
    pub index: Option<&'static str>,
    /// What the table's DEFAULT clause says, for defaults that are constants.
    pub default: Option<fn() -> Value>,
}

impl ColumnInfo {
    /// A column that is neither key nor indexed.
    pub const fn new(name: &'static str, info: TypeInfo) -> Self {
        Self {
            name,
            kind: info.kind,
            nullable: info.nullable,
            key: false,
            auto: false,
            length: None,
            unique: None,
            index: None,
            default: None,
        }
    }

    /// Makes it the primary key.
    #[must_use]
    pub const fn key(mut self) -> Self {
        self.key = true;
        self
    }

    /// Lets the database count the key up.
    #[must_use]
    pub const fn auto(mut self) -> Self {
        self.auto = true;
        self
    }

    /// Bounds the length, in characters of a text or bytes of a byte string.
    #[must_use]
    pub const fn length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    /// Makes it unique; columns of one non-empty group are unique together.
    #[must_use]
    pub const fn unique(mut self, group: &'static str) -> Self {
        self.unique = Some(group);
        self
    }

    /// Indexes it; columns of one non-empty group share an index.
    #[must_use]
    pub const fn index(mut self, group: &'static str) -> Self {
        self.index = Some(group);
        self
    }

    /// Refuses a value that exceeds the length. The databases alone would not: MySQL cuts spaces
    /// off the end of a long text, and SQLite counts up to the first NUL.
    pub(crate) fn check_length(&self, value: &Value) -> Result<()> {
        let Some(most) = self.length else {
            return Ok(());
        };
        let (length, unit) = match value {
            Value::Text(text) => (text.chars().count(), "characters"),
            Value::Bytes(bytes) => (bytes.len(), "bytes"),
            _ => return Ok(()),
        };
        if u32::try_from(length).is_ok_and(|length| length <= most) {
            return Ok(());
        }
        let name = self.name;
        Err(Error::new(
            Class::Check,
            format!("column `{name}` takes at most {most} {unit}, and the value has {length}"),
        ))
    }

    /// Puts a DEFAULT clause into the table.
    #[must_use]
    pub const fn default_value(mut self, value: fn() -> Value) -> Self {
        self.default = Some(value);
        self
    }
}

/// A struct that is a table; made by `#[derive(Model)]`.
///
/// The derive writes the constants, [`decode`](Self::decode) and [`bind`](Self::bind); everything
/// that runs a statement is provided here, in ordinary code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "help: put `#[derive(Model)]` on the struct"
)]
pub trait Model: Sized + Send + 'static {
    /// The type of the primary key.
    type Key: Key;
    /// The struct of a row that is not in the table yet.
    type New: New<Model = Self>;

    /// The table's name.
    const TABLE: &'static str;
    /// The columns, in the order of the struct's fields.
    const COLUMNS: &'static [ColumnInfo];
    /// Where the primary key stands in [`COLUMNS`](Self::COLUMNS).
    const KEY: usize;
    /// Reads every column of every row.
    const SELECT: &'static str;
    /// Reads every column of the row with one key.
    const FIND: &'static str;
    /// Inserts one row: every column but an `auto` key.
    const INSERT: &'static str;
    /// Writes every column but the key, of the row with one key.
    const UPDATE: &'static str;
    /// Deletes the row with one key.
    const DELETE: &'static str;

    /// The primary key of this row.
    fn key(&self) -> &Self::Key;

    /// Reads a row by index, in the order of [`COLUMNS`](Self::COLUMNS).
    ///
    /// # Errors
    /// A decode error when a cell does not fit its field.
    fn decode<R: Row>(row: &mut R) -> Result<Self>;

    /// Binds the values of [`UPDATE`](Self::UPDATE): every column but the key, then the key.
    fn bind<B: Bind>(&self, to: &mut B);

    /// The row with that key, or `None`.
    ///
    /// # Errors
    /// Database and decode errors.
    fn find<'c>(
        executor: impl Executor<'c>,
        key: impl IntoOperand<Self::Key>,
    ) -> impl Future<Output = Result<Option<Self>>> + Send {
        let statement = Statement::fixed(Self::FIND, vec![key.into_operand()]);
        async move { executor.target().optional(statement).await }
    }

    /// The row with that key.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) without such a row; database and decode errors.
    fn get<'c>(
        executor: impl Executor<'c>,
        key: impl IntoOperand<Self::Key>,
    ) -> impl Future<Output = Result<Self>> + Send {
        let found = Self::find(executor, key);
        async move { found.await?.ok_or_else(|| Error::not_found(Self::TABLE)) }
    }

    /// A query over all rows.
    fn query() -> Query<Self, Whole> {
        Query::new()
    }

    /// A query over the rows that a filter lets through.
    fn filter(filter: Filter<Self>) -> Query<Self, Narrowed> {
        Query::new().filter(filter)
    }

    /// An insert that still can [`set`](Insert::set) columns that have a default.
    fn insert(new: Self::New) -> Insert<Self> {
        Insert::new(new)
    }

    /// Inserts many rows, in as few statements as the databases' limits allow, and gives them
    /// back in their order with their keys. All or none are inserted.
    ///
    /// # Errors
    /// Database errors; [`is_unique_violation`](Error::is_unique_violation) for a taken value.
    fn insert_many<'c>(
        executor: impl Executor<'c>,
        rows: Vec<Self::New>,
    ) -> impl Future<Output = Result<Vec<Self>>> + Send {
        async move { insert::many(executor.target(), rows).await }
    }

    /// Writes every column of this row to the table.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) when the table has no row with this key; database
    /// errors.
    fn update<'c>(&self, executor: impl Executor<'c>) -> impl Future<Output = Result<()>> + Send {
        let mut values = Vec::with_capacity(Self::COLUMNS.len());
        self.bind(&mut values);
        async move {
            let written = Self::COLUMNS.iter().filter(|column| !column.key);
            let mut pairs = written.zip(&values);
            pairs.try_for_each(|(column, value)| column.check_length(value))?;
            one_row::<Self>(executor, Statement::fixed(Self::UPDATE, values)).await
        }
    }

    /// Deletes this row from the table.
    ///
    /// # Errors
    /// [`is_not_found`](Error::is_not_found) when the table has no row with this key; database
    /// errors.
    fn delete<'c>(&self, executor: impl Executor<'c>) -> impl Future<Output = Result<()>> + Send {
        let mut key = Value::Null;
        crate::column_type::ColumnType::bind(self.key(), &mut key);
        one_row::<Self>(executor, Statement::fixed(Self::DELETE, vec![key]))
    }
}

/// Runs a write that must match exactly the row of one key.
async fn one_row<'c, M: Model>(executor: impl Executor<'c>, statement: Statement) -> Result<()> {
    let sql = statement.sql.clone();
    match executor.target().execute(statement).await?.rows_affected {
        0 => Err(Error::not_found(M::TABLE).in_statement(sql)),
        _ => Ok(()),
    }
}

/// A row that is not in the table yet; `#[derive(Model)]` on `User` makes `NewUser`.
///
/// It has neither the `auto` key nor the columns with a default.
pub trait New: Sized + Send + 'static {
    /// The model this becomes.
    type Model: Model<New = Self>;

    /// Binds the values of [`Model::INSERT`], defaults filled in.
    fn bind<B: Bind>(&self, to: &mut B);

    /// The row as it stands in the table; `generated` is the `auto` key, else it is not used.
    fn into_model(self, generated: u64) -> Self::Model;

    /// Inserts the row and gives it back with its key.
    ///
    /// # Errors
    /// [`is_unique_violation`](Error::is_unique_violation) when the key or a unique value is
    /// taken; database errors.
    fn insert<'c>(
        self,
        executor: impl Executor<'c>,
    ) -> impl Future<Output = Result<Self::Model>> + Send {
        Insert::<Self::Model>::new(self).exec(executor)
    }
}
