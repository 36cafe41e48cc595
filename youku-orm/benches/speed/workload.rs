//! What is timed: the workloads, their data, and how a contender is asked for one figure.
//!
//! The first four are those of Diesel's benchmark suite (`diesel_bench` in its repository), with its
//! schema and its data; the others are what a service does all day. Every contender includes this file,
//! whichever library it stands for, so it uses none but tokio.
#![allow(dead_code, reason = "no contender uses all of it")]

use std::hint::black_box;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// Reads a whole table of users without a hair colour. Size: rows.
    Trivial,
    /// Reads the users with black hair, each with their posts or none (a left join with an empty table),
    /// ordered by name, last first. Size: users, half of which have black hair.
    Join,
    /// Inserts users with one statement, committed by itself, into a table that was empty at first. Size: rows.
    Insert,
    /// Reads all users, the posts of all of them and the comments of all those, and puts each to its
    /// parent. Size: users; each has 10 posts with 10 comments each.
    Associations,
    /// Reads one user by key. Size: rows of the table; the key steps through it.
    Find,
    /// Writes one user by key, committed by itself. Size: rows of the table.
    Update,
    /// Reads one user by key, in 32 tasks at once through a pool of [`POOL`] connections; the figure is
    /// time by calls. Size: rows of the table.
    FindTasks,
    /// Reads one user by key, changes it and inserts a post, in one transaction. Size: rows of the table.
    Transaction,
    /// Reads a whole table row by row. Size: rows. The second figure is how many bytes the process grew.
    Stream,
    /// How late a task is woken from a sleep of 1 ms while 8 tasks find by key, 2 read 1,000 rows each and
    /// one updates by key; the figure is the 99th percentile. Size: rows of the table.
    Neighbour,
}

/// A workload of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// What is timed.
    pub workload: Workload,
    /// On how much; see the workload.
    pub size: usize,
}

/// How many connections a pool has, of SQLite those that read.
pub const POOL: u32 = 4;
/// Tasks of [`Workload::FindTasks`].
pub const TASKS: usize = 32;
/// Posts of a user, and comments of a post, of [`Workload::Associations`].
pub const CHILDREN: usize = 10;

const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];
const ROWS: [usize; 5] = [1, 10, 25, 50, 100];
const KEYED: usize = 10_000;

impl Workload {
    const ALL: [(Self, &'static str, &'static [usize]); 10] = [
        (Self::Find, "find", &[KEYED]),
        (Self::FindTasks, "find_tasks", &[KEYED]),
        (Self::Trivial, "trivial", &SIZES),
        (Self::Join, "join", &SIZES),
        (Self::Associations, "associations", &[100]),
        (Self::Insert, "insert", &ROWS),
        (Self::Update, "update", &[KEYED]),
        (Self::Transaction, "transaction", &[KEYED]),
        (Self::Stream, "stream", &[1_000_000]),
        (Self::Neighbour, "neighbour", &[KEYED]),
    ];

    /// Its name in commands and tables.
    pub fn name(self) -> &'static str {
        let (_, name, _) = Self::ALL
            .iter()
            .find(|(workload, ..)| *workload == self)
            .expect("all are listed");
        name
    }
}

impl Case {
    /// Every case, in the order of the tables.
    pub fn all() -> impl Iterator<Item = Self> {
        Workload::ALL.into_iter().flat_map(|(workload, _, sizes)| {
            sizes.iter().map(move |size| Self {
                workload,
                size: *size,
            })
        })
    }

    /// The case that [`Display`](std::fmt::Display) writes as `trivial 100`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::all().find(|case| case.to_string() == text)
    }

    /// The database that it runs on, a file or a schema of that name. Cases that only read share them.
    pub fn database(self) -> String {
        match self.workload {
            Workload::Trivial | Workload::Stream => format!("users_{}", self.size),
            Workload::Join | Workload::Find | Workload::FindTasks => {
                format!("coloured_{}", self.size)
            }
            Workload::Associations => "associations".into(),
            Workload::Insert | Workload::Update | Workload::Transaction | Workload::Neighbour => {
                "scratch".into()
            }
        }
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.workload.name(), self.size)
    }
}

/// The tables, in the words of SQLite. On MySQL an `INTEGER` key is `BIGINT UNSIGNED`.
pub const SQLITE_TABLES: [&str; 3] = [
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL, hair_color TEXT)",
    "CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, user_id INTEGER NOT NULL, title TEXT NOT NULL, body TEXT)",
    "CREATE TABLE comments (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, post_id INTEGER NOT NULL, text TEXT NOT NULL)",
];
/// The same for MySQL.
pub const MYSQL_TABLES: [&str; 3] = [
    "CREATE TABLE users (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(255) NOT NULL, hair_color VARCHAR(255))",
    "CREATE TABLE posts (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, user_id BIGINT UNSIGNED NOT NULL, title VARCHAR(255) NOT NULL, body TEXT, KEY (user_id))",
    "CREATE TABLE comments (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, post_id BIGINT UNSIGNED NOT NULL, text VARCHAR(255) NOT NULL, KEY (post_id))",
];
/// Indexes that SQLite makes by statements of their own.
pub const SQLITE_INDEXES: [&str; 2] = [
    "CREATE INDEX posts_user ON posts (user_id)",
    "CREATE INDEX comments_post ON comments (post_id)",
];

/// What every connection to SQLite is set to, whoever opens it: a write-ahead log, which a commit is
/// written to without waiting for the disk.
pub const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000";

/// The name of a user, counted from 0.
pub fn name(user: usize) -> String {
    format!("User {user}")
}

/// The hair colour of a user.
pub fn colour(user: usize) -> &'static str {
    if user % 2 == 0 { "black" } else { "brown" }
}

/// The keys 1 to `rows`, again and again, in an order that no cache foresees.
pub fn keys(rows: usize) -> impl FnMut() -> u64 {
    let (rows, mut at) = (rows as u64, 0);
    move || {
        at = (at + 7_919) % rows;
        at + 1
    }
}

/// For how long a case is repeated, at least.
const SPAN: Duration = Duration::from_millis(100);

/// Repeats some work for a tenth of a second at least and gives the nanoseconds of one.
/// The first runs, which fill caches, are not counted.
pub async fn time<T>(mut work: impl AsyncFnMut() -> T) -> f64 {
    for _ in 0..3 {
        black_box(work().await);
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

/// The lateness of sleeps of 1 ms, in nanoseconds, that 99 of 100 do not exceed, while other tasks work.
/// It is measured for a second, in a task of its own.
pub async fn lateness() -> f64 {
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
pub fn peak_memory() -> u64 {
    status("VmHWM:")
}

/// Forgets the peak, so that [`peak_memory`] counts from now on, and gives the memory held now.
pub fn reset_peak_memory() -> u64 {
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

/// What a case gave: nanoseconds, and for [`Workload::Stream`] the bytes that the process grew by.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Nanoseconds of one run, or of one call.
    pub nanos: f64,
    /// Bytes above those held before.
    pub bytes: Option<u64>,
}

impl From<f64> for Figure {
    fn from(nanos: f64) -> Self {
        Self { nanos, bytes: None }
    }
}

/// Answers cases from standard input until it ends, each with a line of figures. A line is a case and the
/// address of its database, as in `trivial 100 sqlite:/tmp/users_100.db`. `run` gives `None` for a case
/// that the library has no way to do.
pub async fn serve(mut run: impl AsyncFnMut(Case, &str) -> Option<Figure>) {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input is text");
        let (case, url) = line
            .rsplit_once(' ')
            .expect("a line is a case and an address");
        let case = Case::parse(case).expect("the case is listed");
        match run(case, url).await {
            Some(Figure { nanos, bytes: None }) => println!("{nanos:.0}"),
            Some(Figure {
                nanos,
                bytes: Some(bytes),
            }) => println!("{nanos:.0} {bytes}"),
            None => println!("-"),
        }
    }
}
