//! Inserts of one row and of many, and what happens when a unique value is taken.

use std::marker::PhantomData;

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::{Error, Result};
use crate::expr::column::Column;
use crate::expr::operand::IntoColumn;
use crate::expr::source::IsModel;
use crate::table::facts::{Insertable, Table, has_auto_key};
use crate::types::column_type::ColumnValue;
use crate::types::value::Value;
use crate::write::batch;
use crate::write::batch::{NewRow, OnConflict};
use crate::write::upsert::{Columns, Upsert};

/// An insert of one row; see [`Model::insert`](crate::Model::insert).
#[must_use = "an insert does nothing until `.exec(db)` or `.execute(db)` is awaited"]
pub struct Insert<M: Table> {
    new: M::New,
    assignments: Vec<(usize, Value)>,
}

impl<M: Table> Insert<M> {
    pub(crate) fn new(new: M::New) -> Self {
        Self {
            new,
            assignments: Vec::new(),
        }
    }

    /// Sets a column to something else than its default, or than `New…` says.
    pub fn set<N: IsModel<M>, T: ColumnValue, Kind>(
        mut self,
        column: Column<N, T, Kind>,
        value: impl IntoColumn<T>,
    ) -> Self {
        self.assignments.push(column.assign(value));
        self
    }

    /// Inserts the row and gives it back with its key, which is read from the database. Of what a trigger does to the row
    /// only the key is seen; [`reload`](crate::Model::reload) reads the rest.
    ///
    /// # Errors
    /// After each of them the row is not in the table. [`is_unique_violation`](Error::is_unique_violation) when the key or a
    /// unique value is taken; [`is_key_exhausted`](Error::is_key_exhausted) when no key is left that the field holds; an error when
    /// the table leaves the row out, as SQLite's `ON CONFLICT IGNORE` and `RAISE(IGNORE)` do, or when a trigger deletes it or
    /// changes its key after the insert; [`is_schema`](Error::is_schema) when the database does not say which key it made; a
    /// usage error when an `auto` key was `set`, and for a view of SQLite, whose keys are unknown; database errors.
    pub fn exec<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<M>> {
        Box::pin(batch::insert_one(executor.target(), self.values()))
    }

    /// Inserts the row, and returns how many rows the table stored: 1, or 0 if SQLite's `ON CONFLICT IGNORE` or
    /// `RAISE(IGNORE)` left the row out. SQLite does not count what the triggers of a view insert, so for a view it is 0.
    ///
    /// # Errors
    /// Those of [`exec`](Self::exec), except for rows that are left out and for views.
    pub fn execute<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>> {
        let (target, row) = (executor.target(), self.values());
        Box::pin(async move { batch::insert_and_count::<M>(target, vec![row?]).await })
    }

    /// Inserts the row unless its key or a unique value is taken, and gives it back if it was
    /// inserted. A row that the table itself leaves out is not inserted either. Every other error stays one.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model, Debug, PartialEq)]
    /// # struct Tag {
    /// #     #[model(primary_key, auto)]
    /// #     id: Id<Tag>,
    /// #     #[model(unique, length = 20)]
    /// #     name: String,
    /// # }
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// # db.create_tables::<Tag>().await?;
    /// let new = || NewTag { name: "noir".into() };
    /// let first: Option<Tag> = Tag::insert(new()).or_ignore().exec(&db).await?;
    /// assert_eq!(first.unwrap().name, "noir");
    /// assert_eq!(Tag::insert(new()).or_ignore().exec(&db).await?, None);
    /// # Ok(()) }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    pub fn or_ignore(self) -> InsertOrIgnore<M, Option<M>> {
        InsertOrIgnore::new(self.values().map(|row| vec![row]))
    }

    /// Changes the row that has the same values in `target` already, if there is one, instead of
    /// inserting a second; see [`Upsert`].
    ///
    /// `target` is the primary key, a `unique` column, or a tuple of all columns of one `unique`
    /// group.
    pub fn on_conflict(self, target: impl Columns<M>) -> Upsert<M, M> {
        Upsert::new(self.values().map(|row| vec![row]), target.positions())
    }

    /// The values of INSERT.
    fn values(self) -> Result<NewRow> {
        let mut values = self.new.into_values();
        for (column, value) in self.assignments {
            values[row_position::<M>(column)?] = value;
        }
        Ok(values)
    }
}

/// An insert of many rows that says what happens when a unique value is taken, or what is given back; see
/// [`Model::insert_rows`](crate::Model::insert_rows).
#[must_use = "an insert does nothing until `.exec(db)` or `.execute(db)` is awaited"]
pub struct InsertRows<M> {
    rows: Vec<NewRow>,
    model: PhantomData<fn() -> M>,
}

impl<M: Table> InsertRows<M> {
    pub(crate) fn new(rows: Vec<M::New>) -> Self {
        Self {
            rows: rows.into_iter().map(M::New::into_values).collect(),
            model: PhantomData,
        }
    }

    /// Inserts all rows or none, and returns them in their order with their keys.
    ///
    /// # Errors
    /// Those of [`Model::insert_many`](crate::Model::insert_many).
    pub fn exec<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Vec<M>>> {
        Box::pin(batch::insert(
            executor.target(),
            self.rows,
            &OnConflict::Fail,
        ))
    }

    /// Inserts the rows and returns how many the table stored. It costs less than [`exec`](Self::exec), because it
    /// neither asks for keys nor builds rows from the inserted values. After an error no row is inserted. See
    /// [`Insert::execute`] for tables that leave rows out, and for views.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct Tag {
    /// #     #[model(primary_key, auto)]
    /// #     id: Id<Tag>,
    /// #     name: String,
    /// # }
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// # db.create_tables::<Tag>().await?;
    /// let tags = ["noir", "drama"].map(|name| NewTag { name: name.into() });
    /// let count: u64 = Tag::insert_rows(tags.into()).execute(&db).await?;
    /// assert_eq!(count, 2);
    /// # Ok(()) }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    ///
    /// # Errors
    /// Those of [`Model::insert_many`](crate::Model::insert_many).
    pub fn execute<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<u64>> {
        Box::pin(batch::insert_and_count::<M>(executor.target(), self.rows))
    }

    /// Inserts the rows whose key and unique values are free, and returns those that were inserted; see
    /// [`Insert::or_ignore`]. If two new rows have the same value, the first one is inserted.
    ///
    /// Each refused row costs up to two statements. If most rows exist already, query for them first.
    pub fn or_ignore(self) -> InsertOrIgnore<M, Vec<M>> {
        InsertOrIgnore::new(Ok(self.rows))
    }

    /// Changes the rows that already have the same values in `target`, instead of inserting a second row
    /// for each; see [`Insert::on_conflict`].
    pub fn on_conflict(self, target: impl Columns<M>) -> Upsert<M, Vec<M>> {
        Upsert::new(Ok(self.rows), target.positions())
    }
}

/// An insert that leaves out rows whose key or unique value is taken; see [`Insert::or_ignore`].
///
/// `R` is the type of the result: `Option<M>` for one row, `Vec<M>` for many.
#[must_use = "an insert does nothing until `.exec(db)` is awaited"]
pub struct InsertOrIgnore<M, R> {
    rows: Result<Vec<NewRow>>,
    types: PhantomData<fn() -> (M, R)>,
}

impl<M: Table, R: Inserted<M>> InsertOrIgnore<M, R> {
    fn new(rows: Result<Vec<NewRow>>) -> Self {
        Self {
            rows,
            types: PhantomData,
        }
    }

    /// Inserts the rows that do not conflict. Several rows are inserted in one transaction.
    ///
    /// # Errors
    /// Those of [`Insert::exec`], except for the unique violation. After an error nothing is inserted,
    /// unless the executor is a transaction that continues.
    pub fn exec<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<R>> {
        let (target, rows) = (executor.target(), self.rows);
        Box::pin(
            async move { R::of_rows(batch::insert(target, rows?, &OnConflict::Ignore).await?) },
        )
    }
}

/// The result of an insert: one row, an optional row, or many rows.
pub trait Inserted<M>: sealed::Sealed<M> + Sized {
    #[doc(hidden)]
    fn of_rows(rows: Vec<M>) -> Result<Self>;
}

mod sealed {
    pub trait Sealed<M> {}
    impl<M: crate::table::facts::Table> Sealed<M> for M {}
    impl<M: crate::table::facts::Table> Sealed<M> for Option<M> {}
    impl<M: crate::table::facts::Table> Sealed<M> for Vec<M> {}
}

impl<M: Table> Inserted<M> for M {
    fn of_rows(rows: Vec<M>) -> Result<Self> {
        let row = rows.into_iter().next();
        row.ok_or_else(|| Error::not_found(M::TABLE))
    }
}

impl<M: Table> Inserted<M> for Option<M> {
    fn of_rows(rows: Vec<M>) -> Result<Self> {
        Ok(rows.into_iter().next())
    }
}

impl<M: Table> Inserted<M> for Vec<M> {
    fn of_rows(rows: Vec<M>) -> Result<Self> {
        Ok(rows)
    }
}

/// The position of a column among the values of `INSERT`.
pub(crate) fn row_position<M: Table>(column: usize) -> Result<usize> {
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
