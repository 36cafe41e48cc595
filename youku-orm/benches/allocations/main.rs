//! How often `youku-orm` allocates memory, compared with code written by hand for the driver that it uses:
//! `cargo bench -p youku-orm --bench allocations`.
//!
//! The allocations of all threads are counted, and each move of a growing buffer. SQLite's own memory is not
//! counted: it does not come from Rust's allocator.
#![allow(dead_code, reason = "only some of what is timed is counted")]

#[path = "../speed/by_hand/mod.rs"]
mod by_hand;
#[path = "../speed/prepare.rs"]
mod prepare;
#[path = "../speed/server.rs"]
mod server;
#[path = "../speed/workload.rs"]
mod workload;
#[path = "../speed/youku.rs"]
mod youku;

use std::alloc::System;
use std::hint::black_box;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use by_hand::connections::{Connections, Way};
use by_hand::{mysql, sqlite};
use workload::Case;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CASES: [&str; 7] = [
    "find 10000",
    "trivial 1",
    "trivial 1000",
    "join 1000",
    "associations 100",
    "insert 100",
    "insert_keys 100",
];

fn main() {
    let cases = || CASES.map(|case| Case::parse(case).expect("it is listed"));
    let databases = prepare::databases(cases());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("the system gives a thread");

    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    prepare::sqlite(folder.path(), &databases);
    println!("## SQLite\n");
    heading("rusqlite");
    for case in cases() {
        let path = folder.path().join(format!("{}.db", case.database()));
        let path = path.to_str().expect("the name is UTF-8");
        runtime.block_on(count_sqlite(case, path));
    }

    let Some(server) = server::Server::start() else {
        eprintln!("MariaDB is not installed, so only SQLite is counted");
        return;
    };
    prepare::mysql(&server.url, &databases);
    println!("\n## MariaDB\n");
    heading("mysql_async");
    for case in cases() {
        let url = format!("{}/{}", server.url, case.database());
        runtime.block_on(count_mysql(case, &url));
    }
}

async fn count_sqlite(case: Case, path: &str) {
    let connections = Connections::open(Way::Direct, path, 1);
    let by_hand = match case.to_string().as_str() {
        "find 10000" => count(async || connections.run(|on| sqlite::find(on, 77)).await).await,
        "join 1000" => count(async || connections.run(|on| sqlite::join(on)).await).await,
        "associations 100" => count(async || sqlite::associations(&connections).await).await,
        "insert 100" => {
            let work = async || {
                connections
                    .run(|on| sqlite::insert(on, &by_hand::new_users(100)))
                    .await
            };
            count(work).await
        }
        "insert_keys 100" => {
            let work = async || {
                connections
                    .run(|on| sqlite::insert_keys(on, by_hand::new_users(100)))
                    .await
            };
            count(work).await
        }
        _ => count(async || connections.run(|on| sqlite::all(on)).await).await,
    };
    line(
        case,
        by_hand,
        count_youku(case, &format!("sqlite:{path}")).await,
    );
}

async fn count_mysql(case: Case, url: &str) {
    let pool = mysql::open(url);
    let by_hand = match case.to_string().as_str() {
        "find 10000" => count(async || mysql::find(&pool, 77).await).await,
        "join 1000" => count(async || mysql::join(&pool).await).await,
        "associations 100" => count(async || mysql::associations(&pool).await).await,
        "insert 100" => count(async || mysql::insert(&pool, 100).await).await,
        "insert_keys 100" => count(async || mysql::insert_keys(&pool, 100).await).await,
        _ => count(async || mysql::all(&pool).await).await,
    };
    pool.disconnect().await.expect("the server runs");
    line(case, by_hand, count_youku(case, url).await);
}

async fn count_youku(case: Case, url: &str) -> f64 {
    let db = youku::open(url).await;
    let counted = match case.to_string().as_str() {
        "find 10000" => count(async || youku::find(&db, 77).await).await,
        "join 1000" => count(async || youku::join(&db).await).await,
        "associations 100" => count(async || youku::associations(&db).await).await,
        "insert 100" => count(async || youku::insert(&db, 100).await).await,
        "insert_keys 100" => count(async || youku::insert_keys(&db, 100).await).await,
        _ => count(async || youku::all(&db).await).await,
    };
    db.close().await.expect("nothing is left to do");
    counted
}

/// How often a piece of work asks for memory, in the mean of some runs.
async fn count<T>(mut work: impl AsyncFnMut() -> T) -> f64 {
    const RUNS: usize = 20;
    // The first runs prepare statements and start threads.
    for _ in 0..5 {
        black_box(work().await);
    }
    let region = Region::new(ALLOCATOR);
    for _ in 0..RUNS {
        black_box(work().await);
    }
    let change = region.change();
    (change.allocations + change.reallocations) as f64 / RUNS as f64
}

fn heading(by_hand: &str) {
    println!("| case | {by_hand} | youku | rows | {by_hand}, a row | youku, a row |");
    println!("|---|---:|---:|---:|---:|---:|");
}

fn line(case: Case, by_hand: f64, youku: f64) {
    let rows = match case.to_string().as_str() {
        "find 10000" => 1,
        // Half of the users have black hair.
        "join 1000" => 500,
        "associations 100" => 100 + 1_000 + 10_000,
        _ => case.size,
    };
    let of = |counted: f64| counted / rows as f64;
    println!(
        "| {case} | {by_hand:.1} | {youku:.1} | {rows} | {:.2} | {:.2} |",
        of(by_hand),
        of(youku)
    );
}
