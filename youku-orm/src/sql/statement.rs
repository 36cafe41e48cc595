//! One statement: the SQL to run, and how its rows are read.

use std::borrow::Cow;

use crate::sql::composed::Composed;
use crate::sql::dialect::Dialect;
use crate::sql::effect::Effect;
use crate::sql::fragment::Fragment;
use crate::sql::insertion::{GeneratedKey, Insertion};
use crate::sql::prefix::TablePrefix;
use crate::sql::render::Renderer;
use crate::table::facts::Table;
use crate::types::value::Value;

/// A statement before it is rendered for a database.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    head: Head,
    /// The values of the `?` in the head.
    values: Vec<Value>,
    /// What follows the head.
    tail: Fragment,
    lock: bool,
    /// Only the query plan is wanted.
    explain: bool,
    first_only: bool,
    kind: StatementKind,
    insertion: Option<Insertion>,
}

/// The beginning of a statement.
#[derive(Debug, Clone)]
enum Head {
    /// No head: the whole statement is in the tail.
    Empty,
    /// Text that was composed while the program was compiled.
    Composed(Composed),
    /// Text written by the program's author.
    ByHand(Cow<'static, str>),
}

/// A statement in the dialect of one database.
#[derive(Debug, Clone)]
#[cfg_attr(
    not(feature = "sqlite"),
    expect(dead_code, reason = "some fields are read for SQLite only")
)]
pub(crate) struct RenderedStatement {
    pub(crate) sql: Cow<'static, str>,
    pub(crate) values: Vec<Value>,
    /// Rows come from hand-written SQL, so a model's columns are found by name.
    pub(crate) by_name: bool,
    /// Only the first row is wanted.
    pub(crate) first_only: bool,
    /// It compares with patterns, whose beginning may be found in an index.
    pub(crate) has_pattern: bool,
    pub(crate) kind: StatementKind,
    /// What it does to the session of its connection.
    pub(crate) effect: Effect,
    /// What an INSERT has to store.
    pub(crate) insertion: Option<Insertion>,
}

/// What a statement does, as far as its text or the code that built it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatementKind {
    /// It only reads, so it may be interrupted and run again.
    Read,
    /// It reads a whole table in one instruction, which SQLite cannot interrupt.
    TableScan,
    /// It writes a few rows that it finds by their keys.
    WriteFew,
    /// It writes an unknown number of rows.
    Write,
    /// It was written by hand, so only the database knows.
    Unknown,
}

impl Statement {
    /// All rows of a table, with what follows FROM.
    pub(crate) fn select<T: Table>(tail: Fragment) -> Self {
        let kind = kind_of_query(&tail);
        Self::new(
            Head::Composed(const { Composed::select::<T>() }),
            Vec::new(),
            tail,
            kind,
        )
    }

    /// The row with that key.
    pub(crate) fn find<T: Table>(key: Value) -> Self {
        let head = Head::Composed(const { Composed::find::<T>() });
        Self::new(head, vec![key], Fragment::default(), StatementKind::Read)
    }

    /// A statement that writes, composed while the program was compiled, with what follows it.
    pub(crate) fn write(head: Composed, values: Vec<Value>, tail: Fragment) -> Self {
        Self::new(Head::Composed(head), values, tail, StatementKind::Write)
    }

    /// A query composed at run time.
    pub(crate) fn query(sql: Fragment) -> Self {
        let kind = kind_of_query(&sql);
        Self::new(Head::Empty, Vec::new(), sql, kind)
    }

    /// A statement that writes, composed at run time.
    pub(crate) fn built(sql: Fragment) -> Self {
        Self::new(Head::Empty, Vec::new(), sql, StatementKind::Write)
    }

    /// A text that a program has written.
    pub(crate) fn by_hand(sql: Cow<'static, str>, values: Vec<Value>) -> Self {
        let kind = kind_by_hand(&sql);
        Self::new(Head::ByHand(sql), values, Fragment::default(), kind)
    }

    fn new(head: Head, values: Vec<Value>, tail: Fragment, kind: StatementKind) -> Self {
        Self {
            head,
            values,
            tail,
            lock: false,
            explain: false,
            first_only: false,
            kind,
            insertion: None,
        }
    }

    /// Says what it has to insert; it fails if it stores less.
    pub(crate) fn inserting(mut self, insertion: Insertion) -> Self {
        self.insertion = Some(insertion);
        self
    }

    /// Says that only the first row is wanted. A statement that writes must not stop there.
    pub(crate) fn first(mut self) -> Self {
        self.first_only = self.kind == StatementKind::Read;
        self
    }

    /// Whether the rows are to be locked.
    pub(crate) fn locks(&self) -> bool {
        self.lock
    }

    /// The tables whose columns of text it orders by.
    pub(crate) fn sorted_tables(&self) -> impl Iterator<Item = &'static str> {
        self.tail.sorted_tables()
    }

    /// Says whether the rows are to be locked until the transaction ends.
    pub(crate) fn locking(mut self, lock: bool) -> Self {
        self.lock = lock;
        self
    }

    /// Asks for the plan instead of the rows.
    pub(crate) fn explained(mut self) -> Self {
        self.explain = true;
        self
    }

    /// Appends more of the statement.
    pub(crate) fn append(&mut self, tail: Fragment) {
        self.tail.append(tail);
    }

    /// Says that it writes rows that it finds by their keys: a few, unless there is much to write.
    pub(crate) fn writes_by_key(mut self) -> Self {
        let values = self.values.iter().chain(self.tail.values());
        let (count, bytes) = values.fold((0, 0), |(count, bytes), value| {
            (count + 1, bytes + value.size())
        });
        self.kind = if count <= FEW_VALUES && bytes <= FEW_BYTES {
            StatementKind::WriteFew
        } else {
            StatementKind::Write
        };
        self
    }

    /// Renders the statement for this database.
    pub(crate) fn render(
        self,
        dialect: &Dialect,
        prefix: Option<&TablePrefix>,
    ) -> RenderedStatement {
        let by_name = matches!(self.head, Head::ByHand(_));
        let is_written = by_name || self.tail.traits().is_written;
        let has_pattern = match &self.head {
            Head::ByHand(sql) => has_word(sql, "LIKE ") || has_word(sql, "GLOB "),
            Head::Empty | Head::Composed(_) => self.tail.traits().has_pattern,
        };
        let head = match self.head {
            Head::Empty => Cow::Borrowed(""),
            Head::Composed(text) => text.with_prefix(prefix),
            Head::ByHand(sql) => TablePrefix::add_to(prefix, sql),
        };
        let lock = if self.lock { dialect.row_lock } else { "" };
        let explain = if self.explain { dialect.explain } else { "" };
        let (sql, values) = if self.tail.is_empty() && lock.is_empty() && explain.is_empty() {
            (head, self.values)
        } else {
            let mut renderer = Renderer {
                dialect,
                prefix,
                sql: String::with_capacity(explain.len() + head.len() + lock.len()),
                values: self.values,
            };
            renderer.sql.push_str(explain);
            renderer.sql.push_str(&head);
            renderer.write(self.tail);
            renderer.sql.push_str(lock);
            (Cow::Owned(renderer.sql), renderer.values)
        };
        let effect = is_written.then(|| Effect::of(&sql, !dialect.is_sqlite()));
        RenderedStatement {
            sql,
            values,
            by_name,
            first_only: self.first_only,
            has_pattern,
            kind: self.kind,
            effect: effect.unwrap_or(Effect::Keeps),
            insertion: self.insertion.map(|insertion| insertion.named(prefix)),
        }
    }
}

impl RenderedStatement {
    /// Text without values and rows, such as COMMIT.
    #[cfg(feature = "sqlite")]
    pub(crate) fn control(sql: impl Into<Cow<'static, str>>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
            by_name: false,
            first_only: false,
            has_pattern: false,
            kind: StatementKind::Unknown,
            effect: Effect::Keeps,
            insertion: None,
        }
    }
}

/// Up to how many values, and bytes of them, a write is one of few rows.
const FEW_VALUES: usize = 512;
const FEW_BYTES: usize = 32 << 10;

/// SQLite counts a whole table in one instruction (`OP_Count`). Mistaking another query for such a count does no harm.
fn kind_of_query(sql: &Fragment) -> StatementKind {
    let traits = sql.traits();
    if traits.counts_rows && !traits.has_filter {
        StatementKind::TableScan
    } else {
        StatementKind::Read
    }
}

/// What hand-written SQL does, as far as its keywords show.
fn kind_by_hand(sql: &str) -> StatementKind {
    if !starts_with(sql.as_bytes(), "SELECT ") {
        StatementKind::Unknown
    } else if has_word(sql, "COUNT(") && !has_word(sql, "WHERE ") {
        StatementKind::TableScan
    } else {
        StatementKind::Read
    }
}

fn has_word(sql: &str, word: &str) -> bool {
    let mut positions = sql.as_bytes().windows(word.len());
    positions.any(|position| starts_with(position, word))
}

fn starts_with(text: &[u8], word: &str) -> bool {
    let head = text.get(..word.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
}

/// What a statement without rows did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Executed {
    /// Rows that the statement matched; for an UPDATE also those that already had the value.
    pub rows_affected: u64,
    /// The key that an INSERT made: of several, the first on MySQL and the last on SQLite. 0 if the statement changed no
    /// row. After any other statement that changed rows it means nothing.
    pub last_insert_id: u64,
    /// The key that an INSERT made: of several rows, the first on MySQL.
    pub(crate) generated: GeneratedKey,
    /// The step from one generated key to the next, if the statement asked for it.
    pub(crate) key_step: u64,
}
