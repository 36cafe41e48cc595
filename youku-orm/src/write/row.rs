//! Writes and deletes one row that the program holds, and checks its version.

use std::future::Future;

use crate::database::executor::{Executor, Target};
use crate::database::handle::Database;
use crate::database::transaction::Transaction;
use crate::error::{Error, Result};
use crate::sql::composed::Composed;
use crate::sql::fragment::Fragment;
use crate::sql::statement::Statement;
use crate::table::facts::{Table, values_of};
use crate::types::row::of_values::ValueRow;
use crate::types::value::Value;

impl Database {
    /// Writes the columns in which `after` differs from `before`, two states of one row, and returns the
    /// row as `after` has it. Without a difference no statement runs.
    ///
    /// If another writer changes other columns in the meantime, they keep those changes. If the model has a
    /// [`version`](macro@crate::Model#version), the row is written only while the table has the version of
    /// `before`, and the version is increased by 1.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model, New};
    /// # #[derive(Model, Debug, Clone, PartialEq)]
    /// # struct User {
    /// #     #[model(primary_key, auto)]
    /// #     u_id: Id<User>,
    /// #     username: String,
    /// #     nickname: Option<String>,
    /// # }
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// # db.create_tables::<User>().await?;
    /// let before = NewUser { username: "bob".into(), nickname: None }.insert(&db).await?;
    /// let after = User { nickname: Some("Bobby".into()), ..before.clone() };
    /// db.update_changed(&before, &after).await?; // UPDATE `user` SET `nickname` = ? WHERE …
    /// assert_eq!(User::get(&db, before.u_id).await?, after);
    /// # Ok(()) }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// A usage error when the keys differ; otherwise those of [`Model::update`](crate::Model::update).
    pub fn update_changed<M: Table>(
        &self,
        before: &M,
        after: &M,
    ) -> impl Future<Output = Result<M>> + Send {
        let (before, after) = (values_of(before), values_of(after));
        update_changed(self.target(), before, after)
    }
}

impl Transaction {
    /// Writes the columns in which `after` differs from `before`; see
    /// [`Database::update_changed`].
    ///
    /// # Errors
    /// Those of [`Database::update_changed`].
    pub fn update_changed<M: Table>(
        &mut self,
        before: &M,
        after: &M,
    ) -> impl Future<Output = Result<M>> + Send {
        let (before, after) = (values_of(before), values_of(after));
        update_changed(self.target(), before, after)
    }
}

/// Writes the row with these values.
pub(crate) async fn update<M: Table>(mut target: Target<'_>, mut values: Vec<Value>) -> Result<M> {
    let statement = whole::<M>(&mut values)?;
    one_row::<M>(&mut target, statement, &values[M::KEY]).await?;
    M::decode(&mut ValueRow::new(values, M::COLUMNS))
}

/// An UPDATE of all columns, with the version counted up in these values.
fn whole<M: Table>(values: &mut [Value]) -> Result<Statement> {
    let seen = increment_version::<M>(values);
    let mut bound = Vec::with_capacity(values.len() + 1);
    for (column, value) in M::COLUMNS.iter().zip(&*values) {
        if !column.key {
            column.check_length(value)?;
            bound.push(value.clone());
        }
    }
    bound.push(values[M::KEY].clone());
    bound.extend(seen);
    Ok(write(const { Composed::update::<M>() }, bound).writes_by_key())
}

async fn update_changed<M: Table>(
    mut target: Target<'_>,
    before: Vec<Value>,
    mut after: Vec<Value>,
) -> Result<M> {
    if before[M::KEY] != after[M::KEY] {
        let (key, table) = (M::COLUMNS[M::KEY].name, M::TABLE);
        return Err(Error::usage(format!(
            "`update_changed` takes two states of one row, and `{key}` of these rows of `{table}` differs"
        )));
    }
    if let Some(version) = M::VERSION {
        after[version] = before[version].clone();
    }
    if before != after {
        let seen = increment_version::<M>(&mut after);
        let statement = changes::<M>(&before, &after, seen)?;
        one_row::<M>(&mut target, statement, &after[M::KEY]).await?;
    }
    M::decode(&mut ValueRow::new(after, M::COLUMNS))
}

/// An UPDATE of the columns that differ.
fn changes<M: Table>(before: &[Value], after: &[Value], seen: Option<Value>) -> Result<Statement> {
    let mut sql = Fragment::text("UPDATE ");
    sql.append(Fragment::table(M::TABLE));
    let mut lead = " SET ";
    for (column, (old, new)) in M::COLUMNS.iter().zip(before.iter().zip(after)) {
        if old != new {
            column.check_length(new)?;
            sql.push(lead).name(column.name).push(" = ");
            sql.append(Fragment::value(new.clone()));
            lead = ", ";
        }
    }
    sql.push(" WHERE ")
        .name(M::COLUMNS[M::KEY].name)
        .push(" = ");
    sql.append(Fragment::value(after[M::KEY].clone()));
    if let (Some(version), Some(seen)) = (M::VERSION, seen) {
        sql.push(" AND ").name(M::COLUMNS[version].name).push(" = ");
        sql.append(Fragment::value(seen));
    }
    Ok(Statement::built(sql).writes_by_key())
}

fn write(head: Composed, values: Vec<Value>) -> Statement {
    Statement::write(head, values, Fragment::default())
}

/// Deletes the row with this key and, where there is one, this version.
pub(crate) async fn delete<M: Table>(mut target: Target<'_>, values: Vec<Value>) -> Result<()> {
    let key = values[0].clone();
    one_row::<M>(
        &mut target,
        write(const { Composed::delete::<M>() }, values),
        &key,
    )
    .await
}

/// Increases the version by 1 and returns the previous one. If the new version does not fit the column's
/// type, the database refuses it.
fn increment_version<M: Table>(values: &mut [Value]) -> Option<Value> {
    let version = &mut values[M::VERSION?];
    let seen = version.clone();
    if let Value::U64(number) = version {
        *number = number.saturating_add(1);
    }
    Some(seen)
}

/// Runs a write that must match exactly the row of one key. Only if it matches no row, a second statement
/// finds out why.
async fn one_row<M: Table>(
    target: &mut Target<'_>,
    statement: Statement,
    key: &Value,
) -> Result<()> {
    let (done, sql) = target.execute_and_name(statement).await?;
    if done.rows_affected > 0 {
        return Ok(());
    }
    let missed = match M::VERSION {
        Some(_) if Box::pin(exists::<M>(target, key)).await? => Error::version_conflict(M::TABLE),
        _ => Error::not_found(M::TABLE),
    };
    Err(missed.in_statement(sql))
}

async fn exists<M: Table>(target: &mut Target<'_>, key: &Value) -> Result<bool> {
    let mut sql = Fragment::text("SELECT EXISTS(SELECT 1 FROM ");
    sql.append(Fragment::table(M::TABLE)).push(" WHERE ");
    sql.name(M::COLUMNS[M::KEY].name).push(" = ");
    sql.append(Fragment::value(key.clone())).push(")");
    target.single(Statement::query(sql)).await
}
