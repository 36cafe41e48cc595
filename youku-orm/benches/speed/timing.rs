//! How workloads are timed, for every contender alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::{Figure, TASKS, keys};

/// For how long a case is repeated, at least.
const SPAN: Duration = Duration::from_millis(100);

/// Repeats some work for a tenth of a second at least and gives the nanoseconds of one.
/// The first runs, which fill caches, are not counted.
///
/// With `SPEED_RUNS` in the environment it is repeated as often as that says, for tools that count
/// instructions: the difference between two numbers of runs is what those between them cost.
pub(crate) async fn time<T>(mut work: impl AsyncFnMut() -> T) -> f64 {
    for _ in 0..3 {
        black_box(work().await);
    }
    let fixed = std::env::var("SPEED_RUNS").ok();
    if let Some(runs) = fixed.and_then(|runs| runs.parse::<u32>().ok()) {
        let started = Instant::now();
        for _ in 0..runs {
            black_box(work().await);
        }
        return started.elapsed().as_nanos() as f64 / f64::from(runs);
    }
    let (mut runs, mut batch) = (0_u32, 1_u32);
    let started = Instant::now();
    loop {
        for _ in 0..batch {
            black_box(work().await);
        }
        runs += batch;
        let elapsed = started.elapsed();
        if elapsed >= SPAN {
            return elapsed.as_nanos() as f64 / f64::from(runs);
        }
        batch = (batch * 2).min(256);
    }
}

/// Does the same for work that adds `rows` rows each time, and asserts that the table has as many more: a statement that was
/// executed twice, or not at all, fails the benchmark. `count` tells how many rows the table has.
pub(crate) async fn time_inserts<T>(
    rows: usize,
    mut work: impl AsyncFnMut() -> T,
    mut count: impl AsyncFnMut() -> u64,
) -> f64 {
    let (before, mut runs) = (count().await, 0);
    let nanos = time(async || {
        runs += 1;
        work().await
    });
    let nanos = nanos.await;
    let added = count().await - before;
    assert_eq!(added, runs * rows as u64, "each insert is executed once");
    nanos
}

/// Times [`Workload::FindTasks`]: `task` makes a task that reads the users with these keys, one after
/// another.
pub(crate) async fn time_tasks<F>(rows: usize, mut task: impl FnMut(Vec<u64>) -> F) -> f64
where
    F: Future<Output = ()> + Send + 'static,
{
    const CALLS: usize = 64;
    let mut key = keys(rows);
    let nanos = time(async || {
        let mut tasks = Vec::with_capacity(TASKS);
        for _ in 0..TASKS {
            let its_keys = std::iter::repeat_with(&mut key).take(CALLS);
            tasks.push(tokio::spawn(task(its_keys.collect())));
        }
        for task in tasks {
            task.await.expect("no task fails");
        }
    });
    nanos.await / (TASKS * CALLS) as f64
}

/// Times [`Workload::Stream`], `work` being one pass over the table.
pub(crate) async fn time_stream<T>(work: impl AsyncFnOnce() -> T) -> Figure {
    let (before, started) = (reset_peak_memory(), Instant::now());
    black_box(work().await);
    Figure {
        nanos: started.elapsed().as_nanos() as f64,
        bytes: Some(peak_memory().saturating_sub(before)),
    }
}

/// Times [`Workload::Neighbour`]: starts the load of `find` and `update`, which take a key, and of
/// `read`, and ends it.
pub(crate) async fn lateness_alongside<F, R, U>(
    rows: usize,
    find: impl Fn(u64) -> F + Clone + Send + 'static,
    read: impl Fn() -> R + Clone + Send + 'static,
    update: impl Fn(u64) -> U + Send + 'static,
) -> f64
where
    F: Future<Output = ()> + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
    U: Future<Output = ()> + Send + 'static,
{
    let mut load = Vec::new();
    for _ in 0..8 {
        load.push(tokio::spawn(forever(rows, find.clone())));
    }
    for _ in 0..2 {
        let read = read.clone();
        load.push(tokio::spawn(forever(rows, move |_| read())));
    }
    load.push(tokio::spawn(forever(rows, update)));
    let late = tokio::spawn(lateness()).await.expect("it only sleeps");
    for task in load {
        task.abort();
        let ended = task.await.expect_err("it never ends by itself");
        assert!(ended.is_cancelled(), "a task of the load failed: {ended}");
    }
    late
}

async fn forever<F: Future<Output = ()>>(rows: usize, work: impl Fn(u64) -> F) {
    let mut key = keys(rows);
    loop {
        work(key()).await;
        // What never waits would never let go of its thread, nor end.
        tokio::task::yield_now().await;
    }
}

/// The lateness of sleeps of 1 ms, in nanoseconds, that 99 of 100 do not exceed, while other tasks work.
/// It is measured for a second, in a task of its own.
async fn lateness() -> f64 {
    let mut late = Vec::new();
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(1) {
        let (before, sleep) = (Instant::now(), Duration::from_millis(1));
        tokio::time::sleep(sleep).await;
        late.push(before.elapsed().saturating_sub(sleep).as_nanos() as u64);
    }
    late.sort_unstable();
    late[late.len() * 99 / 100] as f64
}

/// The most memory that this process has held at once, in bytes; only Linux tells.
fn peak_memory() -> u64 {
    status("VmHWM:")
}

/// Forgets the peak, so that [`peak_memory`] counts from now on, and gives the memory held now.
fn reset_peak_memory() -> u64 {
    // Documented in proc(5), under `/proc/pid/clear_refs`.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    status("VmRSS:")
}

fn status(field: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .unwrap_or("0 kB");
    let kilobytes: u64 = line
        .trim()
        .trim_end_matches(" kB")
        .trim()
        .parse()
        .unwrap_or(0);
    kilobytes * 1024
}
