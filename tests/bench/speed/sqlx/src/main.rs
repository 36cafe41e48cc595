//! The workloads in SQLx: SQL, bound values and rows of derived structs.

#[path = "../../../../../youku-orm/benches/speed/workload.rs"]
mod workload;

/// SQLite by `sqlx::sqlite`.
mod sqlite {
    use std::str::FromStr;

    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    pub use sqlx::sqlite::{SqliteConnection as Connection, SqlitePoolOptions as PoolOptions};
    pub use sqlx::{Sqlite as Driver, SqlitePool as Pool};

    /// SQLite binds no unsigned number.
    type Key = i64;

    /// As in `SQLITE_SETTINGS`, by the methods that SQLx has for them; it waits 5 s by itself.
    fn options(url: &str) -> sqlx::Result<SqliteConnectOptions> {
        Ok(SqliteConnectOptions::from_str(url)?
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .foreign_keys(true))
    }

    include!("cases.rs");
}

/// MySQL and MariaDB by `sqlx::mysql`.
mod mysql {
    use std::str::FromStr;

    use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
    pub use sqlx::mysql::{MySqlConnection as Connection, MySqlPoolOptions as PoolOptions};
    pub use sqlx::{MySql as Driver, MySqlPool as Pool};

    type Key = u64;

    fn options(url: &str) -> sqlx::Result<MySqlConnectOptions> {
        Ok(MySqlConnectOptions::from_str(url)?.ssl_mode(MySqlSslMode::Disabled))
    }

    include!("cases.rs");
}

fn main() {
    workload::serve(async |case, url| {
        let figure = if url.starts_with("mysql:") {
            mysql::run(case, url).await
        } else {
            sqlite::run(case, url).await
        };
        Some(figure.expect("every statement succeeds"))
    });
}
