//! Relations: rows that refer to others, loaded for a whole list with one query.

mod key_list;

use crate::database::executor::{Executor, Target};
use crate::database::future::BoxFuture;
use crate::error::{Error, Result};
use crate::expr::column::Column;
use crate::expr::filter::Filter;
use crate::query::model_query::Query;
use crate::query::state::ReadOnly;
use crate::sql::fragment::Fragment;
use crate::table::facts::{Table, value_of};
use crate::table::refers::Refers;
use crate::types::column_type::{ColumnKind, ColumnValue};
use crate::types::value::Value;
use key_list::KeyList;

/// How many keys one statement asks for. A longer list takes several statements. MariaDB reads 10,000 rows for
/// 1,000 keys twice as fast as for 500 keys twice.
const MAX_KEYS: usize = 1_000;

/// A column that refers to rows of `N`: one of type `Id<N>`, one with `references = N`, or an
/// `Option` of either.
///
/// Nothing is loaded by touching a field: these methods load the partners of a whole list with
/// one query for up to 1,000 of them, so a loop cannot turn into a query for each row.
///
/// Deeper levels are loaded from the rows of the level before, which again takes one query:
///
#[cfg_attr(feature = "sqlite", doc = "```")]
#[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
/// use youku_orm::{Database, Id, Model, New};
///
/// #[derive(Model, Clone)]
/// struct User {
///     #[model(primary_key, length = 20)]
///     name: String,
/// }
///
/// #[derive(Model, Clone)]
/// struct Post {
///     #[model(primary_key, auto)]
///     p_id: Id<Post>,
///     #[model(references = User, length = 20)]
///     author: String,
/// }
///
/// #[derive(Model, Clone)]
/// struct Comment {
///     #[model(primary_key, auto)]
///     c_id: Id<Comment>,
///     post: Id<Post>,
///     text: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// # let db = Database::connect("sqlite::memory:").await?;
/// # db.create_tables::<(User, Post, Comment)>().await?;
/// # for name in ["ann", "bob"] {
/// #     let user = NewUser { name: name.into() }.insert(&db).await?;
/// #     let post = NewPost { author: user.name }.insert(&db).await?.p_id;
/// #     NewComment { post, text: format!("read by {name}") }.insert(&db).await?;
/// # }
/// // Three queries, however many rows there are.
/// let users = User::query().order_by(User::NAME.asc()).all(&db).await?;
/// let posts: Vec<Vec<Post>> = Post::AUTHOR.load_many(&db, &users).await?;
/// let comments: Vec<Vec<Comment>> = Comment::POST.load_many(&db, posts.iter().flatten()).await?;
///
/// let mut comments = comments.iter(); // one list for each post, in their order
/// let mut lines = Vec::new();
/// for (user, posts) in users.iter().zip(&posts) {
///     for (post, comments) in posts.iter().zip(&mut comments) {
///         lines.push(format!("{} {}: {}", user.name, post.p_id, comments[0].text));
///     }
/// }
/// assert_eq!(lines, ["ann 1: read by ann", "bob 2: read by bob"]);
///
/// // The other way: for each post its author.
/// let authors: Vec<Option<User>> = Post::AUTHOR.load_one(&db, posts.iter().flatten()).await?;
/// assert_eq!(authors[1].as_ref().map(|user| user.name.as_str()), Some("bob"));
/// # Ok(()) }
/// ```
impl<M, T, Kind> Column<M, T, Kind>
where
    M: Table,
    T: ColumnValue,
{
    /// For each of the rows referred to, the rows that refer to it, in the order of their keys.
    ///
    /// The result has one entry for each of `targets`, in their order, also for one that is listed
    /// twice.
    ///
    /// # Errors
    /// A usage error for a column that refers to a model other than `N`;
    /// [`is_schema`](Error::is_schema) when a row's key is not one of those asked for, as under a
    /// collation that ignores case; database and decode errors.
    pub fn load_many<'c, 'n, N>(
        self,
        executor: impl Executor + 'c,
        targets: impl IntoIterator<Item = &'n N>,
    ) -> BoxFuture<'c, Result<Vec<Vec<M>>>>
    where
        M: Clone,
        T::Inner: Refers<N>,
        N: Table,
    {
        let list = self.refers_to::<N>();
        let list = list.map(|()| KeyList::of(targets, N::KEY));
        let (target, column) = (executor.target(), Column::at(self.index()));
        Box::pin(async move { many_each(target, list?, column).await })
    }

    /// Loads, for each of the referring rows, the row that it refers to. `None` for NULL and for a row that
    /// does not exist.
    ///
    /// The result has one entry for each of `rows`, in their order. A row that several rows refer to is
    /// loaded once and cloned. The type `Id<N>` determines `N`; for any other type the type of the result
    /// does, as in `let authors: Vec<Option<User>> = …`.
    ///
    /// # Errors
    /// A usage error for a column that refers to a model other than `N`;
    /// [`is_schema`](Error::is_schema) when a row's key is not one of those asked for, as under a
    /// collation that ignores case; database and decode errors.
    pub fn load_one<'c, 'm, N>(
        self,
        executor: impl Executor + 'c,
        rows: impl IntoIterator<Item = &'m M>,
    ) -> BoxFuture<'c, Result<Vec<Option<N>>>>
    where
        T::Inner: Refers<N>,
        N: Table + Clone,
    {
        let list = self.refers_to::<N>();
        let list = list.map(|()| KeyList::of(rows, self.index()));
        let target = executor.target();
        Box::pin(async move { one_each(target, list?).await })
    }

    /// The type alone does not show it for keys that are not an `Id`.
    fn refers_to<N: Table>(self) -> Result<()> {
        let referred = self.info().references.map(|reference| reference().table);
        if referred == Some(N::TABLE) {
            return Ok(());
        }
        let (own, column, other) = (M::TABLE, self.name(), N::TABLE);
        let fact = match referred {
            Some(table) => format!("`{own}`.`{column}` refers to `{table}`, not to `{other}`"),
            None => format!("`{own}`.`{column}` does not refer to a model"),
        };
        Err(Error::usage(format!(
            "{fact}; write `references = …` with the model of `{other}` on the column"
        )))
    }
}

/// For each key of the list, the rows that hold it in this column.
async fn many_each<M: Table + Clone>(
    mut target: Target<'_>,
    list: KeyList,
    column: Column<M, ()>,
) -> Result<Vec<Vec<M>>> {
    let own_key: Column<M, M::Key> = Column::at(M::KEY);
    // A database sorts all rows of a list by their keys. An index on the column gives those of each group in
    // order already, so there is next to nothing left to sort.
    let sorts_here = matches!(
        own_key.info().kind,
        ColumnKind::Signed(_) | ColumnKind::Unsigned(_)
    );
    let mut groups: Vec<Vec<M>> = list.empty_results();
    for some in list.keys.chunks(MAX_KEYS) {
        let mut query = Query::<_, ReadOnly>::new().filter(among(column, some));
        if !sorts_here {
            query = query.order_by(own_key.asc());
        }
        for row in target.rows::<M>(query.statement()).await? {
            groups[list.number(&row, column.index())?].push(row);
        }
    }
    if sorts_here {
        for group in &mut groups {
            group.sort_by_key(|row| integer(&value_of(row, M::KEY)));
        }
    }
    Ok(list.assign_to_rows(groups))
}

/// For each row of the list, the row of `N` with its key.
async fn one_each<N: Table + Clone>(
    mut target: Target<'_>,
    list: KeyList,
) -> Result<Vec<Option<N>>> {
    let key_column: Column<N, N::Key> = Column::at(N::KEY);
    let mut found: Vec<Option<N>> = list.empty_results();
    for some in list.keys.chunks(MAX_KEYS) {
        let query = Query::<N>::new().filter(among(key_column, some));
        for row in target.rows::<N>(query.statement()).await? {
            let number = list.number(&row, N::KEY)?;
            found[number] = Some(row);
        }
    }
    Ok(list.assign_to_rows(found))
}

/// The number in a key, if the key is a number.
fn integer(key: &Value) -> Option<i128> {
    match key {
        Value::I64(number) => Some((*number).into()),
        Value::U64(number) => Some((*number).into()),
        _ => None,
    }
}

/// The rows with one of these keys in the column.
fn among<M: Table, T>(column: Column<M, T>, keys: &[Value]) -> Filter<M> {
    let list = Fragment::list(column.info().kind, keys.to_vec()).expect("a chunk is not empty");
    Filter::new(column.fragment().then(" IN ", list))
}
