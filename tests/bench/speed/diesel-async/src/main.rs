//! The workloads in `diesel-async`: the models of the contender `diesel`, called asynchronously.

#[path = "../../../../../youku-orm/benches/speed/workload.rs"]
mod workload;

use workload::SQLITE_SETTINGS;

/// SQLite by Diesel's connection. Each call runs on the runtime's threads for blocking work.
mod sqlite {
    use diesel::ConnectionResult;
    use diesel::sql_types::BigInt as SqlKey;
    use diesel::sqlite::{Sqlite as Backend, SqliteConnection};
    use diesel_async::SimpleAsyncConnection;

    type Connection =
        diesel_async::sync_connection_wrapper::SyncConnectionWrapper<SqliteConnection>;
    type Key = i64;

    async fn establish(url: &str) -> ConnectionResult<Connection> {
        let path = url.strip_prefix("sqlite:").expect("the address of a file");
        let mut db = Connection::establish(path).await?;
        let settings = db.batch_execute(super::SQLITE_SETTINGS).await;
        settings.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
        Ok(db)
    }

    /// One statement for several rows is asynchronous for other databases only.
    async fn insert(db: &mut Connection, rows: usize) -> QueryResult<usize> {
        db.spawn_blocking(move |db| {
            let insert = diesel::insert_into(users::table).values(new_users(rows));
            diesel::RunQueryDsl::execute(insert, db)
        })
        .await
    }

    include!("../../diesel/src/models.rs");
    include!("cases.rs");
}

/// MySQL and MariaDB by `mysql_async`.
mod mysql {
    use diesel::ConnectionResult;
    use diesel::mysql::Mysql as Backend;
    use diesel_async::AsyncMysqlConnection as Connection;

    type SqlKey = diesel::sql_types::Unsigned<diesel::sql_types::BigInt>;
    type Key = u64;

    /// Its driver would change over to the server's socket, which other libraries do not.
    async fn establish(url: &str) -> ConnectionResult<Connection> {
        Connection::establish(&format!("{url}?prefer_socket=false")).await
    }

    async fn insert(db: &mut Connection, rows: usize) -> QueryResult<usize> {
        let insert = diesel::insert_into(users::table).values(new_users(rows));
        insert.execute(db).await
    }

    include!("../../diesel/src/models.rs");
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
