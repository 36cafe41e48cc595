//! The workloads in toasty: models with relations, which `include` loads.

#[path = "../../../../../youku-orm/benches/speed/workload.rs"]
mod workload;

use std::hint::black_box;

use toasty::{Db, Deferred, Executor, Result};
use workload::{
    Case, Figure, POOL, Workload, colour, keys, lateness_alongside, name, next_name, time, time_tasks,
};

#[derive(Debug, toasty::Model)]
#[table = "users"]
struct User {
    #[key]
    #[auto]
    id: u64,
    name: String,
    hair_color: Option<String>,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "posts"]
struct Post {
    #[key]
    #[auto]
    id: u64,
    #[index]
    user_id: u64,
    #[belongs_to]
    user: Deferred<User>,
    title: String,
    body: Option<String>,
    #[has_many]
    comments: Deferred<Vec<Comment>>,
}

#[derive(Debug, toasty::Model)]
#[table = "comments"]
struct Comment {
    #[key]
    #[auto]
    id: u64,
    #[index]
    post_id: u64,
    #[belongs_to]
    post: Deferred<Post>,
    text: String,
}

fn main() {
    workload::serve(async |case, url| run(case, url).await.expect("every statement succeeds"));
}

async fn run(case: Case, url: &str) -> Result<Option<Figure>> {
    let db = open(url).await?;
    // One connection is kept; otherwise the pool would be asked for each statement.
    let mut on = db.connection().await?;
    let mut next = keys(case.size);
    Ok(Some(match case.workload {
        Workload::Find => time(async || find(&mut on, next()).await.unwrap())
            .await
            .into(),
        Workload::FindTasks => {
            drop(on);
            find_tasks(db, case.size).await.into()
        }
        Workload::Trivial => time(async || users(&mut on).await.unwrap()).await.into(),
        Workload::Join => time(async || join(&mut on).await.unwrap()).await.into(),
        Workload::Associations => time(async || associations(&mut on).await.unwrap())
            .await
            .into(),
        // It always gives back what it inserted.
        Workload::Insert | Workload::InsertKeys => {
            toasty::sql::statement("DELETE FROM users")
                .exec(&mut on)
                .await?;
            time(async || insert(&mut on, case.size).await.unwrap())
                .await
                .into()
        }
        Workload::Update => time(async || update(&mut on, next()).await.unwrap())
            .await
            .into(),
        Workload::Transaction => time(async || transaction(&mut on, next()).await.unwrap())
            .await
            .into(),
        // A query gives all its rows at once, or pages of them.
        Workload::Stream => return Ok(None),
        Workload::Neighbour => {
            drop(on);
            neighbour(db, case.size).await.into()
        }
    }))
}

/// The file has its write-ahead log already, and the driver turns on foreign keys and waits 5 s for a lock.
async fn open(url: &str) -> Result<Db> {
    let models = toasty::models!(User, Post, Comment);
    // Its SQL for MySQL is not MariaDB's. It asks for MariaDB 11.8; what is asked of it here, 10.11 can do too.
    let url = &url.replacen("mysql:", "mariadb:", 1);
    let db = Db::builder()
        .models(models)
        .max_pool_size(POOL as usize)
        .connect(url)
        .await?;
    if url.starts_with("sqlite:") {
        let mut held = Vec::new();
        for _ in 0..POOL {
            let mut on = db.connection().await?;
            toasty::sql::statement("PRAGMA synchronous = NORMAL")
                .exec(&mut on)
                .await?;
            held.push(on);
        }
    }
    Ok(db)
}

async fn find(db: &mut dyn Executor, key: u64) -> Result<User> {
    User::get_by_id(db, key).await
}

async fn users(db: &mut dyn Executor) -> Result<Vec<User>> {
    User::all().exec(db).await
}

async fn some_users(db: &mut dyn Executor) -> Result<Vec<User>> {
    User::all().limit(1_000).exec(db).await
}

/// Not a join, which toasty does not have for reading, but a second statement.
async fn join(db: &mut dyn Executor) -> Result<Vec<User>> {
    User::filter(User::fields().hair_color().eq("black"))
        .include(User::fields().posts())
        .order_by(User::fields().name().desc())
        .exec(db)
        .await
}

async fn associations(db: &mut dyn Executor) -> Result<Vec<User>> {
    User::all()
        .include(User::fields().posts().comments())
        .exec(db)
        .await
}

async fn insert(db: &mut dyn Executor, rows: usize) -> Result<Vec<User>> {
    let mut users = User::create_many();
    for user in 0..rows {
        users = users.item(User::create().name(name(user)).hair_color(colour(user)));
    }
    users.exec(db).await
}

async fn update(db: &mut dyn Executor, key: u64) -> Result<()> {
    User::update_by_id(key)
        .name(next_name())
        .hair_color("black")
        .exec(db)
        .await
}

async fn transaction(db: &mut dyn Executor, key: u64) -> Result<()> {
    let mut tx = db.transaction().await?;
    let mut user = find(&mut tx, key).await?;
    user.update().name(next_name()).exec(&mut tx).await?;
    Post::create()
        .user_id(user.id)
        .title("A new name")
        .exec(&mut tx)
        .await?;
    tx.commit().await
}

async fn find_tasks(db: Db, rows: usize) -> f64 {
    time_tasks(rows, |keys| {
        let mut db = db.clone();
        async move {
            for key in keys {
                black_box(find(&mut db, key).await.unwrap());
            }
        }
    })
    .await
}

async fn neighbour(db: Db, rows: usize) -> f64 {
    let (finding, reading, updating) = (db.clone(), db.clone(), db);
    lateness_alongside(
        rows,
        move |key| {
            let mut db = finding.clone();
            async move {
                black_box(find(&mut db, key).await.unwrap());
            }
        },
        move || {
            let mut db = reading.clone();
            async move {
                black_box(some_users(&mut db).await.unwrap());
            }
        },
        move |key| {
            let mut db = updating.clone();
            async move { update(&mut db, key).await.unwrap() }
        },
    )
    .await
}
