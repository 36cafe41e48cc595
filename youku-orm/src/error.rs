//! The one error type of the crate, with predicates instead of public variants.

mod constructors;

mod display;

use std::borrow::Cow;

/// The result of every fallible function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong while talking to a database.
///
/// The error is opaque; ask it with the `is_…` predicates. Its text names the statement that
/// failed, never the values that were bound to it, so it is safe to log.
///
/// | predicate | SQLite | MySQL and MariaDB |
/// |---|---|---|
/// | [`is_unique_violation`](Self::is_unique_violation) | `CONSTRAINT_UNIQUE`, `_PRIMARYKEY`, `_ROWID` | 1062, 1169, 1586 |
/// | [`is_foreign_key_violation`](Self::is_foreign_key_violation) | `CONSTRAINT_FOREIGNKEY` | 1216, 1217, 1451, 1452 |
/// | [`is_not_null_violation`](Self::is_not_null_violation) | `CONSTRAINT_NOTNULL` | 1048, 1364 |
/// | [`is_check_violation`](Self::is_check_violation) | `CONSTRAINT_CHECK`, `MISMATCH` | 1264, 1406, 1690, 3819, 4025 |
/// | [`is_key_exhausted`](Self::is_key_exhausted) | `FULL` or the CHECK of the key, when the greatest `auto` key is in use | 167, 1467 |
/// | [`is_schema`](Self::is_schema) | `ERROR` with "no such …", "has no column" or "clause does not match" | 1051, 1054, 1072, 1109, 1146, 1305 |
/// | [`is_read_only`](Self::is_read_only) | `READONLY`; a write in a transaction that reads | 1290, 1792, 1836 |
/// | [`is_retryable`](Self::is_retryable) | `BUSY`, `LOCKED` | 1020, 1180, 1205, 1206, 1213, 3101, 3572 |
/// | [`is_timeout`](Self::is_timeout) | `INTERRUPT`; this crate's own limits | 1969, 3024; this crate's own limits |
/// | [`is_unavailable`](Self::is_unavailable) | `CANTOPEN`, `IOERR`, `FULL`, `NOTADB`, `CORRUPT` | 1040, 1047, 1053, 1077, 1079, 1129, 1152, 1158 to 1161, 1184, 1203, 1226, 1317, 1927, 3169, 4031; a connection that is refused or breaks |
///
/// The numbers are those of the [SQLite](https://www.sqlite.org/rescode.html),
/// [MySQL](https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html) and
/// [MariaDB](https://mariadb.com/kb/en/mariadb-error-codes/) manuals. Made by this crate itself
/// are [`is_not_found`](Self::is_not_found), [`is_too_many_rows`](Self::is_too_many_rows),
/// [`is_version_conflict`](Self::is_version_conflict),
/// [`is_decode`](Self::is_decode) and [`is_pool_timeout`](Self::is_pool_timeout). An error of
/// which no predicate is true is a mistake in a statement, a value or an option.
///
/// ```
/// use youku_orm::{Database, sql};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// let db = Database::connect("sqlite::memory:").await?;
/// sql("CREATE TABLE user (name TEXT UNIQUE)").execute(&db).await?;
/// let insert = || sql("INSERT INTO user VALUES (?)").bind("secret");
/// insert().execute(&db).await?;
///
/// let error = insert().execute(&db).await.unwrap_err();
/// assert!(error.is_unique_violation());
/// assert_eq!(error.sql(), Some("INSERT INTO user VALUES (?)"));
/// assert!(!error.to_string().contains("secret"));
/// # Ok(()) }
/// ```
#[non_exhaustive]
pub struct Error(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Inner {
    class: Class,
    message: Cow<'static, str>,
    sql: Option<Cow<'static, str>>,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kinds of failure that the predicates tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// The URL, an option or a value cannot be used.
    Usage,
    /// No row where one was asked for.
    NotFound,
    /// Another version of the row than the one to write.
    VersionConflict,
    /// Several rows where one was asked for.
    TooManyRows,
    /// A cell that does not fit the Rust type.
    Decode,
    /// A UNIQUE or PRIMARY KEY constraint.
    Unique,
    /// The table left out a new row without an error.
    NotStored,
    /// A FOREIGN KEY constraint.
    ForeignKey,
    /// A NOT NULL constraint.
    NotNull,
    /// A CHECK constraint, or a value that its column has no room for.
    Check,
    /// A generated key has no further number.
    KeysExhausted,
    /// Deadlock, lock timeout, certification failure, busy.
    Retryable,
    /// A write where only reading is allowed.
    ReadOnly,
    /// No connection became free in time.
    PoolTimeout,
    /// The database did not answer in time.
    ConnectTimeout,
    /// A statement took longer than it may.
    StatementTimeout,
    /// The database cannot be reached, or the connection broke.
    Unavailable,
    /// A table or column that does not exist.
    Schema,
    /// A column that exists already.
    DuplicateColumn,
    /// Anything else the database said.
    Database,
}

impl Error {
    pub(crate) fn new(class: Class, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            class,
            message: message.into(),
            sql: None,
            source: None,
        }))
    }

    pub(crate) fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Notes the statement that failed; the innermost one stays.
    pub(crate) fn in_statement(mut self, sql: impl Into<Cow<'static, str>>) -> Self {
        self.0.sql.get_or_insert_with(|| sql.into());
        self
    }

    /// Names the migration that failed.
    pub(crate) fn in_migration(mut self, name: &str) -> Self {
        let message = format!("the migration `{name}` failed: {}", self.0.message);
        self.0.message = message.into();
        self
    }

    /// The statement that failed, with `?` where values were bound.
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// A row with the same primary key or unique value exists already.
    pub fn is_unique_violation(&self) -> bool {
        self.0.class == Class::Unique
    }

    /// The row refers to a row that does not exist, or cannot be deleted because another row refers to it.
    pub fn is_foreign_key_violation(&self) -> bool {
        self.0.class == Class::ForeignKey
    }

    /// NULL was written to a column that does not accept it.
    pub fn is_not_null_violation(&self) -> bool {
        self.0.class == Class::NotNull
    }

    /// A CHECK constraint failed, a text is longer than its column's `length`, or a number, such as
    /// the result of `COUNT - 1` at 0, is out of its column's range.
    pub fn is_check_violation(&self) -> bool {
        self.0.class == Class::Check
    }

    /// The database has no further number for an [`auto`](macro@crate::Model#primary_key-and-auto) key: the greatest one that
    /// the counter, the column or the field holds is taken. Inserts fail until the key has a wider type.
    pub fn is_key_exhausted(&self) -> bool {
        self.0.class == Class::KeysExhausted
    }

    /// Exactly one row was asked for, and no row matched.
    pub fn is_not_found(&self) -> bool {
        self.0.class == Class::NotFound
    }

    /// Another task or client wrote the row after it was read: its [`version`](macro@crate::Model#version)
    /// in the table differs. Read the row and change it again; the same write never succeeds.
    ///
    /// ```
    /// # use youku_orm::{Database, Id, Model, New};
    /// #[derive(Model, Debug, Clone, PartialEq)]
    /// struct Page {
    ///     #[model(primary_key, auto)]
    ///     id: Id<Page>,
    ///     text: String,
    ///     #[model(version)]
    ///     version: u32,
    /// }
    /// # #[cfg(feature = "sqlite")]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// # let db = Database::connect("sqlite::memory:").await?;
    /// # db.create_tables::<Page>().await?;
    /// let mine = NewPage { text: "draft".into() }.insert(&db).await?; // version 0
    /// let theirs = Page::get(&db, mine.id).await?;
    ///
    /// let mine = Page { text: "mine".into(), ..mine }.update(&db).await?;
    /// assert_eq!(mine.version, 1);
    ///
    /// let lost = Page { text: "theirs".into(), ..theirs }.update(&db).await;
    /// assert!(lost.unwrap_err().is_version_conflict());
    /// assert_eq!(Page::get(&db, mine.id).await?, mine);
    /// # Ok(()) }
    /// # #[cfg(not(feature = "sqlite"))]
    /// # fn main() {}
    /// ```
    pub fn is_version_conflict(&self) -> bool {
        self.0.class == Class::VersionConflict
    }

    /// Several rows matched where exactly one was asked for.
    pub fn is_too_many_rows(&self) -> bool {
        self.0.class == Class::TooManyRows
    }

    /// The same transaction may succeed when it is run again: a deadlock (MySQL 1213), a lock
    /// timeout (1205) or a lock that is not waited for (3572), a failed certification of Galera
    /// (1180, or 1213 at COMMIT) or of Group Replication (3101), a row that changed since it was
    /// read (1020), or a busy SQLite database.
    pub fn is_retryable(&self) -> bool {
        self.0.class == Class::Retryable
    }

    /// No connection of the pool became free within the acquire timeout.
    pub fn is_pool_timeout(&self) -> bool {
        self.0.class == Class::PoolTimeout
    }

    /// A time limit was exceeded: `connect_timeout`, `acquire_timeout`, `statement_timeout`, or
    /// the server's own limit of a statement. After a statement timeout it is unknown whether it has run.
    pub fn is_timeout(&self) -> bool {
        use Class::{ConnectTimeout, PoolTimeout, StatementTimeout};
        matches!(
            self.0.class,
            ConnectTimeout | PoolTimeout | StatementTimeout
        )
    }

    /// The database cannot be reached now, the connection broke while the statement ran, or no
    /// connection became free in time.
    pub fn is_unavailable(&self) -> bool {
        use Class::{ConnectTimeout, PoolTimeout, Unavailable};
        matches!(self.0.class, Unavailable | PoolTimeout | ConnectTimeout)
    }

    /// A write was refused because the transaction, the database or the server only reads. After
    /// a failover another server may take it.
    pub fn is_read_only(&self) -> bool {
        self.0.class == Class::ReadOnly
    }

    #[cfg(feature = "mysql")]
    pub(crate) fn is_statement_timeout(&self) -> bool {
        self.0.class == Class::StatementTimeout
    }

    /// A stored value does not fit the Rust type it is read into.
    pub fn is_decode(&self) -> bool {
        self.0.class == Class::Decode
    }

    /// The program asked for what cannot be done, and this statement was not run; the text says what to write instead.
    pub fn is_usage(&self) -> bool {
        self.0.class == Class::Usage
    }

    /// A table, column or function of the statement does not exist.
    pub fn is_schema(&self) -> bool {
        self.0.class == Class::Schema
    }
}
