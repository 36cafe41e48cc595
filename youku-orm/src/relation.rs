//! Relations: rows that refer to others, loaded for a whole list with one query.

use std::collections::HashMap;

use crate::Id;
use crate::cell::value_of;
use crate::column::Column;
use crate::column_type::ColumnValue;
use crate::error::Result;
use crate::executor::{Executor, Target};
use crate::model::Model;
use crate::value::Value;

/// How many keys one statement asks for. A longer list takes several statements.
const MOST_KEYS: usize = 500;

/// A column of type `Id<N>` or `Option<Id<N>>` refers to a row of `N`.
///
/// Nothing is loaded by touching a field: these methods load the partners of a whole list with
/// one query for up to 500 of them, so a loop cannot turn into a query for each row.
impl<M, T, N> Column<M, T>
where
    M: Model,
    T: ColumnValue<Inner = Id<N>>,
    N: Model<Key = Id<N>>,
{
    /// For each of the rows referred to, the rows that refer to it, in the order of their keys.
    ///
    /// The result has one entry for each of `targets`, in their order. A target that is listed
    /// twice has its rows at its first place.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct User { #[model(primary_key, auto)] u_id: Id<User>, name: String }
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, user_id: Id<User> }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let users = User::query().all(db).await?;
    /// let movies: Vec<Vec<Movie>> = Movie::USER_ID.load_many(db, &users).await?;
    /// assert_eq!(users.len(), movies.len());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Database and decode errors.
    pub async fn load_many<'c, 'n>(
        self,
        executor: impl Executor<'c>,
        targets: impl IntoIterator<Item = &'n N>,
    ) -> Result<Vec<Vec<M>>> {
        let keys: Vec<Id<N>> = targets.into_iter().map(|target| *target.key()).collect();
        let found = self.rows_for(&mut executor.target(), &keys).await?;
        let mut groups: HashMap<u64, Vec<M>> = HashMap::new();
        for row in found {
            if let Value::U64(key) = value_of(&row, self.index()) {
                groups.entry(key).or_default().push(row);
            }
        }
        Ok(keys
            .iter()
            .map(|key| groups.remove(&key.get()).unwrap_or_default())
            .collect())
    }

    /// For each of the rows that refer, the row it refers to; `None` for NULL and for a row that
    /// is not there.
    ///
    /// The result has one entry for each of `rows`, in their order; a row that several refer to
    /// is loaded once and cloned.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model, Clone)]
    /// # struct User { #[model(primary_key, auto)] u_id: Id<User>, name: String }
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, user_id: Id<User> }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let movies = Movie::query().all(db).await?;
    /// let owners: Vec<Option<User>> = Movie::USER_ID.load_one(db, &movies).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Database and decode errors.
    pub async fn load_one<'c, 'm>(
        self,
        executor: impl Executor<'c>,
        rows: impl IntoIterator<Item = &'m M>,
    ) -> Result<Vec<Option<N>>>
    where
        N: Clone,
    {
        let keys: Vec<Option<u64>> = rows
            .into_iter()
            .map(|row| match value_of(row, self.index()) {
                Value::U64(key) => Some(key),
                _ => None,
            })
            .collect();
        let mut wanted: Vec<u64> = keys.iter().copied().flatten().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut target = executor.target();
        let mut found: HashMap<u64, N> = HashMap::with_capacity(wanted.len());
        let key_column: Column<N, Id<N>> = Column::at(N::KEY);
        for some in wanted.chunks(MOST_KEYS) {
            let query = N::filter(key_column.in_(some.iter().map(|key| Id::<N>::new(*key))));
            let rows: Vec<N> = target.rows(query.statement()).await?;
            found.extend(rows.into_iter().map(|row| (row.key().get(), row)));
        }
        Ok(keys
            .into_iter()
            .map(|key| found.get(&key?).cloned())
            .collect())
    }

    /// The rows that refer to any of these keys.
    async fn rows_for(self, target: &mut Target<'_>, keys: &[Id<N>]) -> Result<Vec<M>> {
        let mut wanted = keys.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let own_key: Column<M, M::Key> = Column::at(M::KEY);
        let mut found = Vec::new();
        for some in wanted.chunks(MOST_KEYS) {
            let query = M::filter(self.in_(some)).order_by(own_key.asc());
            found.append(&mut target.rows(query.statement()).await?);
        }
        Ok(found)
    }
}
