//! The workloads in Diesel, which is synchronous: called directly where nothing else runs, and from the
//! runtime's threads for blocking work where other tasks do.

#[path = "../../../../../youku-orm/benches/speed/workload.rs"]
mod workload;

use workload::SQLITE_SETTINGS;

/// SQLite by `SqliteConnection`.
mod sqlite {
    use diesel::connection::SimpleConnection;
    use diesel::sql_types::BigInt as SqlKey;
    use diesel::sqlite::Sqlite as Backend;
    use diesel::sqlite::SqliteConnection as Connection;

    type Key = i64;

    fn address(url: &str) -> &str {
        url.strip_prefix("sqlite:").expect("the address of a file")
    }

    fn prepare(db: &mut Connection) -> QueryResult<()> {
        db.batch_execute(super::SQLITE_SETTINGS)
    }

    include!("models.rs");
    include!("cases.rs");
}

/// MySQL and MariaDB by `MysqlConnection`.
mod mysql {
    use diesel::mysql::Mysql as Backend;
    use diesel::mysql::MysqlConnection as Connection;

    type SqlKey = diesel::sql_types::Unsigned<diesel::sql_types::BigInt>;
    type Key = u64;

    fn address(url: &str) -> &str {
        url
    }

    fn prepare(_: &mut Connection) -> QueryResult<()> {
        Ok(())
    }

    include!("models.rs");
    include!("cases.rs");
}

fn main() {
    workload::serve(async |case, url| {
        let figure = if url.starts_with("mysql:") {
            mysql::run(case, url).await
        } else {
            sqlite::run(case, url).await
        };
        figure.expect("every statement succeeds")
    });
}
