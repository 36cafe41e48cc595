//! Keyset pages: each page begins behind the last row of the one before, however far that is.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::cell::value_of;
use crate::clauses::Clauses;
use crate::error::{Error, Result};
use crate::executor::Executor;
use crate::fragment::Fragment;
use crate::model::{ColumnInfo, Model};
use crate::order::OrderKey;
use crate::query::Query;
use crate::value::Value;

/// Some rows of a query, and where the next ones begin.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<M> {
    /// The rows, in the query's order.
    pub rows: Vec<M>,
    /// Where to go on; `None` when these were the last rows.
    pub next: Option<Cursor<M>>,
}

/// The place behind a row of an ordered query. Its text (`to_string`, `parse`) can travel through
/// a URL; it is not secret and proves nothing.
pub struct Cursor<M> {
    values: Vec<Value>,
    model: PhantomData<fn() -> M>,
}

/// A query for one page; made by [`Query::page`].
#[must_use = "a query does nothing until one of its async methods is awaited"]
pub struct PageQuery<M> {
    clauses: Clauses,
    after: Option<Cursor<M>>,
    rows: u64,
}

impl<M: Model, S> Query<M, S> {
    /// At most `rows` rows behind a cursor, or from the start with `None`.
    ///
    /// The rows are ordered by the query's columns and then by the primary key, so a page never
    /// repeats or skips a row that is there all the time. The database seeks to the place by
    /// index instead of counting rows as OFFSET does: index the columns that you order by.
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

impl<M: Model> PageQuery<M> {
    /// Reads the page.
    ///
    /// # Errors
    /// A usage error when the query has a limit or an offset, is ordered by a nullable column or
    /// an expression, or when the cursor belongs to another order; database and decode errors.
    pub async fn all<'c>(mut self, executor: impl Executor<'c>) -> Result<Page<M>> {
        if self.clauses.is_paged() {
            return Err(Error::usage(
                "a page has its own limit: drop `limit` and `offset` from the query",
            ));
        }
        let columns = order_columns::<M>(&mut self.clauses)?;
        if let Some(after) = self.after {
            self.clauses
                .and_filter(behind::<M>(&self.clauses.order, &columns, after.values)?);
        }
        self.clauses.limit = Some(self.rows.saturating_add(1));
        let statement = self.clauses.statement(Fragment::text(M::SELECT), "");
        let mut rows: Vec<M> = executor.target().rows(statement).await?;
        let more = rows.len() as u64 > self.rows;
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
}

/// The places of the columns that the rows are ordered by, with the primary key as the last one.
fn order_columns<M: Model>(clauses: &mut Clauses) -> Result<Vec<usize>> {
    let mut columns = Vec::with_capacity(clauses.order.len() + 1);
    for key in &clauses.order {
        match key.column {
            Some(column) if !M::COLUMNS[column].nullable => columns.push(column),
            _ => {
                return Err(Error::usage(format!(
                    "pages of `{}` cannot be ordered by {}: order by columns that take no NULL",
                    M::TABLE,
                    key.by.sql
                )));
            }
        }
    }
    if !columns.contains(&M::KEY) {
        let by = Fragment::path(M::TABLE, M::COLUMNS[M::KEY].name);
        // The direction of the column before it, so that one index serves both.
        let descending = clauses.order.last().is_some_and(|key| key.descending);
        clauses.order.push(OrderKey {
            by,
            descending,
            column: Some(M::KEY),
        });
        columns.push(M::KEY);
    }
    Ok(columns)
}

/// The condition that a row stands behind these values.
///
/// `a >= ? AND (a > ? OR (a = ? AND b > ?))`: the first part lets an index find the place, which
/// neither database does for the OR alone, nor MySQL for `(a, b) > (?, ?)`.
fn behind<M: Model>(order: &[OrderKey], columns: &[usize], values: Vec<Value>) -> Result<Fragment> {
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
        let compare = |operator: &str| {
            let value = match kind {
                Some(kind) => Fragment::operand(kind, value.clone()),
                None => Fragment::value(value.clone()),
            };
            key.by.clone().then(operator, value)
        };
        let beyond = if key.descending { " < " } else { " > " };
        condition = Some(match condition {
            None => compare(beyond),
            Some(rest) => {
                let from = if key.descending { " <= " } else { " >= " };
                let equal = compare(" = ").then(" AND ", rest).between("(", ")");
                let either = compare(beyond).then(" OR ", equal).between("(", ")");
                compare(from).then(" AND ", either).between("(", ")")
            }
        });
    }
    Ok(condition.unwrap_or_default())
}

fn is_of(value: &Value, column: &ColumnInfo) -> bool {
    use crate::column_type::ColumnKind as Kind;
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

/// One letter for the kind of each value, then its digits; joined by dots.
impl<M> fmt::Display for Cursor<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.values.iter().enumerate() {
            if place > 0 {
                f.write_str(".")?;
            }
            match value {
                Value::Null | Value::Unstorable(_) => f.write_str("n")?,
                Value::I64(number) => write!(f, "i{number}")?,
                Value::U64(number) => write!(f, "u{number}")?,
                Value::F64(number) => write!(f, "f{:x}", number.to_bits())?,
                Value::Date(date) => write!(f, "d{date}")?,
                Value::Time(time) => write_time(f, "c", time)?,
                Value::DateTime(at) => write_time(f, "t", at)?,
                Value::Text(text) => write_hex(f, "s", text.as_bytes())?,
                Value::Bytes(bytes) => write_hex(f, "b", bytes)?,
            }
        }
        Ok(())
    }
}

/// A fraction of a second goes after a comma, as ISO 8601 allows: the dot stands between values.
fn write_time(f: &mut fmt::Formatter<'_>, kind: &str, time: impl fmt::Display) -> fmt::Result {
    write!(f, "{kind}{}", time.to_string().replace('.', ","))
}

fn write_hex(f: &mut fmt::Formatter<'_>, kind: &str, bytes: &[u8]) -> fmt::Result {
    f.write_str(kind)?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl<M> FromStr for Cursor<M> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let values = text
            .split('.')
            .map(read_value)
            .collect::<Option<Vec<Value>>>();
        values
            .map(|values| Self {
                values,
                model: PhantomData,
            })
            .ok_or_else(|| Error::usage("this is not a cursor; start again without one"))
    }
}

fn read_value(text: &str) -> Option<Value> {
    let (kind, digits) = text.split_at_checked(1)?;
    match kind {
        "i" => digits.parse().ok().map(Value::I64),
        "u" => digits.parse().ok().map(Value::U64),
        "f" => u64::from_str_radix(digits, 16)
            .ok()
            .map(f64::from_bits)
            .map(Value::F64),
        "d" => digits.parse().ok().map(Value::Date),
        "c" => digits.parse().ok().map(Value::Time),
        "t" => digits.parse().ok().map(Value::DateTime),
        "s" => String::from_utf8(read_hex(digits)?).ok().map(Value::Text),
        "b" => read_hex(digits).map(Value::Bytes),
        _ => None,
    }
}

fn read_hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs
        .map(|pair| if pair.len() == 2 { byte(pair) } else { None })
        .collect()
}

impl<M> Clone for Cursor<M> {
    fn clone(&self) -> Self {
        Self {
            values: self.values.clone(),
            model: PhantomData,
        }
    }
}

impl<M> PartialEq for Cursor<M> {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
    }
}

impl<M> fmt::Debug for Cursor<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({self})")
    }
}

impl<M> fmt::Debug for PageQuery<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageQuery")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}
