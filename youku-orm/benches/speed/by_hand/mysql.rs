//! The contender "mysql_async": prepared statements through a pool that keeps them.

use std::hint::black_box;

use mysql_async::prelude::Queryable;
use mysql_async::{
    Conn, Opts, OptsBuilder, Params, Pool, PoolConstraints, PoolOpts, Result, TxOpts, Value,
    from_row,
};

use super::{
    ALL, Associated, COMMENTS, Comment, FIND, Groups, INSERT, INSERT_POST, JOIN, MAX_KEYS, NewUser,
    POSTS, Post, SOME, UPDATE, User, inserted, keys_of_posts, keys_of_users, new_users, repeated,
};
use crate::workload::{
    self, Case, Figure, POOL, Workload, lateness_alongside, time, time_inserts, time_stream,
    time_tasks,
};

pub(crate) async fn run(case: Case, url: &str) -> Option<Figure> {
    let pool = open(url);
    let figure = figure(case, &pool).await.expect("the server runs");
    pool.disconnect().await.expect("the server runs");
    Some(figure)
}

pub(crate) fn open(url: &str) -> Pool {
    let url = Opts::from_url(url).expect("it is the URL of a prepared database");
    let constraints = PoolConstraints::new(POOL as usize, POOL as usize);
    let pool = PoolOpts::default()
        .with_constraints(constraints.expect("it is not 0"))
        // A reset would throw the prepared statements away.
        .with_reset_connection(false);
    let options = OptsBuilder::from_opts(url)
        .stmt_cache_size(256)
        .tcp_nodelay(true)
        // The driver would change over to the server's socket, which other libraries do not.
        .prefer_socket(false)
        .pool_opts(pool);
    Pool::new(options)
}

async fn figure(case: Case, pool: &Pool) -> Result<Figure> {
    let rows = case.size;
    let mut key = workload::keys(rows);
    Ok(match case.workload {
        Workload::Trivial => time(async || all(pool).await.expect(FINE)).await.into(),
        Workload::Join => time(async || join(pool).await.expect(FINE)).await.into(),
        Workload::Insert => {
            empty(pool).await?;
            let work = async || insert(pool, rows).await.expect(FINE);
            let count = async || count(pool, "users").await.expect(FINE);
            time_inserts(rows, work, count).await.into()
        }
        Workload::InsertKeys => {
            empty(pool).await?;
            let work = async || insert_keys(pool, rows).await.expect(FINE);
            let count = async || count(pool, "users").await.expect(FINE);
            time_inserts(rows, work, count).await.into()
        }
        Workload::Associations => {
            let work = async || associations(pool).await.expect(FINE);
            time(work).await.into()
        }
        Workload::Find => {
            let work = async || find(pool, key()).await.expect(FINE);
            time(work).await.into()
        }
        Workload::Update => {
            let work = async || update(pool, key()).await.expect(FINE);
            time(work).await.into()
        }
        Workload::FindTasks => find_tasks(pool, rows).await.into(),
        Workload::Transaction => {
            let work = async || transaction(pool, key()).await.expect(FINE);
            let count = async || count(pool, "posts").await.expect(FINE);
            time_inserts(1, work, count).await.into()
        }
        Workload::Stream => {
            find(pool, 1).await?; // Opens a connection.
            time_stream(async || stream(pool, rows).await.expect(FINE)).await
        }
        Workload::Neighbour => neighbour(pool, rows).await.into(),
    })
}

const FINE: &str = "the tables exist and no other client writes";

type UserRow = (u64, String, Option<String>);

fn user((id, name, hair_color): UserRow) -> User {
    User {
        id,
        name,
        hair_color,
    }
}

pub(crate) async fn find(pool: &Pool, key: u64) -> Result<User> {
    let found: Option<UserRow> = pool.get_conn().await?.exec_first(FIND, (key,)).await?;
    Ok(user(found.expect("the keys go up to the number of rows")))
}

pub(crate) async fn all(pool: &Pool) -> Result<Vec<User>> {
    pool.get_conn().await?.exec_map(ALL, (), user).await
}

async fn some(pool: &Pool) -> Result<Vec<User>> {
    pool.get_conn().await?.exec_map(SOME, (1_000,), user).await
}

pub(crate) async fn join(pool: &Pool) -> Result<Vec<(User, Option<Post>)>> {
    type Joined = (
        (u64, String, Option<String>),
        (Option<u64>, Option<u64>, Option<String>, Option<String>),
    );
    let pair = |(id, name, hair, post, user_id, title, body)| -> Joined {
        ((id, name, hair), (post, user_id, title, body))
    };
    let pair = move |row| {
        let (of_user, (id, user_id, title, body)) = pair(row);
        let post = id.map(|id| Post {
            id,
            user_id: user_id.expect("it is NOT NULL"),
            title: title.expect("it is NOT NULL"),
            body,
        });
        (user(of_user), post)
    };
    let mut connection = pool.get_conn().await?;
    connection.exec_map(JOIN, ("black",), pair).await
}

async fn count(pool: &Pool, table: &str) -> Result<u64> {
    let mut connection = pool.get_conn().await?;
    let sql = format!("SELECT COUNT(*) FROM {table}");
    Ok(connection.query_first(sql).await?.expect("it has one row"))
}

async fn empty(pool: &Pool) -> Result<()> {
    let mut connection = pool.get_conn().await?;
    connection.query_drop("DELETE FROM users").await
}

pub(crate) async fn insert(pool: &Pool, rows: usize) -> Result<u64> {
    let sql = repeated(INSERT, "(?, ?)", rows, "");
    let values = values(&new_users(rows));
    let mut connection = pool.get_conn().await?;
    connection.exec_drop(sql, values).await?;
    Ok(connection.affected_rows())
}

/// The keys of several rows come from the server: on a cluster they need not follow each other.
pub(crate) async fn insert_keys(pool: &Pool, rows: usize) -> Result<Vec<User>> {
    let users = new_users(rows);
    let values = values(&users);
    let mut connection = pool.get_conn().await?;
    if rows == 1 {
        connection
            .exec_drop(repeated(INSERT, "(?, ?)", 1, ""), values)
            .await?;
        let key = connection.last_insert_id();
        let key = key.expect("the key is AUTO_INCREMENT");
        return Ok(inserted(users, std::iter::once(key)));
    }
    let sql = repeated(INSERT, "(?, ?)", rows, " RETURNING id");
    let keys: Vec<u64> = connection.exec(sql, values).await?;
    Ok(inserted(users, keys))
}

fn values(users: &[NewUser]) -> Params {
    let mut values = Vec::with_capacity(2 * users.len());
    for user in users {
        values.push(Value::from(&user.name));
        values.push(Value::from(&user.hair_color));
    }
    Params::Positional(values)
}

pub(crate) async fn associations(pool: &Pool) -> Result<Associated> {
    let users = all(pool).await?;
    let posts = posts_of(pool, &keys_of_users(&users)).await?;
    let comments = comments_of(pool, &keys_of_posts(&posts)).await?;
    Ok((users, posts, comments))
}

async fn posts_of(pool: &Pool, users: &[u64]) -> Result<Vec<Vec<Post>>> {
    let mut groups = Groups::new(users);
    for some in users.chunks(MAX_KEYS) {
        let sql = repeated(POSTS, "?", some.len(), ") ORDER BY id");
        let put = |row| {
            let (id, user_id, title, body) = from_row(row);
            let post = Post {
                id,
                user_id,
                title,
                body,
            };
            groups.push(user_id, post);
        };
        each(pool, sql, some, put).await?;
    }
    Ok(groups.lists)
}

async fn comments_of(pool: &Pool, posts: &[u64]) -> Result<Vec<Vec<Comment>>> {
    let mut groups = Groups::new(posts);
    for some in posts.chunks(MAX_KEYS) {
        let sql = repeated(COMMENTS, "?", some.len(), ") ORDER BY id");
        let put = |row| {
            let (id, post_id, text) = from_row(row);
            groups.push(post_id, Comment { id, post_id, text });
        };
        each(pool, sql, some, put).await?;
    }
    Ok(groups.lists)
}

async fn each(
    pool: &Pool,
    sql: String,
    keys: &[u64],
    put: impl FnMut(mysql_async::Row),
) -> Result<()> {
    let keys = keys.iter().map(|key| Value::from(*key)).collect();
    let mut connection = pool.get_conn().await?;
    let mut result = connection.exec_iter(sql, Params::Positional(keys)).await?;
    result.for_each(put).await
}

async fn update(pool: &Pool, key: u64) -> Result<()> {
    let values = (workload::next_name(), Some("black".to_owned()), key);
    let mut connection = pool.get_conn().await?;
    connection.exec_drop(UPDATE, values).await?;
    assert_eq!(connection.affected_rows(), 1);
    Ok(())
}

async fn transaction(pool: &Pool, key: u64) -> Result<()> {
    let mut tx = pool.start_transaction(TxOpts::default()).await?;
    let found: Option<UserRow> = tx.exec_first(FIND, (key,)).await?;
    let user = user(found.expect("the keys go up to the number of rows"));
    let values = (workload::next_name(), user.hair_color, key);
    tx.exec_drop(UPDATE, values).await?;
    let post = (key, "A new name".to_owned(), None::<String>);
    tx.exec_drop(INSERT_POST, post).await?;
    black_box(tx.last_insert_id());
    tx.commit().await
}

async fn stream(pool: &Pool, rows: usize) -> Result<()> {
    let mut connection: Conn = pool.get_conn().await?;
    let mut result = connection.exec_iter(ALL, ()).await?;
    let mut read = 0;
    while let Some(row) = result.next().await? {
        black_box(user(from_row(row)));
        read += 1;
    }
    assert_eq!(read, rows);
    Ok(())
}

async fn find_tasks(pool: &Pool, rows: usize) -> f64 {
    let task = |keys: Vec<u64>| {
        let pool = pool.clone();
        async move {
            for key in keys {
                black_box(find(&pool, key).await.expect(FINE));
            }
        }
    };
    time_tasks(rows, task).await
}

async fn neighbour(pool: &Pool, rows: usize) -> f64 {
    let (finding, reading, updating) = (pool.clone(), pool.clone(), pool.clone());
    let find = move |key| {
        let pool = finding.clone();
        async move {
            black_box(find(&pool, key).await.expect(FINE));
        }
    };
    let read = move || {
        let pool = reading.clone();
        async move {
            black_box(some(&pool).await.expect(FINE));
        }
    };
    let update = move |key| {
        let pool = updating.clone();
        async move { update(&pool, key).await.expect(FINE) }
    };
    lateness_alongside(rows, find, read, update).await
}
