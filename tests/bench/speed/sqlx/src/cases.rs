// The cases for one database; `main.rs` includes this file once for each.

use std::collections::HashMap;
use std::hint::black_box;

use futures_util::TryStreamExt;
use sqlx::{ConnectOptions, Connection as _, FromRow, QueryBuilder, Result};

use crate::workload::{
    Case, Figure, POOL, Workload, colour, keys, lateness_alongside, name, next_name, time,
    time_stream, time_tasks,
};

#[derive(FromRow)]
#[expect(dead_code, reason = "what is read is only timed")]
struct User {
    id: Key,
    name: String,
    hair_color: Option<String>,
}

#[derive(FromRow)]
#[expect(dead_code, reason = "what is read is only timed")]
struct Post {
    id: Key,
    user_id: Key,
    title: String,
    body: Option<String>,
}

#[derive(FromRow)]
#[expect(dead_code, reason = "what is read is only timed")]
struct Comment {
    id: Key,
    post_id: Key,
    text: String,
}

/// Times one case.
pub async fn run(case: Case, url: &str) -> Result<Figure> {
    let mut db = options(url)?.connect().await?;
    let mut next = keys(case.size);
    Ok(match case.workload {
        Workload::Find => time(async || find(&mut db, next()).await.unwrap())
            .await
            .into(),
        Workload::FindTasks => find_tasks(pool(url).await?, case.size).await.into(),
        Workload::Trivial => time(async || users(&mut db).await.unwrap()).await.into(),
        Workload::Join => time(async || join(&mut db).await.unwrap()).await.into(),
        Workload::Associations => time(async || associations(&mut db).await.unwrap())
            .await
            .into(),
        Workload::Insert => {
            sqlx::query("DELETE FROM users").execute(&mut db).await?;
            time(async || insert(&mut db, case.size).await.unwrap())
                .await
                .into()
        }
        Workload::InsertKeys => {
            sqlx::query("DELETE FROM users").execute(&mut db).await?;
            time(async || insert_keys(&mut db, case.size).await.unwrap())
                .await
                .into()
        }
        Workload::Update => time(async || update(&mut db, next()).await.unwrap())
            .await
            .into(),
        Workload::Transaction => time(async || transaction(&mut db, next()).await.unwrap())
            .await
            .into(),
        Workload::Stream => time_stream(async || stream(&mut db).await.unwrap()).await,
        Workload::Neighbour => neighbour(pool(url).await?, case.size).await.into(),
    })
}

/// Connections are not tested whenever they are lent.
async fn pool(url: &str) -> Result<Pool> {
    let pool = PoolOptions::new()
        .max_connections(POOL)
        .test_before_acquire(false);
    pool.connect_with(options(url)?).await
}

async fn find(db: &mut Connection, key: u64) -> Result<User> {
    sqlx::query_as("SELECT id, name, hair_color FROM users WHERE id = ?")
        .bind(key as Key)
        .fetch_one(db)
        .await
}

async fn users(db: &mut Connection) -> Result<Vec<User>> {
    sqlx::query_as("SELECT id, name, hair_color FROM users")
        .fetch_all(db)
        .await
}

async fn some_users(db: &mut Connection) -> Result<Vec<User>> {
    sqlx::query_as("SELECT id, name, hair_color FROM users LIMIT 1000")
        .fetch_all(db)
        .await
}

type Joined = (
    Key,
    String,
    Option<String>,
    Option<Key>,
    Option<Key>,
    Option<String>,
    Option<String>,
);

async fn join(db: &mut Connection) -> Result<Vec<(User, Option<Post>)>> {
    let rows: Vec<Joined> = sqlx::query_as(
        "SELECT u.id, u.name, u.hair_color, p.id, p.user_id, p.title, p.body \
         FROM users AS u LEFT JOIN posts AS p ON p.user_id = u.id \
         WHERE u.hair_color = ? ORDER BY u.name DESC",
    )
    .bind("black")
    .fetch_all(db)
    .await?;
    let pair = |(id, name, hair_color, post, user_id, title, body)| {
        let post = match (post, user_id, title) {
            (Some(id), Some(user_id), Some(title)) => Some(Post {
                id,
                user_id,
                title,
                body,
            }),
            _ => None,
        };
        (
            User {
                id,
                name,
                hair_color,
            },
            post,
        )
    };
    Ok(rows.into_iter().map(pair).collect())
}

async fn associations(db: &mut Connection) -> Result<Vec<(User, Vec<(Post, Vec<Comment>)>)>> {
    let users = users(db).await?;

    let mut query = QueryBuilder::<Driver>::new(
        "SELECT id, user_id, title, body FROM posts WHERE user_id IN (",
    );
    let mut list = query.separated(", ");
    for user in &users {
        list.push_bind(user.id);
    }
    query.push(")");
    let posts: Vec<Post> = query.build_query_as().fetch_all(&mut *db).await?;

    let mut query =
        QueryBuilder::<Driver>::new("SELECT id, post_id, text FROM comments WHERE post_id IN (");
    let mut list = query.separated(", ");
    for post in &posts {
        list.push_bind(post.id);
    }
    query.push(")");
    let comments: Vec<Comment> = query.build_query_as().fetch_all(db).await?;

    let mut of_posts = HashMap::<_, Vec<_>>::with_capacity(posts.len());
    for comment in comments {
        of_posts.entry(comment.post_id).or_default().push(comment);
    }
    let mut of_users = HashMap::<_, Vec<_>>::with_capacity(users.len());
    for post in posts {
        let comments = of_posts.remove(&post.id).unwrap_or_default();
        of_users
            .entry(post.user_id)
            .or_default()
            .push((post, comments));
    }
    let with_posts = |user: User| {
        let posts = of_users.remove(&user.id).unwrap_or_default();
        (user, posts)
    };
    Ok(users.into_iter().map(with_posts).collect())
}

async fn insert(db: &mut Connection, rows: usize) -> Result<()> {
    let mut query = QueryBuilder::<Driver>::new("INSERT INTO users (name, hair_color) ");
    query.push_values(0..rows, |mut row, user| {
        row.push_bind(name(user)).push_bind(colour(user));
    });
    query.build().execute(db).await?;
    Ok(())
}

async fn insert_keys(db: &mut Connection, rows: usize) -> Result<Vec<User>> {
    let mut query = QueryBuilder::<Driver>::new("INSERT INTO users (name, hair_color) ");
    query.push_values(0..rows, |mut row, user| {
        row.push_bind(name(user)).push_bind(colour(user));
    });
    query.push(" RETURNING id, name, hair_color");
    query.build_query_as().fetch_all(db).await
}

async fn update(db: &mut Connection, key: u64) -> Result<()> {
    sqlx::query("UPDATE users SET name = ?, hair_color = ? WHERE id = ?")
        .bind(next_name())
        .bind("black")
        .bind(key as Key)
        .execute(db)
        .await?;
    Ok(())
}

async fn transaction(db: &mut Connection, key: u64) -> Result<()> {
    let mut tx = db.begin().await?;
    let user = find(&mut tx, key).await?;
    update(&mut tx, key).await?;
    sqlx::query("INSERT INTO posts (user_id, title, body) VALUES (?, ?, ?)")
        .bind(user.id)
        .bind("A new name")
        .bind(None::<&str>)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

async fn stream(db: &mut Connection) -> Result<u64> {
    let mut rows = sqlx::query_as::<_, User>("SELECT id, name, hair_color FROM users").fetch(db);
    let mut sum = 0;
    while let Some(user) = rows.try_next().await? {
        sum += user.id as u64;
    }
    Ok(sum)
}

async fn find_tasks(pool: Pool, rows: usize) -> f64 {
    time_tasks(rows, |keys| {
        let pool = pool.clone();
        async move {
            for key in keys {
                let mut db = pool.acquire().await.unwrap();
                black_box(find(&mut db, key).await.unwrap());
            }
        }
    })
    .await
}

async fn neighbour(pool: Pool, rows: usize) -> f64 {
    let (finding, reading, updating) = (pool.clone(), pool.clone(), pool);
    lateness_alongside(
        rows,
        move |key| {
            let pool = finding.clone();
            async move {
                let mut db = pool.acquire().await.unwrap();
                black_box(find(&mut db, key).await.unwrap());
            }
        },
        move || {
            let pool = reading.clone();
            async move {
                let mut db = pool.acquire().await.unwrap();
                black_box(some_users(&mut db).await.unwrap());
            }
        },
        move |key| {
            let pool = updating.clone();
            async move {
                let mut db = pool.acquire().await.unwrap();
                update(&mut db, key).await.unwrap();
            }
        },
    )
    .await
}
