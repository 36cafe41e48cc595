//! The workloads in SeaORM: entities, their loaders and streams.

#[path = "../../../../../youku-orm/benches/speed/workload.rs"]
mod workload;

/// SQLite by SQLx.
mod sqlite {
    /// SQLite has no unsigned numbers.
    type Key = i64;

    include!("entities.rs");
    include!("cases.rs");
}

/// MySQL and MariaDB by SQLx.
mod mysql {
    type Key = u64;

    include!("entities.rs");
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
