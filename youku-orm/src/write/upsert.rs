//! Inserts a row, or changes the one that already exists.

mod change;

use std::marker::PhantomData;

pub(crate) use change::Change;

use crate::database::executor::Executor;
use crate::database::future::BoxFuture;
use crate::error::Result;
use crate::expr::column::{Column, MaySet};
use crate::expr::operand::IntoAssignment;
use crate::expr::source::IsModel;
use crate::table::facts::Table;
use crate::types::column_type::ColumnValue;
use crate::write::batch;
use crate::write::batch::{NewRow, OnConflict};
use crate::write::insert::Inserted;

/// An insert that changes a row that already exists; see [`Insert::on_conflict`](crate::Insert::on_conflict).
///
/// Name with [`update`](Self::update) the columns that take the new row's values, and with
/// [`set`](Self::set) those that are calculated; without either, an existing row stays as it is.
/// The result is the row as it is in the table. `R` is `M` for one row and `Vec<M>` for many, which
/// share a transaction.
///
/// ```
/// # use youku_orm::{Database, Id, Model, New};
/// #[derive(Model, Debug, Clone, PartialEq)]
/// struct User {
///     #[model(primary_key, auto)]
///     u_id: Id<User>,
///     #[model(unique, length = 64)]
///     username: String,
///     nickname: Option<String>,
///     #[model(default = 1)]
///     visits: u32,
/// }
/// # #[cfg(feature = "sqlite")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// # let db = Database::connect("sqlite::memory:").await?;
/// # db.create_tables::<User>().await?;
/// let bob = |nickname: &str| NewUser {
///     username: "bob".into(),
///     nickname: Some(nickname.into()),
/// };
/// let first = bob("Bobby").insert(&db).await?;
///
/// let second = User::insert(bob("Bert"))
///     .on_conflict(User::USERNAME)
///     .update(User::NICKNAME) // or a tuple of columns
///     .set(User::VISITS, User::VISITS + 1)
///     .exec(&db)
///     .await?;
/// assert_eq!(second.u_id, first.u_id);
/// assert_eq!((second.nickname.as_deref(), second.visits), (Some("Bert"), 2));
///
/// // The row that is there, or a new one.
/// let same = User::insert(bob("Rob")).on_conflict(User::USERNAME).exec(&db).await?;
/// assert_eq!(same, second);
/// # Ok(()) }
/// # #[cfg(not(feature = "sqlite"))]
/// # fn main() {}
/// ```
///
/// Both databases refuse a new row that conflicts with an existing row in any other unique value. MySQL has
/// no conflict target and would change that row instead, so the statement is made to fail there unless the
/// row has the values of the target. A new row that conflicts with two rows is refused by MySQL, and changes
/// the row of the target on SQLite. A version is increased by 1 when the row is changed. MySQL has no
/// RETURNING, so each row is read back with a separate statement.
#[must_use = "an upsert does nothing until `.exec(db)` is awaited"]
pub struct Upsert<M, R> {
    rows: Result<Vec<NewRow>>,
    change: Change,
    types: PhantomData<fn() -> (M, R)>,
}

impl<M: Table, R: Inserted<M>> Upsert<M, R> {
    pub(crate) fn new(rows: Result<Vec<NewRow>>, target: Vec<usize>) -> Self {
        let set = Vec::new();
        Self {
            rows,
            change: Change { target, set },
            types: PhantomData,
        }
    }

    /// Gives the existing row the new row's values in this column, or in each column of a tuple.
    pub fn update(mut self, columns: impl Columns<M>) -> Self {
        let positions = columns.positions().into_iter();
        self.change
            .set
            .extend(positions.map(|column| (column, None)));
        self
    }

    /// Sets a column of the existing row, to a value or to an expression over its columns such as
    /// `User::VISITS + 1`. It does not affect a row that is inserted.
    ///
    /// Columns change in the order in which they are named; see [`Update::set`](crate::Update::set).
    pub fn set<N: IsModel<M>, T: ColumnValue, Kind: MaySet>(
        mut self,
        column: Column<N, T, Kind>,
        value: impl IntoAssignment<M, T>,
    ) -> Self {
        let value = Some(value.into_assignment());
        self.change.set.push((column.index(), value));
        self
    }

    /// Inserts or changes the rows, and returns each as it is in the table.
    ///
    /// If two new rows are for the same row, both are written, in their order.
    ///
    /// # Errors
    /// [`is_unique_violation`](crate::Error::is_unique_violation) when a unique value other than that of
    /// the target is taken. A usage error, before anything is sent, when the target is not unique or is
    /// NULL, or when the key or the version would change. [`is_schema`](crate::Error::is_schema) when the table has no unique
    /// index over the target. [`is_not_found`](crate::Error::is_not_found) on MySQL, which cannot
    /// return the row, when a trigger changes the values of the target. Database errors. After an error nothing is
    /// written, unless the executor is a transaction that continues.
    pub fn exec<'c>(mut self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<R>> {
        let target = executor.target();
        Box::pin(async move {
            let rows = self.rows?;
            self.change.prepare::<M>(&rows)?;
            let on_conflict = OnConflict::Change(self.change);
            R::of_rows(batch::insert(target, rows, &on_conflict).await?)
        })
    }
}

/// A column of `M`, or a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column of `{M}`",
    label = "not a column, nor a tuple of columns",
    note = "help: write a column such as `User::USERNAME`, or `(User::USERNAME, User::NICKNAME)`"
)]
pub trait Columns<M> {
    #[doc(hidden)]
    fn positions(self) -> Vec<usize>;
}

impl<M: Table, T: ColumnValue, Kind> Columns<M> for Column<M, T, Kind> {
    fn positions(self) -> Vec<usize> {
        vec![self.index()]
    }
}

macro_rules! columns {
    ($($name:ident $index:tt),*) => {
        impl<M: Table, $($name: Columns<M>),*> Columns<M> for ($($name,)*) {
            fn positions(self) -> Vec<usize> {
                [$(self.$index.positions()),*].concat()
            }
        }
    };
}
columns!(A 0);
columns!(A 0, B 1);
columns!(A 0, B 1, C 2);
columns!(A 0, B 1, C 2, D 3);
columns!(A 0, B 1, C 2, D 3, E 4);
columns!(A 0, B 1, C 2, D 3, E 4, F 5);
columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
columns!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
