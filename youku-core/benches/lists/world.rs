//! A service with many movies, whose bytes are never read.

use sha2::{Digest, Sha256};
use youku_core::{Credentials, PasswordCost, Policy, Registration, Session, Youku, first};
use youku_orm::{Database, DatabaseKind, sql};

/// How many movies there are.
pub(crate) const MOVIES: u64 = 100_000;

pub(crate) struct World {
    youku: Youku,
    pub(crate) session: Session,
    /// The digest of the session's token, which the database stores.
    pub(crate) digest: String,
}

impl World {
    /// Opens a service over an empty database and fills it.
    pub(crate) async fn open(url: &str) -> Self {
        if let Some((server, name)) = url.strip_prefix("mysql:").and(url.rsplit_once('/')) {
            let db = Database::connect(&format!("{server}/mysql")).await;
            let db = db.expect("the server runs");
            let create = format!("CREATE DATABASE {name}");
            sql(create).execute(&db).await.expect("it is new");
        }
        let password_cost = PasswordCost {
            memory_kib: 8,
            passes: 1,
            lanes: 1,
        };
        let policy = Policy {
            password_cost,
            ..Policy::default()
        };
        let youku = Youku::builder().database(url).movies("memory:///");
        let youku = youku.policy(policy).open().await.expect("it is new");
        let (username, password) = ("root".to_owned(), "correct horse".to_owned());
        let root = Registration {
            username: username.clone(),
            password: password.clone(),
        };
        youku.create_admin(root).await.expect("it is the first");
        let credentials = Credentials {
            username,
            password,
            role: None,
            peer: "[::1]:1999".to_owned(),
        };
        let session = youku.login(credentials).await.expect("it is registered");
        let db = Database::connect(url).await.expect("it was opened");
        fill(&db).await;
        let digest = Sha256::digest(session.token().as_bytes());
        let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            youku,
            session,
            digest,
        }
    }

    /// Does what a server does for a request for a list.
    pub(crate) async fn request(&self, after: u64) -> usize {
        let session = self.youku.session(self.session.token()).await;
        let session = session.expect("it is logged in");
        let page = session.movies().page(first(50).after(after)).await;
        page.expect("the service runs").len()
    }
}

async fn fill(db: &Database) {
    for start in (0..MOVIES).step_by(1_000) {
        let rows: Vec<String> = (start..start + 1_000).map(row).collect();
        let insert = format!(
            "INSERT INTO movie (movie_name, search_name, movie_size, movie_path, kind, sha256, \
             live_digest, user_id, upload_time) VALUES {}",
            rows.join(", ")
        );
        sql(insert).execute(db).await.expect("the table is empty");
    }
    if db.kind() == DatabaseKind::Mysql {
        // MySQL would do so by itself after a while.
        let analyse = sql("ANALYZE TABLE movie").execute(db).await;
        analyse.expect("the table is there");
    }
}

/// A movie whose name, size and digest are unrelated to its id.
fn row(movie: u64) -> String {
    let mixed = movie.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let kind = match movie % 1_000 {
        0 => "charged",
        _ => "free",
    };
    let (name, size) = (format!("Movie {mixed:016x}.mp4"), mixed % 8_000_000_000);
    let folded = name.to_lowercase();
    format!(
        "('{name}', '{folded}', {size}, '{movie:032x}', '{kind}', '{mixed:064x}', '{mixed:064x}', \
         1, '2026-01-01 00:00:00.000000')"
    )
}

/// The memory of this process, if the system reports it.
pub(crate) fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    number.map_or(0, |number| number.trim().parse().unwrap_or(0))
}
