// The cases for one database; `main.rs` includes this file once for each.

use std::hint::black_box;

use diesel::prelude::{
    Associations, BelongingToDsl, ExpressionMethods, GroupedBy, Identifiable, Insertable, QueryDsl,
    QueryResult, Queryable, Selectable, SelectableHelper,
};
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, bb8,
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use futures_util::{FutureExt, TryStreamExt};

use crate::workload::{
    Case, Figure, POOL, Workload, keys, lateness_alongside, next_name, time, time_stream, time_tasks,
};

type Pool = bb8::Pool<Connection>;

/// Times one case.
pub async fn run(case: Case, url: &str) -> Result<Option<Figure>, Box<dyn std::error::Error>> {
    let mut db = establish(url).await?;
    let mut next = keys(case.size);
    Ok(Some(match case.workload {
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
            diesel::delete(users::table).execute(&mut db).await?;
            time(async || insert(&mut db, case.size).await.unwrap())
                .await
                .into()
        }
        // Diesel has no RETURNING for MySQL.
        Workload::InsertKeys => return Ok(None),
        Workload::Update => time(async || update(&mut db, next()).await.unwrap())
            .await
            .into(),
        Workload::Transaction => time(async || transaction(&mut db, next()).await.unwrap())
            .await
            .into(),
        Workload::Stream => time_stream(async || stream(&mut db).await.unwrap()).await,
        Workload::Neighbour => neighbour(pool(url).await?, case.size).await.into(),
    }))
}

/// Connections are not tested whenever they are lent.
async fn pool(url: &str) -> Result<Pool, Box<dyn std::error::Error>> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(|url| establish(url).boxed());
    let manager = AsyncDieselConnectionManager::new_with_config(url, config);
    let builder = Pool::builder().max_size(POOL).test_on_check_out(false);
    Ok(builder.build(manager).await?)
}

async fn find(db: &mut Connection, key: u64) -> QueryResult<User> {
    let user = users::table.find(key as Key);
    user.select(User::as_select()).first(db).await
}

async fn users(db: &mut Connection) -> QueryResult<Vec<User>> {
    users::table.select(User::as_select()).load(db).await
}

async fn some_users(db: &mut Connection) -> QueryResult<Vec<User>> {
    users::table
        .select(User::as_select())
        .limit(1_000)
        .load(db)
        .await
}

async fn join(db: &mut Connection) -> QueryResult<Vec<(User, Option<Post>)>> {
    users::table
        .left_join(posts::table)
        .filter(users::hair_color.eq("black"))
        .order(users::name.desc())
        .select(<(User, Option<Post>)>::as_select())
        .load(db)
        .await
}

async fn associations(db: &mut Connection) -> QueryResult<Tree> {
    let users = users(db).await?;
    let posts = Post::belonging_to(&users)
        .select(Post::as_select())
        .load(db)
        .await?;
    let comments = Comment::belonging_to(&posts)
        .select(Comment::as_select())
        .load(db)
        .await?;
    let comments = comments.grouped_by(&posts);
    let posts = posts.into_iter().zip(comments).grouped_by(&users);
    Ok(users.into_iter().zip(posts).collect())
}

async fn update(db: &mut Connection, key: u64) -> QueryResult<usize> {
    diesel::update(users::table.find(key as Key))
        .set((users::name.eq(next_name()), users::hair_color.eq("black")))
        .execute(db)
        .await
}

async fn transaction(db: &mut Connection, key: u64) -> QueryResult<usize> {
    db.transaction(async |tx| {
        let user = find(tx, key).await?;
        update(tx, key).await?;
        let post = diesel::insert_into(posts::table).values(new_post(&user));
        post.execute(tx).await
    })
    .await
}

/// Of SQLite, all rows are in memory before the first arrives.
async fn stream(db: &mut Connection) -> QueryResult<u64> {
    let mut users = users::table
        .select(User::as_select())
        .load_stream(db)
        .await?;
    let mut sum = 0;
    while let Some(user) = users.try_next().await? {
        let user: User = user;
        sum += user.id as u64;
    }
    Ok(sum)
}

async fn find_tasks(pool: Pool, rows: usize) -> f64 {
    time_tasks(rows, |keys| {
        let pool = pool.clone();
        async move {
            for key in keys {
                let mut db = pool.get().await.unwrap();
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
            whole(async move {
                let mut db = pool.get().await.unwrap();
                black_box(find(&mut db, key).await.unwrap());
            })
        },
        move || {
            let pool = reading.clone();
            whole(async move {
                let mut db = pool.get().await.unwrap();
                black_box(some_users(&mut db).await.unwrap());
            })
        },
        move |key| {
            let pool = updating.clone();
            whole(async move {
                let mut db = pool.get().await.unwrap();
                update(&mut db, key).await.unwrap();
            })
        },
    )
    .await
}

/// Completes the call even if its caller is aborted, as the load is at the end. A connection to MySQL whose call was
/// cancelled returns to the pool with half a reply, and the next call would read it as its own.
async fn whole(call: impl Future<Output = ()> + Send + 'static) {
    tokio::spawn(call).await.expect("every statement succeeds");
}
