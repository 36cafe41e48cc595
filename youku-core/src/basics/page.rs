//! Pages: which part of a list to read, and the entries of that part.

use std::fmt;
use std::ops::Deref;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use youku_orm::{Query, Table, Value};

use crate::basics::error::{Error, Result};
use crate::basics::rule::Rule;

/// One page of a list: how many entries, and where it starts.
///
/// A page continues after an entry and not at an offset, so entries that are added or removed
/// between two pages neither repeat nor hide others.
///
/// ```
/// # async fn example(session: youku_core::Session) -> youku_core::Result<()> {
/// use youku_core::first;
///
/// let mut page = first(50);
/// loop {
///     let movies = session.movies().page(page).await?;
///     for movie in movies.entries {
///         println!("{}", movie.name);
///     }
///     match movies.next {
///         Some(next) => page = first(50).after(next),
///         None => break,
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The most entries to give; [`Policy::max_page`](crate::Policy::max_page) bounds it.
    pub limit: u32,
    /// Where the page starts: the [`next`](Listing::next) of the previous page; none for the first
    /// page.
    pub after: Option<Cursor>,
}

impl Page {
    /// The first `limit` entries.
    #[must_use]
    pub const fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }

    /// The same number of entries, starting at the end of an earlier page or, if the list is in the
    /// order of ids, after the entry with this id.
    #[must_use]
    pub fn after(self, cursor: impl Into<Cursor>) -> Self {
        Self {
            after: Some(cursor.into()),
            ..self
        }
    }

    /// The rows of `query` from the start of this page on.
    ///
    /// # Errors
    ///
    /// `bad_request` on `after` for a cursor of another order; `internal` for a query of ours that
    /// cannot be read by pages.
    pub(crate) fn start<M: Table, S>(&self, query: Query<M, S>) -> Result<Query<M, S>> {
        // Completes the order, so that an error about a cursor is the cursor's.
        let query = query.after(None)?;
        match &self.after {
            Some(cursor) => {
                let started = query.after(Some(cursor.keyset()));
                started.map_err(|_| Cursor::misplaced())
            }
            None => Ok(query),
        }
    }
}

/// The first `limit` entries of a list: [`Page::first`] for short.
#[must_use]
pub const fn first(limit: u32) -> Page {
    Page::first(limit)
}

/// The entries of one page, and where the next one starts. It reads like the slice of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing<T> {
    /// The entries, in the order of the list.
    pub entries: Vec<T>,
    /// Where the list continues, for [`Page::after`]; none when it ends here.
    pub next: Option<Cursor>,
}

impl<T> Listing<T> {
    /// Makes entries of rows that were queried with [`Service::one_more`]: the extra row only says
    /// that the list continues.
    ///
    /// [`Service::one_more`]: crate::service::shared::Service::one_more
    pub(crate) fn cut<R>(mut rows: Vec<R>, one_more: u64, cursor: impl FnOnce(&R) -> Cursor) -> Self
    where
        T: From<R>,
    {
        let continues = rows.len() as u64 >= one_more;
        if continues {
            rows.pop();
        }
        let last = rows.last().filter(|_| continues);
        Self {
            next: last.map(cursor),
            entries: rows.into_iter().map(T::from).collect(),
        }
    }
}

impl<T> Deref for Listing<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.entries
    }
}

impl<T> IntoIterator for Listing<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<'l, T> IntoIterator for &'l Listing<T> {
    type Item = &'l T;
    type IntoIter = std::slice::Iter<'l, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.iter()
    }
}

/// A position in a list, right after one of its entries.
///
/// Its text ([`to_string`](ToString::to_string), [`parse`](str::parse)) is safe in a URL: letters,
/// digits and dots. For a list in the order of names it is as long as a name in hexadecimal. Its
/// content is opaque; it is not secret and proves nothing. A cursor stays valid when its entry is
/// gone, and belongs to one order of one list.
///
/// ```
/// use youku_core::Cursor;
///
/// let cursor: Cursor = "1234".parse()?;
/// assert_eq!(cursor, Cursor::from(1234));
/// assert_eq!(cursor.to_string(), "1234");
/// # Ok::<(), youku_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor {
    pub(crate) id: u64,
    pub(crate) key: Key,
}

/// What a list is ordered by, before ids break ties.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    None,
    Size(u64),
    Name(String),
}

impl Cursor {
    /// The answer to a cursor of another list.
    pub(crate) fn misplaced() -> Error {
        Error::broken("after", Rule::CursorOfThisList)
    }

    /// The same for a query in the order of this cursor.
    pub(crate) fn keyset<M>(&self) -> youku_orm::Cursor<M> {
        let key = match &self.key {
            Key::None => None,
            Key::Size(size) => Some(Value::U64(*size)),
            Key::Name(name) => Some(Value::Text(name.clone())),
        };
        let values = key.into_iter().chain([Value::U64(self.id)]);
        youku_orm::Cursor::from_values(values.collect())
    }

    fn read(text: &str) -> Option<Self> {
        let (id, key) = match text.split_once('.') {
            None => (text, Key::None),
            Some((id, key)) => (id, read_key(key)?),
        };
        let id = id.parse().ok()?;
        Some(Self { id, key })
    }
}

fn read_key(text: &str) -> Option<Key> {
    if let Some(size) = text.strip_prefix('s') {
        return size.parse().ok().map(Key::Size);
    }
    let bytes = HEXLOWER_PERMISSIVE
        .decode(text.strip_prefix('n')?.as_bytes())
        .ok()?;
    String::from_utf8(bytes).ok().map(Key::Name)
}

impl From<u64> for Cursor {
    /// The position after the entry with this id, in a list that is in the order of ids.
    fn from(id: u64) -> Self {
        Self { id, key: Key::None }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        match &self.key {
            Key::None => Ok(()),
            Key::Size(size) => write!(f, ".s{size}"),
            Key::Name(name) => write!(f, ".n{}", HEXLOWER.encode(name.as_bytes())),
        }
    }
}

impl FromStr for Cursor {
    type Err = Error;

    /// # Errors
    ///
    /// [`Code::BadRequest`](crate::Code::BadRequest) on the field `after`: the text is not a
    /// cursor.
    fn from_str(text: &str) -> Result<Self> {
        Self::read(text).ok_or_else(|| Error::broken("after", Rule::Cursor))
    }
}

#[cfg(test)]
mod tests;
