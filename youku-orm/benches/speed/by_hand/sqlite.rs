//! The contenders "rusqlite", called on the task that asks, and "rusqlite + hop", called behind one
//! `spawn_blocking` for each query (for a transaction as a whole).

use std::hint::black_box;
use std::sync::Arc;

use rusqlite::{
    Connection, OptionalExtension, Result, Row, TransactionBehavior, params, params_from_iter,
};
use tokio::sync::mpsc;

use super::connections::{Connections, Way};
use super::{
    ALL, Associated, COMMENTS, Comment, FIND, Groups, INSERT, INSERT_POST, JOIN, MAX_KEYS, NewUser,
    POSTS, Post, SOME, UPDATE, User, inserted, keys_of_posts, keys_of_users, new_users, repeated,
};
use crate::workload::{
    self, Case, Figure, POOL, Workload, lateness_alongside, time, time_inserts, time_stream,
    time_tasks,
};

pub(crate) async fn run(way: Way, case: Case, url: &str) -> Option<Figure> {
    let path = url.strip_prefix("sqlite:")?;
    let readers = Connections::open(way, path, POOL as usize);
    let writer = Connections::open(way, path, 1);
    let rows = case.size;
    let mut key = workload::keys(rows);
    Some(match case.workload {
        Workload::Trivial => time(async || readers.run(|on| all(on)).await).await.into(),
        Workload::Join => time(async || readers.run(|on| join(on)).await).await.into(),
        Workload::Insert => {
            writer.run(|on| on.execute("DELETE FROM users", ())).await;
            let work = async || writer.run(move |on| insert(on, &new_users(rows))).await;
            let count = async || writer.run(|on| count(on, "users")).await;
            time_inserts(rows, work, count).await.into()
        }
        Workload::InsertKeys => {
            writer.run(|on| on.execute("DELETE FROM users", ())).await;
            let work = async || writer.run(move |on| insert_keys(on, new_users(rows))).await;
            let count = async || writer.run(|on| count(on, "users")).await;
            time_inserts(rows, work, count).await.into()
        }
        Workload::Associations => time(async || associations(&readers).await).await.into(),
        Workload::Find => {
            let work = async || {
                let key = key();
                readers.run(move |on| find(on, key)).await
            };
            time(work).await.into()
        }
        Workload::Update => {
            let work = async || {
                let key = key();
                writer.run(move |on| update(on, key)).await
            };
            time(work).await.into()
        }
        Workload::FindTasks => find_tasks(&readers, rows).await.into(),
        Workload::Transaction => {
            let work = async || {
                let key = key();
                writer.run(move |on| transaction(on, key)).await
            };
            let count = async || writer.run(|on| count(on, "posts")).await;
            time_inserts(1, work, count).await.into()
        }
        Workload::Stream => {
            readers.run(|on| find(on, 1)).await;
            time_stream(async || stream(&readers, rows).await).await
        }
        Workload::Neighbour => neighbour(&readers, &writer, rows).await.into(),
    })
}

fn user(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.get::<_, i64>(0)?.cast_unsigned(),
        name: row.get(1)?,
        hair_color: row.get(2)?,
    })
}

/// A post of the cells from `first` on.
fn post(row: &Row<'_>, first: usize) -> Result<Post> {
    Ok(Post {
        id: row.get::<_, i64>(first)?.cast_unsigned(),
        user_id: row.get::<_, i64>(first + 1)?.cast_unsigned(),
        title: row.get(first + 2)?,
        body: row.get(first + 3)?,
    })
}

pub(crate) fn find(on: &Connection, key: u64) -> Result<User> {
    let mut statement = on.prepare_cached(FIND)?;
    let found = statement.query_row([key.cast_signed()], user).optional()?;
    found.ok_or(rusqlite::Error::QueryReturnedNoRows)
}

pub(crate) fn all(on: &Connection) -> Result<Vec<User>> {
    on.prepare_cached(ALL)?.query_map((), user)?.collect()
}

fn some(on: &Connection) -> Result<Vec<User>> {
    on.prepare_cached(SOME)?.query_map([1_000], user)?.collect()
}

pub(crate) fn join(on: &Connection) -> Result<Vec<(User, Option<Post>)>> {
    let pair = |row: &Row<'_>| {
        let other = match row.get_ref(3)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(post(row, 3)?),
        };
        Ok((user(row)?, other))
    };
    on.prepare_cached(JOIN)?
        .query_map(["black"], pair)?
        .collect()
}

fn count(on: &Connection, table: &str) -> Result<u64> {
    let count: i64 = on.query_row(&format!("SELECT COUNT(*) FROM {table}"), (), |row| {
        row.get(0)
    })?;
    Ok(count.cast_unsigned())
}

pub(crate) fn insert(on: &Connection, users: &[NewUser]) -> Result<usize> {
    let sql = repeated(INSERT, "(?, ?)", users.len(), "");
    let mut statement = on.prepare_cached(&sql)?;
    for (row, user) in users.iter().enumerate() {
        statement.raw_bind_parameter(2 * row + 1, &user.name)?;
        statement.raw_bind_parameter(2 * row + 2, &user.hair_color)?;
    }
    statement.raw_execute()
}

pub(crate) fn insert_keys(on: &Connection, users: Vec<NewUser>) -> Result<Vec<User>> {
    insert(on, &users)?;
    // The keys of one statement follow each other, and this is the last.
    let last = on.last_insert_rowid().cast_unsigned();
    let first = last + 1 - users.len() as u64;
    Ok(inserted(users, first..))
}

pub(crate) async fn associations(readers: &Arc<Connections>) -> Associated {
    let users = readers.run(|on| all(on)).await;
    let keys = keys_of_users(&users);
    let posts = readers.run(move |on| posts_of(on, &keys)).await;
    let keys = keys_of_posts(&posts);
    let comments = readers.run(move |on| comments_of(on, &keys)).await;
    (users, posts, comments)
}

fn posts_of(on: &Connection, users: &[u64]) -> Result<Vec<Vec<Post>>> {
    let mut groups = Groups::new(users);
    for some in users.chunks(MAX_KEYS) {
        let sql = repeated(POSTS, "?", some.len(), ") ORDER BY id");
        let mut statement = on.prepare_cached(&sql)?;
        let keys = some.iter().map(|key| key.cast_signed());
        let mut rows = statement.query(params_from_iter(keys))?;
        while let Some(row) = rows.next()? {
            let post = post(row, 0)?;
            groups.push(post.user_id, post);
        }
    }
    Ok(groups.lists)
}

fn comments_of(on: &Connection, posts: &[u64]) -> Result<Vec<Vec<Comment>>> {
    let mut groups = Groups::new(posts);
    for some in posts.chunks(MAX_KEYS) {
        let sql = repeated(COMMENTS, "?", some.len(), ") ORDER BY id");
        let mut statement = on.prepare_cached(&sql)?;
        let keys = some.iter().map(|key| key.cast_signed());
        let mut rows = statement.query(params_from_iter(keys))?;
        while let Some(row) = rows.next()? {
            let comment = Comment {
                id: row.get::<_, i64>(0)?.cast_unsigned(),
                post_id: row.get::<_, i64>(1)?.cast_unsigned(),
                text: row.get(2)?,
            };
            groups.push(comment.post_id, comment);
        }
    }
    Ok(groups.lists)
}

fn update(on: &Connection, key: u64) -> Result<()> {
    let (name, colour) = (workload::next_name(), Some("black".to_owned()));
    let written = on
        .prepare_cached(UPDATE)?
        .execute(params![name, colour, key.cast_signed()])?;
    assert_eq!(written, 1);
    Ok(())
}

fn transaction(on: &mut Connection, key: u64) -> Result<()> {
    let tx = on.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut user = find(&tx, key)?;
    user.name = workload::next_name();
    let (user_id, body) = (user.id.cast_signed(), None::<String>);
    tx.prepare_cached(UPDATE)?
        .execute(params![user.name, user.hair_color, user_id])?;
    tx.prepare_cached(INSERT_POST)?
        .execute(params![user_id, "A new name".to_owned(), body])?;
    black_box(tx.last_insert_rowid());
    tx.commit()
}

async fn stream(readers: &Arc<Connections>, rows: usize) {
    let (sender, mut receiver) = mpsc::channel::<Vec<User>>(1);
    let direct = readers.way == Way::Direct;
    let work = move |on: &mut Connection| {
        let mut statement = on.prepare_cached(ALL)?;
        let mut users = statement.query(())?;
        let (mut read, mut chunk) = (0, Vec::new());
        while let Some(row) = users.next()? {
            read += 1;
            if direct {
                black_box(user(row)?);
                continue;
            }
            chunk.push(user(row)?);
            if chunk.len() == 256 {
                let sent = sender.blocking_send(std::mem::take(&mut chunk));
                sent.expect("the receiver waits for the end");
            }
        }
        if !direct {
            let sent = sender.blocking_send(chunk);
            sent.expect("the receiver waits for the end");
        }
        drop(sender);
        Ok(read)
    };
    let receive = async {
        while let Some(chunk) = receiver.recv().await {
            for user in chunk {
                black_box(user);
            }
        }
    };
    let (read, ()) = tokio::join!(readers.run(work), receive);
    assert_eq!(read, rows);
}

async fn find_tasks(readers: &Arc<Connections>, rows: usize) -> f64 {
    let task = |keys: Vec<u64>| {
        let readers = readers.clone();
        async move {
            for key in keys {
                black_box(readers.run(move |on| find(on, key)).await);
            }
        }
    };
    time_tasks(rows, task).await
}

async fn neighbour(readers: &Arc<Connections>, writer: &Arc<Connections>, rows: usize) -> f64 {
    let (finding, reading, updating) = (readers.clone(), readers.clone(), writer.clone());
    let find = move |key| {
        let connections = finding.clone();
        async move {
            black_box(connections.run(move |on| find(on, key)).await);
        }
    };
    let read = move || {
        let connections = reading.clone();
        async move {
            black_box(connections.run(|on| some(on)).await);
        }
    };
    let update = move |key| {
        let connections = updating.clone();
        async move { connections.run(move |on| update(on, key)).await }
    };
    lateness_alongside(rows, find, read, update).await
}
