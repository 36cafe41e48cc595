//! What is timed: the workloads, their data, and how a contender is asked for one figure. `timing.rs` says
//! how it is timed.
//!
//! The first four are those of Diesel's benchmark suite (`diesel_bench` in its repository), with its
//! schema and its data; the others are what a service does all day. Every contender includes this file,
//! whichever library it stands for, so it uses none but tokio (`rt-multi-thread`, `time`).
#![allow(dead_code, reason = "no contender uses all of it")]

#[path = "timing.rs"]
mod timing;

use std::io::BufRead;
use std::sync::atomic::{AtomicU64, Ordering};

#[allow(unused_imports, reason = "no contender uses all of it")]
pub(crate) use timing::{lateness_alongside, time, time_inserts, time_stream, time_tasks};

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Workload {
    /// Reads a whole table of users without a hair colour. Size: rows.
    Trivial,
    /// Reads the users with black hair, each with their posts or none (a left join with an empty table),
    /// ordered by name, last first. Size: users; half of them have black hair.
    Join,
    /// Inserts users with one statement, committed by itself, into a table that is emptied before the
    /// clock runs. Nothing is asked back, unless the library has no other way. Size: rows.
    Insert,
    /// The same, and makes users of them with the keys that the database gave them. Size: rows.
    InsertKeys,
    /// Reads all users, the posts of all of them and the comments of all those, and puts each to its
    /// parent. Size: users; each has 10 posts with 10 comments each.
    Associations,
    /// Reads one user by key. Size: rows of the table; the key steps through it.
    Find,
    /// Writes one user by key, with the [`next_name`], committed by itself. Size: rows of the table.
    Update,
    /// Reads one user by key, in 32 tasks at once through a pool of [`POOL`] connections; the figure is
    /// time by calls. See [`time_tasks`]. Size: rows of the table.
    FindTasks,
    /// Reads one user by key, writes it with the [`next_name`] and inserts a post without a body, in one
    /// transaction. Size: rows of the table.
    Transaction,
    /// Reads a whole table row by row, once. Size: rows. The second figure is how many bytes the process
    /// grew by during the read. See [`time_stream`].
    Stream,
    /// How late a task is woken from a sleep of 1 ms while 8 tasks find by key, 2 read 1,000 rows each
    /// (`LIMIT 1000`, no order) and one updates by key; the figure is the 99th percentile. See
    /// [`lateness_alongside`]. Size: rows of the table.
    Neighbour,
}

/// A workload of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Case {
    /// What is timed.
    pub(crate) workload: Workload,
    /// On how much; see the workload.
    pub(crate) size: usize,
}

/// How many connections a pool has, of SQLite those that read.
pub(crate) const POOL: u32 = 4;
/// Tasks of [`Workload::FindTasks`].
pub(crate) const TASKS: usize = 32;
/// Posts of a user, and comments of a post, of [`Workload::Associations`].
pub(crate) const CHILDREN: usize = 10;

const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];
const ROWS: [usize; 5] = [1, 10, 25, 50, 100];
const KEYED_ROWS: [usize; 3] = [1, 10, 100];
const KEYED: usize = 10_000;

impl Workload {
    const ALL: [(Self, &'static str, &'static [usize]); 11] = [
        (Self::Find, "find", &[KEYED]),
        (Self::FindTasks, "find_tasks", &[KEYED]),
        (Self::Trivial, "trivial", &SIZES),
        (Self::Join, "join", &SIZES),
        (Self::Associations, "associations", &[100]),
        (Self::Insert, "insert", &ROWS),
        (Self::InsertKeys, "insert_keys", &KEYED_ROWS),
        (Self::Update, "update", &[KEYED]),
        (Self::Transaction, "transaction", &[KEYED]),
        (Self::Stream, "stream", &[1_000_000]),
        (Self::Neighbour, "neighbour", &[KEYED]),
    ];

    /// Its name in commands and tables.
    pub(crate) fn name(self) -> &'static str {
        let (_, name, _) = Self::ALL
            .iter()
            .find(|(workload, ..)| *workload == self)
            .expect("all are listed");
        name
    }
}

impl Case {
    /// Every case, in the order of the tables.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Workload::ALL.into_iter().flat_map(|(workload, _, sizes)| {
            sizes.iter().map(move |size| Self {
                workload,
                size: *size,
            })
        })
    }

    /// The case that [`Display`](std::fmt::Display) writes as `trivial 100`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::all().find(|case| case.to_string() == text)
    }

    /// The database that it runs on, a file or a schema of that name. Cases that only read share them.
    pub(crate) fn database(self) -> String {
        match self.workload {
            Workload::Trivial | Workload::Stream => format!("users_{}", self.size),
            Workload::Join | Workload::Find | Workload::FindTasks => {
                format!("coloured_{}", self.size)
            }
            Workload::Associations => "associations".into(),
            // Apart from the others, which need the keys 1 to 10,000.
            Workload::Insert | Workload::InsertKeys => "inserts".into(),
            Workload::Update | Workload::Transaction | Workload::Neighbour => "scratch".into(),
        }
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.workload.name(), self.size)
    }
}

/// The tables, in the words of SQLite. On MySQL an `INTEGER` key is `BIGINT UNSIGNED`.
pub(crate) const SQLITE_TABLES: [&str; 3] = [
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, name TEXT NOT NULL, hair_color TEXT)",
    "CREATE TABLE posts (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, user_id INTEGER NOT NULL, title TEXT NOT NULL, body TEXT)",
    "CREATE TABLE comments (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, post_id INTEGER NOT NULL, text TEXT NOT NULL)",
];
/// The same for MySQL.
pub(crate) const MYSQL_TABLES: [&str; 3] = [
    "CREATE TABLE users (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, name VARCHAR(255) NOT NULL, hair_color VARCHAR(255))",
    "CREATE TABLE posts (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, user_id BIGINT UNSIGNED NOT NULL, title VARCHAR(255) NOT NULL, body TEXT, KEY (user_id))",
    "CREATE TABLE comments (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT, post_id BIGINT UNSIGNED NOT NULL, text VARCHAR(255) NOT NULL, KEY (post_id))",
];
/// Indexes that SQLite makes by statements of their own.
pub(crate) const SQLITE_INDEXES: [&str; 2] = [
    "CREATE INDEX posts_user ON posts (user_id)",
    "CREATE INDEX comments_post ON comments (post_id)",
];

/// What every connection to SQLite is set to, for every contender: a write-ahead log, to which a commit is
/// written without waiting for the disk.
pub(crate) const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000";

/// The name of a user, counted from 0.
pub(crate) fn name(user: usize) -> String {
    format!("User {user}")
}

/// A name that no user has had, for a write: a database may pass over one that changes nothing.
pub(crate) fn next_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("User {number} of {}", std::process::id())
}

/// The hair colour of a user.
pub(crate) fn colour(user: usize) -> &'static str {
    if user.is_multiple_of(2) {
        "black"
    } else {
        "brown"
    }
}

/// The keys 1 to `rows`, again and again, in an order that no cache foresees.
pub(crate) fn keys(rows: usize) -> impl FnMut() -> u64 {
    let (rows, mut at) = (rows as u64, 0);
    move || {
        at = (at + 7_919) % rows;
        at + 1
    }
}

/// What a case gave: nanoseconds, and for [`Workload::Stream`] the bytes that the process grew by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    /// Nanoseconds of one run, or of one call.
    pub(crate) nanos: f64,
    /// Bytes above those held before.
    pub(crate) bytes: Option<u64>,
}

impl From<f64> for Figure {
    fn from(nanos: f64) -> Self {
        Self { nanos, bytes: None }
    }
}

/// Answers cases from standard input until it ends, each with a line of figures. A line is a case and the
/// address of its database, as in `trivial 100 sqlite:/tmp/users_100.db`. `run` gives `None` for a case
/// that the library has no way to do.
///
/// Each case has a runtime of its own. Where there are several tasks it has two threads. Where there is
/// one it has one: a future given to `block_on` of a runtime with threads is not run by these, so each
/// reply of a server would cross from thread to thread, which would hide what a library costs.
pub(crate) fn serve(mut run: impl AsyncFnMut(Case, &str) -> Option<Figure>) {
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("standard input is text");
        let (case, url) = line
            .rsplit_once(' ')
            .expect("a line is a case and an address");
        let case = Case::parse(case).expect("the case is listed");
        match runtime(case).block_on(run(case, url)) {
            Some(Figure { nanos, bytes: None }) => println!("{nanos:.0}"),
            Some(Figure {
                nanos,
                bytes: Some(bytes),
            }) => println!("{nanos:.0} {bytes}"),
            None => println!("-"),
        }
    }
}

fn runtime(case: Case) -> tokio::runtime::Runtime {
    let mut builder = match case.workload {
        Workload::FindTasks | Workload::Neighbour => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.expect("the system gives threads")
}
