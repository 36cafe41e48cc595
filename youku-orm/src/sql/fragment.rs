//! SQL as data: a list of segments that is rendered for the database when the statement is sent.

use std::borrow::Cow;
use std::fmt;

use crate::types::column_type::ColumnKind;
use crate::types::value::Value;

/// The longest list that is padded. For a longer list, padding would cost more than a reused statement
/// saves, and could exceed the number of `?` that a database accepts.
const MAX_PADDED: usize = 512;

/// One part of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Segment {
    /// Text that both databases accept, without a table name and without a `?`.
    Text(Cow<'static, str>),
    /// Text for SQLite alone.
    SqliteOnly(&'static str),
    /// Text for MySQL and MariaDB alone.
    MysqlOnly(Cow<'static, str>),
    /// One text for SQLite and another for MySQL and MariaDB.
    Either {
        sqlite: &'static str,
        mysql: &'static str,
    },
    /// A column's name, in backquotes.
    Name(&'static str),
    /// The table of a model, in backquotes, with the prefix of the database's handle.
    Table(&'static str),
    /// The prefix that the database's handle adds to the name of this table. It is written in front of a name that begins
    /// with the table's name, as those of indexes and foreign keys do.
    Prefix(&'static str),
    /// A column of a table: `` `table`.`column` ``.
    Column {
        table: &'static str,
        column: &'static str,
    },
    /// A column of text to order by: its text, also where the database has numbered the texts and sorts by number.
    Sorted {
        table: &'static str,
        column: &'static str,
    },
    /// One bound value.
    Value(Value),
    /// One bound value that is compared with a column of this kind.
    Operand(ColumnKind, Value),
    /// `(?, ?, …)`, to compare a column of this kind with.
    List(ColumnKind, Vec<Value>),
}

/// Properties of a fragment that are known without reading it.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Traits {
    /// It compares with a pattern, whose beginning may be found in an index.
    pub(crate) has_pattern: bool,
    /// It counts rows with `COUNT`.
    pub(crate) counts_rows: bool,
    /// It has a WHERE clause.
    pub(crate) has_filter: bool,
    /// It orders by a column of text.
    pub(crate) sorts_text: bool,
    /// A part of it was written by hand.
    pub(crate) is_written: bool,
}

impl Traits {
    fn add(&mut self, other: Self) {
        self.has_pattern |= other.has_pattern;
        self.counts_rows |= other.counts_rows;
        self.has_filter |= other.has_filter;
        self.sorts_text |= other.sorts_text;
        self.is_written |= other.is_written;
    }
}

/// A piece of SQL without Rust types.
#[derive(Clone, Default, Debug)]
#[doc(hidden)]
pub struct Fragment {
    segments: Vec<Segment>,
    traits: Traits,
}

impl Fragment {
    /// One segment.
    pub(crate) fn of(segment: Segment) -> Self {
        Self {
            segments: vec![segment],
            traits: Traits::default(),
        }
    }

    /// Text that both databases take.
    pub(crate) fn text(sql: impl Into<Cow<'static, str>>) -> Self {
        Self::of(Segment::Text(sql.into()))
    }

    /// The table of a model.
    pub(crate) fn table(name: &'static str) -> Self {
        Self::of(Segment::Table(name))
    }

    /// A column of a table.
    pub(crate) fn column(table: &'static str, column: &'static str) -> Self {
        Self::of(Segment::Column { table, column })
    }

    /// One bound value.
    pub(crate) fn value(value: Value) -> Self {
        Self::of(Segment::Value(value))
    }

    /// One bound value that is compared with a column of this kind.
    pub(crate) fn operand(kind: ColumnKind, value: Value) -> Self {
        Self::of(Segment::Operand(kind, value))
    }

    /// `(?, ?, …)` to compare a column of this kind with, padded to a power of two; `None` without
    /// a value.
    pub(crate) fn list(kind: ColumnKind, mut values: Vec<Value>) -> Option<Self> {
        let last = values.last().cloned()?;
        if values.len() <= MAX_PADDED {
            values.resize(values.len().next_power_of_two(), last);
        }
        Some(Self::of(Segment::List(kind, values)))
    }

    /// Appends one segment.
    pub(crate) fn add(&mut self, segment: Segment) -> &mut Self {
        self.segments.push(segment);
        self
    }

    /// Appends text that both databases take.
    pub(crate) fn push(&mut self, sql: impl Into<Cow<'static, str>>) -> &mut Self {
        self.add(Segment::Text(sql.into()))
    }

    /// Appends fragments with a comma between any two of them.
    pub(crate) fn append_list(&mut self, items: impl IntoIterator<Item = Self>) -> &mut Self {
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                self.push(", ");
            }
            self.append(item);
        }
        self
    }

    /// Appends a column's name.
    pub(crate) fn name(&mut self, name: &'static str) -> &mut Self {
        self.add(Segment::Name(name))
    }

    /// Appends another fragment.
    pub(crate) fn append(&mut self, mut other: Self) -> &mut Self {
        self.segments.append(&mut other.segments);
        self.traits.add(other.traits);
        self
    }

    /// Puts `head` in front of this fragment and `tail` after it; an empty text is left out.
    pub(crate) fn between(mut self, head: &'static str, tail: &'static str) -> Self {
        if !head.is_empty() {
            self.segments.insert(0, Segment::Text(head.into()));
        }
        if !tail.is_empty() {
            self.push(tail);
        }
        self
    }

    /// This, the operator, and the other.
    pub(crate) fn then(mut self, operator: &'static str, other: Self) -> Self {
        self.push(operator).append(other);
        self
    }

    /// Conditions with this word between them, `None` without any. They are a balanced tree of parentheses, because SQLite
    /// takes 1,000 levels (`SQLITE_MAX_EXPR_DEPTH`): 10,000 conditions have 14.
    pub(crate) fn balanced(mut conditions: Vec<Self>, word: &'static str) -> Option<Self> {
        while conditions.len() > 1 {
            let mut pairs = Vec::with_capacity(conditions.len().div_ceil(2));
            let mut rest = conditions.into_iter();
            while let Some(left) = rest.next() {
                pairs.push(match rest.next() {
                    Some(right) => left.then(word, right).between("(", ")"),
                    None => left,
                });
            }
            conditions = pairs;
        }
        conditions.pop()
    }

    /// Adds properties to the fragment.
    pub(crate) fn with(mut self, traits: Traits) -> Self {
        self.traits.add(traits);
        self
    }

    pub(crate) fn traits(&self) -> Traits {
        self.traits
    }

    /// The tables whose columns of text it orders by.
    pub(crate) fn sorted_tables(&self) -> impl Iterator<Item = &'static str> {
        let segments = if self.traits.sorts_text {
            &*self.segments
        } else {
            &[]
        };
        segments.iter().filter_map(|segment| match segment {
            Segment::Sorted { table, .. } => Some(*table),
            _ => None,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Where this fragment is in a list of selected columns, as SQL counts them, if it binds values: each `?` is another
    /// parameter, so MySQL does not see that GROUP BY repeats what is selected.
    pub(crate) fn position_in(&self, columns: &[Self]) -> Option<Self> {
        self.values().next()?;
        let same = |column: &Self| column.segments == self.segments;
        let index = columns.iter().position(same)?;
        Some(Self::text((index + 1).to_string()))
    }

    /// The fragment as a value of this kind: SQLite compares what is calculated from decimals as text unless it is told.
    pub(crate) fn of_kind(self, kind: ColumnKind) -> Self {
        if kind != ColumnKind::Decimal {
            return self;
        }
        let mut sql = self.between("(", "");
        sql.add(Segment::SqliteOnly(" COLLATE decimal")).push(")");
        sql
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.segments
    }

    pub(crate) fn into_segments(self) -> Vec<Segment> {
        self.segments
    }

    /// The value, if the fragment is a single bound value.
    pub(crate) fn as_value(&self) -> Option<&Value> {
        match &*self.segments {
            [Segment::Value(value)] => Some(value),
            _ => None,
        }
    }

    /// The bound values, in their order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.segments.iter().flat_map(|segment| match segment {
            Segment::Value(value) | Segment::Operand(_, value) => std::slice::from_ref(value),
            Segment::List(_, values) => values,
            _ => &[],
        })
    }
}

/// The text that both databases accept, with `?` for the values: for people to read, never to be run.
impl fmt::Display for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => f.write_str(text)?,
                Segment::SqliteOnly(_) | Segment::MysqlOnly(_) | Segment::Prefix(_) => {}
                Segment::Name(name) | Segment::Table(name) => write!(f, "`{name}`")?,
                Segment::Either { mysql, .. } => f.write_str(mysql)?,
                Segment::Column { table, column } | Segment::Sorted { table, column } => {
                    write!(f, "`{table}`.`{column}`")?
                }
                Segment::Value(_) | Segment::Operand(..) => f.write_str("?")?,
                Segment::List(_, values) => write!(f, "(?{})", ", ?".repeat(values.len() - 1))?,
            }
        }
        Ok(())
    }
}
