//! Inserts of one row and of many.

use std::borrow::Cow;

use crate::column::Column;
use crate::column_type::ColumnValue;
use crate::error::{Error, Result};
use crate::executor::{Executor, Target};
use crate::model::{Model, New};
use crate::operand::IntoColumn;
use crate::statement::Statement;
use crate::value::Value;
use crate::value_row::ValueRow;

/// The most values that one statement binds: below SQLite's 32,766
/// (`SQLITE_MAX_VARIABLE_NUMBER`) and MySQL's 65,535.
const MOST_VALUES: usize = 32_000;

/// An insert of one row; see [`Model::insert`].
#[must_use = "an insert does nothing until `.exec(db)` is awaited"]
pub struct Insert<M: Model> {
    new: M::New,
    assignments: Vec<(usize, Value)>,
}

impl<M: Model> Insert<M> {
    pub(crate) fn new(new: M::New) -> Self {
        Self {
            new,
            assignments: Vec::new(),
        }
    }

    /// Sets a column to something else than its default, or than `New…` says.
    pub fn set<T: ColumnValue>(mut self, column: Column<M, T>, value: impl IntoColumn<T>) -> Self {
        self.assignments.push(column.assign(value));
        self
    }

    /// Inserts the row and gives it back with its key.
    ///
    /// # Errors
    /// [`is_unique_violation`](Error::is_unique_violation) when the key or a unique value is
    /// taken; a usage error when an `auto` key was `set`; database errors.
    pub async fn exec<'c>(self, executor: impl Executor<'c>) -> Result<M> {
        let mut values = Vec::with_capacity(M::COLUMNS.len());
        self.new.bind(&mut values);
        for (column, value) in self.assignments {
            values[place::<M>(column)?] = value;
        }
        check_lengths::<M>(&values)?;
        let mut target = executor.target();
        let done = target
            .execute(insert_one::<M>(&target, values.clone()))
            .await?;
        row_of(values, done.last_insert_id)
    }
}

/// The row that these values of `INSERT` have made. Reading it from them, and not from the `New`
/// they came of, computes each default once.
fn row_of<M: Model>(mut values: Vec<Value>, generated: u64) -> Result<M> {
    if has_auto_key::<M>() {
        values.insert(M::KEY, Value::U64(generated));
    }
    M::decode(&mut ValueRow::new(values, M::COLUMNS))
}

/// Refuses texts and bytes that exceed the `length` of their columns; `values` may be of several rows.
fn check_lengths<M: Model>(values: &[Value]) -> Result<()> {
    let inserted = M::COLUMNS.iter().filter(|column| !column.auto);
    let mut pairs = inserted.cycle().zip(values);
    pairs.try_for_each(|(column, value)| column.check_length(value))
}

/// Where a column stands among the values of `INSERT`.
fn place<M: Model>(column: usize) -> Result<usize> {
    if !has_auto_key::<M>() || column < M::KEY {
        return Ok(column);
    }
    if column == M::KEY {
        let name = M::COLUMNS[column].name;
        return Err(Error::usage(format!(
            "`{name}` of `{}` is an `auto` key and cannot be set; drop `auto` to choose keys yourself",
            M::TABLE
        )));
    }
    Ok(column - 1)
}

pub(crate) fn has_auto_key<M: Model>() -> bool {
    M::COLUMNS[M::KEY].auto
}

/// The insert of one row. A model of nothing but an `auto` key needs the dialect's own words.
fn insert_one<M: Model>(target: &Target<'_>, values: Vec<Value>) -> Statement {
    match values.is_empty() {
        true => Statement::built(target.database().dialect().empty_insert(M::TABLE), values),
        false => Statement::fixed(M::INSERT, values),
    }
}

/// Inserts rows in chunks; more than one chunk shares a transaction.
pub(crate) async fn many<M: Model>(mut target: Target<'_>, rows: Vec<M::New>) -> Result<Vec<M>> {
    let width = M::COLUMNS.len() - usize::from(has_auto_key::<M>());
    let most_rows = MOST_VALUES.checked_div(width).unwrap_or(1).max(1);
    if rows.len() <= most_rows {
        return chunk(&mut target, width, rows).await;
    }
    match target {
        Target::Database(database) => {
            let mut transaction = database.begin().await?;
            let inserted = chunks(
                Target::Transaction(&mut transaction),
                width,
                most_rows,
                rows,
            )
            .await?;
            transaction.commit().await?;
            Ok(inserted)
        }
        Target::Transaction(_) => chunks(target, width, most_rows, rows).await,
    }
}

async fn chunks<M: Model>(
    mut target: Target<'_>,
    width: usize,
    most_rows: usize,
    mut rows: Vec<M::New>,
) -> Result<Vec<M>> {
    let mut inserted = Vec::with_capacity(rows.len());
    while !rows.is_empty() {
        let rest = rows.split_off(most_rows.min(rows.len()));
        inserted.extend(chunk(&mut target, width, rows).await?);
        rows = rest;
    }
    Ok(inserted)
}

/// Inserts rows with one statement.
async fn chunk<M: Model>(
    target: &mut Target<'_>,
    width: usize,
    rows: Vec<M::New>,
) -> Result<Vec<M>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = Vec::with_capacity(width * rows.len());
    for row in &rows {
        row.bind(&mut values);
    }
    check_lengths::<M>(&values)?;
    let mut statement = insert_one::<M>(target, values.clone());
    if rows.len() > 1 {
        statement.sql = Cow::Owned(repeated(&statement.sql, width, rows.len()));
    }
    let keys = target.insert_rows::<M>(statement, rows.len()).await?;
    let mut values = values.into_iter();
    keys.into_iter()
        .map(|key| row_of(values.by_ref().take(width).collect(), key))
        .collect()
}

/// An INSERT with that many rows of `?` instead of one.
fn repeated(one: &str, width: usize, rows: usize) -> String {
    let mut sql = String::with_capacity(one.len() + (rows - 1) * (3 * width + 4));
    sql.push_str(one);
    for _ in 1..rows {
        sql.push_str(", (?");
        for _ in 1..width {
            sql.push_str(", ?");
        }
        sql.push(')');
    }
    sql
}
