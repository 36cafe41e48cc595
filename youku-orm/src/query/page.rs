//! Keyset pages: each page begins after the last row of the previous one, however far into the result that is.

use std::fmt;
use std::marker::PhantomData;

use crate::database::executor::{Executor, Target};
use crate::database::future::BoxFuture;
use crate::error::{Error, Result};
use crate::expr::column::Column;
use crate::query::cursor::Cursor;
use crate::query::model_query::Query;
use crate::sql::clauses::Clauses;
use crate::sql::fragment::Fragment;
use crate::sql::order_key::OrderKey;
use crate::sql::statement::Statement;
use crate::table::facts::{Table, value_of};
use crate::types::column_info::ColumnInfo;
use crate::types::value::Value;

/// Some rows of a query, and the cursor of the next page.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<M> {
    /// The rows, in the query's order.
    pub rows: Vec<M>,
    /// The cursor of the next page. `None` if these were the last rows.
    pub next: Option<Cursor<M>>,
}

/// A query for one page; made by [`Query::page`].
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct PageQuery<M> {
    clauses: Clauses,
    after: Option<Cursor<M>>,
    rows: u64,
}

impl<M: Table, S> Query<M, S> {
    /// Selects at most `rows` rows after a cursor, or from the start with `None`.
    ///
    /// The rows are ordered by the query's columns and then by the primary key, so a page never
    /// repeats or skips a row that is there all the time. The database seeks to the position by
    /// index instead of counting rows as OFFSET does: index the columns that you order by.
    /// [`guide::speed`](crate::guide::speed) compares the two.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, #[model(index)] year: u16 }
    /// # async fn example(db: &Database) -> youku_orm::Result<()> {
    /// let newest = Movie::query().order_by(Movie::YEAR.desc());
    /// let first = newest.clone().page(None, 50).all(db).await?;
    /// let second = newest.page(first.next, 50).all(db).await?;
    /// # Ok(()) }
    /// ```
    pub fn page(self, after: Option<Cursor<M>>, rows: u64) -> PageQuery<M> {
        PageQuery {
            clauses: self.clauses,
            after,
            rows,
        }
    }
}

impl<M: Table, S> Query<M, S> {
    /// Keeps the rows after a cursor, in the query's order; all rows without a cursor. The primary key
    /// completes the order, as for a [`page`](Self::page).
    ///
    /// The cursor must have a value for each column of that order, of the kind that the column holds. Whether a row has these
    /// values is not checked: the row may have been deleted. So call it after the last `order_by` and before `limit`.
    ///
    /// It is for pages that are not read as whole rows of one model: add a `limit`, then
    /// [`select_as`](Self::select_as) or [`join`](Self::join) (with at most one partner for each row), and make
    /// the next cursor from the last row with [`Cursor::from_values`].
    ///
    /// ```
    /// # use youku_orm::{Cursor, Database, Id, Model, Result, Value};
    /// # #[derive(Model)]
    /// # struct Movie { #[model(primary_key, auto)] m_id: Id<Movie>, name: String, #[model(index)] year: u16 }
    /// # async fn example(after: Option<Cursor<Movie>>, db: &Database) -> Result<()> {
    /// let newest = Movie::query().order_by(Movie::YEAR.desc()).after(after)?.limit(50);
    /// let rows = newest.select((Movie::YEAR, Movie::M_ID, Movie::NAME)).all(db).await?;
    /// let next: Option<Cursor<Movie>> = rows.last().map(|(year, id, _)| {
    ///     Cursor::from_values(vec![Value::U64((*year).into()), Value::U64(id.get())])
    /// });
    /// # let _ = next;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// A usage error when the query has a limit or an offset, is ordered by a nullable column or an
    /// expression, or when the cursor belongs to another order.
    pub fn after(mut self, cursor: Option<Cursor<M>>) -> Result<Self> {
        self.clauses.refuse_limit(
            "call `after` before `limit` and `offset`, which would count rows from the start of the query",
        )?;
        seek(&mut self.clauses, cursor, Direction::After)?;
        Ok(self)
    }

    /// Keeps the rows in front of a cursor, in the query's order: the cursor is an upper bound, and its own row is left out. The
    /// rows still start at the first one of the query, so a `limit` reads those farthest from the cursor. For the page in
    /// front of a row, reverse the order and use [`after`](Self::after), which also says what is checked.
    ///
    /// # Errors
    /// Those of [`after`](Self::after).
    pub fn before(mut self, cursor: Cursor<M>) -> Result<Self> {
        self.clauses.refuse_limit(
            "call `before` before `limit` and `offset`, which would count rows from the start of the query",
        )?;
        seek(&mut self.clauses, Some(cursor), Direction::Before)?;
        Ok(self)
    }
}

impl<M: Table> PageQuery<M> {
    /// Reads the page.
    ///
    /// # Errors
    /// A usage error when the page has no rows to give, the query has a limit or an offset, is ordered by
    /// a nullable column or an expression, or when the cursor belongs to another order; database and
    /// decode errors.
    pub fn all<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<Page<M>>> {
        Box::pin(self.read(executor.target()))
    }

    async fn read(self, mut target: Target<'_>) -> Result<Page<M>> {
        let rows_asked = self.rows;
        let (statement, columns) = self.statement()?;
        let mut rows: Vec<M> = target.rows(statement).await?;
        let more = rows.len() as u64 > rows_asked;
        if more {
            rows.pop();
        }
        let last = rows.last().filter(|_| more);
        let next = last.map(|row| Cursor {
            values: columns
                .iter()
                .map(|column| value_of(row, *column))
                .collect(),
            model: PhantomData,
        });
        Ok(Page { rows, next })
    }

    /// How the database would run this page: the query plan as text, for a person to read. A page that
    /// no index serves is slow in a large table.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn explain<'c>(self, executor: impl Executor + 'c) -> BoxFuture<'c, Result<String>> {
        let (mut target, statement) = (executor.target(), self.statement());
        Box::pin(async move { target.explain(statement?.0).await })
    }

    /// The statement, which asks for one row more, and the positions of the columns in the cursor.
    fn statement(mut self) -> Result<(Statement, Vec<usize>)> {
        if self.rows == 0 {
            return Err(Error::usage("a page has at least one row"));
        }
        self.clauses
            .refuse_limit("a page has its own limit: remove `limit` and `offset` from the query")?;
        let columns = seek(&mut self.clauses, self.after, Direction::After)?;
        self.clauses.limit = Some(self.rows.saturating_add(1));
        let lock = self.clauses.lock;
        let tail = self.clauses.after(Fragment::default(), "");
        let statement = Statement::select::<M>(tail).locking(lock);
        Ok((statement, columns))
    }
}

/// Which rows of the order a cursor keeps.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    After,
    Before,
}

/// Completes the order and keeps the rows in that direction from the cursor. Returns the positions of the columns in
/// the cursor.
fn seek<M: Table>(
    clauses: &mut Clauses,
    cursor: Option<Cursor<M>>,
    direction: Direction,
) -> Result<Vec<usize>> {
    let columns = order_columns::<M>(clauses)?;
    if let Some(cursor) = cursor {
        let rows = beyond::<M>(&clauses.order, &columns, cursor.values, direction)?;
        clauses.and_filter(rows);
    }
    Ok(columns)
}

/// The positions of the columns that the rows are ordered by, with the primary key as the last one.
fn order_columns<M: Table>(clauses: &mut Clauses) -> Result<Vec<usize>> {
    let mut columns = Vec::with_capacity(clauses.order.len() + 1);
    for key in &clauses.order {
        match key.column {
            Some(column) if !M::COLUMNS[column].nullable => columns.push(column),
            _ => {
                return Err(Error::usage(format!(
                    "pages of `{}` cannot be ordered by {}: order by columns that take no NULL",
                    M::TABLE,
                    key.by
                )));
            }
        }
    }
    if !columns.contains(&M::KEY) {
        // It takes the direction of the column before it, so that one index serves both.
        let descending = clauses.order.last().is_some_and(|key| key.descending);
        let key: Column<M, M::Key> = Column::at(M::KEY);
        clauses.order.push(key.order_key(descending));
        columns.push(M::KEY);
    }
    Ok(columns)
}

/// The condition that a row lies in that direction from these values; written here for the rows after them, in
/// ascending order.
///
/// `a >= ? AND (a > ? OR (a = ? AND b > ?))`: the first part lets an index find the position. Neither
/// database uses an index for the OR alone, and MySQL does not for `(a, b) > (?, ?)`.
fn beyond<M: Table>(
    order: &[OrderKey],
    columns: &[usize],
    values: Vec<Value>,
    direction: Direction,
) -> Result<Fragment> {
    let fits = values.len() == columns.len()
        && values
            .iter()
            .zip(columns)
            .all(|(value, column)| is_of(value, &M::COLUMNS[*column]));
    if !fits {
        return Err(Error::usage(format!(
            "the cursor does not belong to this order of `{}`; start again without one",
            M::TABLE
        )));
    }
    let mut condition: Option<Fragment> = None;
    for (key, value) in order.iter().zip(values).rev() {
        let kind = key.column.map(|column| M::COLUMNS[column].kind);
        let compare = |operator: &'static str| {
            let value = match kind {
                Some(kind) => Fragment::operand(kind, value.clone()),
                None => Fragment::value(value.clone()),
            };
            key.by.clone().then(operator, value)
        };
        let smaller = key.descending == (direction == Direction::After);
        let beyond = if smaller { " < " } else { " > " };
        condition = Some(match condition {
            None => compare(beyond),
            Some(rest) => {
                let from = if smaller { " <= " } else { " >= " };
                let equal = compare(" = ").then(" AND ", rest).between("(", ")");
                let either = compare(beyond).then(" OR ", equal).between("(", ")");
                compare(from).then(" AND ", either).between("(", ")")
            }
        });
    }
    Ok(condition.unwrap_or_default())
}

fn is_of(value: &Value, column: &ColumnInfo) -> bool {
    use crate::types::column_type::ColumnKind as Kind;
    matches!(
        (value, column.kind),
        (Value::I64(_), Kind::Signed(_) | Kind::Boolean)
            | (Value::U64(_), Kind::Unsigned(_))
            | (Value::F64(_), Kind::Single | Kind::Double)
            | (Value::Text(_), Kind::Text | Kind::Decimal)
            | (Value::Bytes(_), Kind::Bytes | Kind::Uuid)
            | (Value::Date(_), Kind::Date)
            | (Value::Time(_), Kind::Time)
            | (Value::DateTime(_), Kind::DateTime | Kind::Timestamp)
    )
}

impl<M> fmt::Debug for PageQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageQuery")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}
