//! The two queries of a request for a list, written by hand for each driver.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;
use mysql_async::prelude::Queryable;
use mysql_async::{Opts, OptsBuilder, Pool, PoolConstraints, PoolOpts, Value};
use rusqlite::{Connection, Row};

const SESSION: &str = "SELECT s.s_id, s.replaced_at, s.idle_until, s.expires_at, s.peer, \
     u.u_id, u.username, u.user_type, u.member_until \
     FROM session AS s JOIN user AS u ON u.u_id = s.user_id \
     WHERE s.token_digest = ? AND u.locked_at IS NULL";

const LIST: &str = "SELECT m_id, movie_name, movie_size, kind, sha256, upload_time FROM movie \
     WHERE is_delete = 0 AND is_lost = 0 AND m_id > ? ORDER BY m_id LIMIT 50";

/// The same for MariaDB, which otherwise reads all movies before the page.
const MYSQL_LIST: &str = "SELECT m_id, movie_name, movie_size, kind, sha256, upload_time FROM movie \
     FORCE INDEX (`movie.list`) \
     WHERE is_delete = 0 AND is_lost = 0 AND m_id > ? ORDER BY m_id LIMIT 50";

/// What a request reads; the values are not used.
#[expect(dead_code, reason = "what is read is only timed")]
pub(crate) struct Session {
    id: u64,
    replaced_at: Option<Timestamp>,
    idle_until: Timestamp,
    expires_at: Timestamp,
    peer: String,
    user: u64,
    username: String,
    role: String,
    member_until: Option<Timestamp>,
}

#[expect(dead_code, reason = "what is read is only timed")]
pub(crate) struct Movie {
    id: u64,
    name: String,
    size: u64,
    is_free: bool,
    sha256: String,
    uploaded_at: Timestamp,
}

/// The thread on which SQLite is called: that of the task, or a blocking thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Direct,
    Hop,
}

#[derive(Clone)]
pub(crate) struct Sqlite(Arc<Mutex<Connection>>);

impl Sqlite {
    /// A connection with the same settings as the service's.
    pub(crate) fn open(path: &str) -> Self {
        let connection = Connection::open(path).expect("the file is there");
        connection.set_prepared_statement_cache_capacity(256);
        let settings = "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; \
                        PRAGMA busy_timeout = 5000";
        let set = connection.execute_batch(settings);
        set.expect("these are settings of SQLite");
        Self(Arc::new(Mutex::new(connection)))
    }

    pub(crate) async fn request(&self, way: Way, digest: &str, after: u64) -> usize {
        let digest = digest.to_owned();
        let session = self.run(way, move |on| session(on, &digest)).await;
        let movies = self.run(way, move |on| list(on, after)).await;
        std::hint::black_box((&session, &movies));
        movies.len()
    }

    async fn run<T: Send + 'static>(
        &self,
        way: Way,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> T {
        let done = match way {
            Way::Direct => work(&self.0.lock().expect("nothing panics")),
            Way::Hop => {
                let this = self.clone();
                let task = move || work(&this.0.lock().expect("nothing panics"));
                let done = tokio::task::spawn_blocking(task).await;
                done.expect("nothing panics")
            }
        };
        done.expect("the rows are there")
    }
}

fn session(on: &Connection, digest: &str) -> rusqlite::Result<Session> {
    on.prepare_cached(SESSION)?.query_row([digest], |row| {
        Ok(Session {
            id: number(row, 0)?,
            replaced_at: optional_time(row, 1)?,
            idle_until: time(row, 2)?,
            expires_at: time(row, 3)?,
            peer: row.get(4)?,
            user: number(row, 5)?,
            username: row.get(6)?,
            role: row.get(7)?,
            member_until: optional_time(row, 8)?,
        })
    })
}

fn list(on: &Connection, after: u64) -> rusqlite::Result<Vec<Movie>> {
    let mut statement = on.prepare_cached(LIST)?;
    let movies = statement.query_map([after.cast_signed()], |row| {
        Ok(Movie {
            id: number(row, 0)?,
            name: row.get(1)?,
            size: number(row, 2)?,
            is_free: row.get_ref(3)?.as_str()? == "free",
            sha256: row.get(4)?,
            uploaded_at: time(row, 5)?,
        })
    })?;
    movies.collect()
}

fn number(row: &Row<'_>, place: usize) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(place)?.cast_unsigned())
}

fn time(row: &Row<'_>, place: usize) -> rusqlite::Result<Timestamp> {
    Ok(moment(parse(row.get_ref(place)?.as_str()?)))
}

fn optional_time(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<Timestamp>> {
    let text = row.get_ref(place)?.as_str_or_null()?;
    Ok(text.map(|text| moment(parse(text))))
}

fn parse(text: &str) -> DateTime {
    text.parse().expect("the service wrote it")
}

fn moment(at: DateTime) -> Timestamp {
    let at = TimeZone::UTC.to_timestamp(at);
    at.expect("the service wrote it")
}

/// A connection pool with the same settings as the service's.
pub(crate) fn mysql(url: &str) -> Pool {
    let constraints = PoolConstraints::new(10, 10).expect("it is not 0");
    let pool = PoolOpts::default()
        .with_constraints(constraints)
        .with_reset_connection(false);
    let url = Opts::from_url(url).expect("it is a URL");
    let options = OptsBuilder::from_opts(url)
        .stmt_cache_size(256)
        .tcp_nodelay(true)
        .prefer_socket(false)
        .pool_opts(pool);
    Pool::new(options)
}

pub(crate) async fn mysql_request(pool: &Pool, digest: &str, after: u64) -> usize {
    let done = mysql_queries(pool, digest, after).await;
    let (session, movies) = done.expect("the rows are there");
    std::hint::black_box((&session, &movies));
    movies.len()
}

async fn mysql_queries(
    pool: &Pool,
    digest: &str,
    after: u64,
) -> mysql_async::Result<(Session, Vec<Movie>)> {
    let mut connection = pool.get_conn().await?;
    type Found = (u64, Value, Value, Value, String, u64, String, String, Value);
    let found: Option<Found> = connection.exec_first(SESSION, (digest,)).await?;
    drop(connection);
    let found = found.expect("the session is there");
    let session = Session {
        id: found.0,
        replaced_at: mysql_time(&found.1),
        idle_until: mysql_time(&found.2).expect("it is NOT NULL"),
        expires_at: mysql_time(&found.3).expect("it is NOT NULL"),
        peer: found.4,
        user: found.5,
        username: found.6,
        role: found.7,
        member_until: mysql_time(&found.8),
    };
    type Listed = (u64, String, u64, String, String, Value);
    let movie = |(id, name, size, kind, sha256, at): Listed| Movie {
        id,
        name,
        size,
        is_free: kind == "free",
        sha256,
        uploaded_at: mysql_time(&at).expect("it is NOT NULL"),
    };
    let mut connection = pool.get_conn().await?;
    let movies = connection.exec_map(MYSQL_LIST, (after,), movie).await?;
    Ok((session, movies))
}

fn mysql_time(value: &Value) -> Option<Timestamp> {
    let Value::Date(year, month, day, hour, minute, second, micros) = *value else {
        return None;
    };
    let date = date(year.cast_signed(), month.cast_signed(), day.cast_signed());
    let nanos = i32::try_from(micros).expect("it is below a million") * 1_000;
    let at = date.at(
        hour.cast_signed(),
        minute.cast_signed(),
        second.cast_signed(),
        nanos,
    );
    Some(moment(at))
}
