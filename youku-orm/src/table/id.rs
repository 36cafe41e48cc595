//! Typed keys: an `Id<Movie>` cannot be used as an `Id<User>`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::num::ParseIntError;
use std::str::FromStr;

use crate::error::Result;
use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::reference::Reference;
use crate::types::row::{FromRow, Row};
use crate::types::value::Bind;

/// The key of a row of `M`: a 64-bit number that knows its table.
///
/// As a primary key it is usually `auto`; as any other field it refers to a row of `M`.
/// In the database it is a `BIGINT UNSIGNED` (MySQL) or an `INTEGER` (SQLite).
///
/// ```
/// # use youku_orm::Id;
/// # struct User;
/// let id: Id<User> = "42".parse().expect("a number");
/// assert_eq!(id.get(), 42);
/// assert_eq!(id, Id::new(42));
/// ```
pub struct Id<M> {
    raw: u64,
    model: PhantomData<fn() -> M>,
}

impl<M> Id<M> {
    /// The key with that number; nothing is looked up.
    pub const fn new(raw: u64) -> Self {
        Self {
            raw,
            model: PhantomData,
        }
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.raw
    }
}

impl<M: Table> ColumnType for Id<M> {
    const KIND: ColumnKind = ColumnKind::Unsigned(64);
    const REFERENCES: Option<fn() -> Reference> = Some(Reference::to::<M>);
    const REFERRED_KEY: Option<ColumnKind> = Some(<M::Key as ColumnType>::KIND);

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        row.unsigned(index).map(Self::new)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.unsigned(self.raw);
    }
}

impl<M: Table> Key for Id<M> {}

// Written out because a derive would ask the same of `M`.
impl<M> Clone for Id<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Id<M> {}

impl<M> PartialEq for Id<M> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl<M> Eq for Id<M> {}

impl<M> PartialOrd for Id<M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<M> Ord for Id<M> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl<M> Hash for Id<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

impl<M> fmt::Debug for Id<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.raw)
    }
}

impl<M> fmt::Display for Id<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

impl<M> FromStr for Id<M> {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self::new)
    }
}

#[cfg(feature = "serde")]
impl<M> serde::Serialize for Id<M> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.raw)
    }
}

#[cfg(feature = "serde")]
impl<'de, M> serde::Deserialize<'de> for Id<M> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self::new)
    }
}

impl<M: Table> FromRow for Id<M> {
    const COLUMNS: Option<&'static [ColumnInfo]> = None;

    fn from_row<R: Row>(row: &mut R) -> Result<Self> {
        row.get(0)
    }
}
