//! Databases that live as long as one test.

use std::fmt;
use std::sync::Arc;

/// A database to test on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite in a file of a temporary folder.
    Sqlite,
    /// SQLite in memory.
    SqliteMemory,
    /// A separate database on the private MariaDB of this test run.
    Mysql,
}

impl Backend {
    /// Whether a test on this database can run: always for SQLite; on MySQL if this package is built for it and a
    /// server is available. A missing server is announced on standard error, once per process.
    ///
    /// # Panics
    ///
    /// If a server is missing although `YOUKU_REQUIRE_MYSQL=1` requires one, or if an installed one does not start.
    pub fn is_available(self) -> bool {
        match self {
            Self::Sqlite | Self::SqliteMemory => cfg!(feature = "sqlite"),
            #[cfg(feature = "mysql")]
            Self::Mysql => crate::mariadb::url().is_some(),
            #[cfg(not(feature = "mysql"))]
            Self::Mysql => false,
        }
    }
}

/// An empty database. It is removed with its content when the last clone of this value is dropped, even while connections
/// to it are open.
#[derive(Clone)]
pub struct TestDatabase {
    database: Arc<youku_orm::testing::TestDatabase>,
    backend: Backend,
}

impl TestDatabase {
    /// Creates an empty database.
    ///
    /// # Panics
    ///
    /// If it cannot be created; for [`Backend::Mysql`] also if no server is available, which
    /// [`Backend::is_available`] reports beforehand.
    pub async fn create(backend: Backend) -> Self {
        let url = match backend {
            Backend::Sqlite => "sqlite:",
            Backend::SqliteMemory => "sqlite::memory:",
            #[cfg(feature = "mysql")]
            Backend::Mysql => crate::mariadb::url().expect("the caller asked `is_available`"),
            #[cfg(not(feature = "mysql"))]
            Backend::Mysql => panic!("this package is built without its feature `mysql`"),
        };
        Self::create_on(url, backend).await
    }

    /// Creates an empty database on the server without `RETURNING`, or returns `None` if MariaDB is not installed.
    ///
    /// # Panics
    ///
    /// As [`create`](Self::create).
    #[cfg(feature = "mysql")]
    pub async fn create_without_returning() -> Option<Self> {
        let url = crate::mariadb::url_without_returning()?;
        Some(Self::create_on(url, Backend::Mysql).await)
    }

    async fn create_on(url: &str, backend: Backend) -> Self {
        let database = youku_orm::testing::TestDatabase::create(url).await;
        Self {
            database: Arc::new(database.expect("the server and the temporary folder are there")),
            backend,
        }
    }

    /// The URL to give to `Database::connect`. Two connections to one [`Backend::SqliteMemory`] are two databases.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// What kind of database this is.
    pub fn backend(&self) -> Backend {
        self.backend
    }
}

impl fmt::Debug for TestDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TestDatabase").field(&self.url()).finish()
    }
}
