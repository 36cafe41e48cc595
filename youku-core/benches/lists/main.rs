//! Measures how fast the service answers a request for a list, compared with its two queries
//! written by hand.
//!
//! `cargo bench -p youku-core --bench lists [-- --sqlite|--mysql]` prints tables in Markdown. A
//! request consists of what a server does for it: find the session of a token, then 50 of 100,000
//! movies from anywhere in the list. Pages of other orders and searches are timed as well.

#[path = "../../../youku-orm/benches/speed/server.rs"]
mod server;

mod by_hand;
mod world;

use std::time::{Duration, Instant};

use by_hand::{Sqlite, Way};
use world::{MOVIES, World};
use youku_core::{Kind, Movies, Page, Sort, first};

/// How many turns each contender has.
const ROUNDS: usize = 15;

/// The minimum duration of one turn.
const TURN: Duration = Duration::from_millis(150);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("the system gives threads");
    if !has("--mysql") {
        runtime.block_on(sqlite());
    }
    if !has("--sqlite") {
        match server::Server::start() {
            Some(server) => runtime.block_on(mysql(&server.url)),
            None => println!("\nMariaDB is not installed: left out"),
        }
    }
}

async fn sqlite() {
    let folder = tempfile::tempdir().expect("a writable folder");
    let path = folder.path().join("youku.db");
    let path = path.to_str().expect("it is UTF-8");
    let world = World::open(&format!("sqlite:{path}")).await;
    let hand = Sqlite::open(path);
    let digest = world.digest.as_str();
    let direct = async |after| hand.request(Way::Direct, digest, after).await;
    let hop = async |after| hand.request(Way::Hop, digest, after).await;
    let mut request = async |after| world.request(after).await;
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(time(&mut request).await);
        times[1].push(time(&mut { direct }).await);
        times[2].push(time(&mut { hop }).await);
    }
    let [service, direct, hop] = times.map(median);
    println!(
        "\n## SQLite\n\n| session and 50 of {MOVIES} movies | µs | speed of the service |\n|---|---|---|"
    );
    println!("| `youku-core` | {service:.1} | |");
    println!(
        "| `rusqlite` on the task | {direct:.1} | {:.0} % |",
        100.0 * direct / service
    );
    println!(
        "| `rusqlite` behind `spawn_blocking` | {hop:.1} | {:.0} % |",
        100.0 * hop / service
    );
    orders(&world).await;
    memory(&world).await;
}

async fn mysql(server: &str) {
    let world = World::open(&format!("{server}/youku_lists")).await;
    let pool = by_hand::mysql(&format!("{server}/youku_lists"));
    let digest = world.digest.as_str();
    let mut hand = async |after| by_hand::mysql_request(&pool, digest, after).await;
    let mut request = async |after| world.request(after).await;
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        times[0].push(time(&mut request).await);
        times[1].push(time(&mut hand).await);
    }
    let [service, hand] = times.map(median);
    println!(
        "\n## MariaDB\n\n| session and 50 of {MOVIES} movies | µs | speed of the service |\n|---|---|---|"
    );
    println!("| `youku-core` | {service:.1} | |");
    println!(
        "| `mysql_async` | {hand:.1} | {:.0} % |",
        100.0 * hand / service
    );
    orders(&world).await;
    memory(&world).await;
    pool.disconnect().await.expect("the server runs");
}

/// The microseconds of one request, for pages that begin anywhere in the list.
async fn time(request: &mut impl AsyncFnMut(u64) -> usize) -> f64 {
    let mut after = 7;
    let (started, mut runs) = (Instant::now(), 0_u32);
    while started.elapsed() < TURN {
        for _ in 0..16 {
            after = (after * 48_271) % (MOVIES - 100);
            assert_eq!(request(after).await, 50);
            runs += 1;
        }
    }
    started.elapsed().as_secs_f64() * 1e6 / f64::from(runs)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Pages in the middle of each order, and searches. No query by hand is compared with them.
async fn orders(world: &World) {
    println!("\n| page of 50 | ms |\n|---|---|");
    for sort in [
        Sort::Oldest,
        Sort::Newest,
        Sort::Name,
        Sort::NameDescending,
        Sort::Smallest,
        Sort::Largest,
    ] {
        let list = || world.session.movies().sort(sort);
        row(&format!("{sort:?}"), list).await;
        row(&format!("{sort:?}, one of 1,000"), || {
            list().kind(Kind::Charged)
        })
        .await;
        row(&format!("{sort:?}, searched, found often"), || {
            list().matching("9")
        })
        .await;
        row(&format!("{sort:?}, searched, never found"), || {
            list().matching("zz")
        })
        .await;
    }
}

async fn row(name: &str, list: impl Fn() -> Movies) {
    let (mut page, mut skipped) = (first(50), 0);
    while skipped < MOVIES / 2 {
        let skip = Page {
            limit: 500,
            ..page.clone()
        };
        let found = list().page(skip).await.expect("the service runs");
        skipped += found.len() as u64;
        let Some(next) = found.next else { break };
        page = page.after(next);
    }
    let mut times = Vec::new();
    for _ in 0..7 {
        let started = Instant::now();
        let found = list().page(page.clone()).await.expect("the service runs");
        std::hint::black_box(found);
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    println!("| {name} | {:.2} |", median(times));
}

/// The memory of the process after some requests and after many.
async fn memory(world: &World) {
    let mut held = Vec::new();
    for round in 0..5 {
        for request in 0..4_000 {
            world
                .request((round * 4_000 + request) % (MOVIES - 100))
                .await;
        }
        held.push(world::resident_kib());
    }
    println!("\nResident after each 4,000 requests, KiB: {held:?}");
}
