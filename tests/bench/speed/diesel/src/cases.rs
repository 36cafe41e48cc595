// The cases for one database; `main.rs` includes this file once for each.

use std::hint::black_box;

use diesel::connection::Connection as _;
use diesel::prelude::{
    Associations, BelongingToDsl, ExpressionMethods, GroupedBy, Identifiable, Insertable, QueryDsl,
    QueryResult, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use diesel::r2d2::{ConnectionManager, CustomizeConnection};
use tokio::task::spawn_blocking;

use crate::workload::{
    Case, Figure, POOL, Workload, keys, lateness_alongside, next_name, time, time_stream, time_tasks,
};

type Pool = diesel::r2d2::Pool<ConnectionManager<Connection>>;

/// Times one case.
pub async fn run(case: Case, url: &str) -> Result<Option<Figure>, Box<dyn std::error::Error>> {
    let mut db = Connection::establish(address(url))?;
    prepare(&mut db)?;
    let mut next = keys(case.size);
    Ok(Some(match case.workload {
        Workload::Find => time(async || find(&mut db, next()).unwrap()).await.into(),
        Workload::FindTasks => find_tasks(pool(url)?, case.size).await.into(),
        Workload::Trivial => time(async || users(&mut db).unwrap()).await.into(),
        Workload::Join => time(async || join(&mut db).unwrap()).await.into(),
        Workload::Associations => time(async || associations(&mut db).unwrap()).await.into(),
        Workload::Insert => {
            diesel::delete(users::table).execute(&mut db)?;
            time(async || insert(&mut db, case.size).unwrap())
                .await
                .into()
        }
        // Diesel has no RETURNING for MySQL.
        Workload::InsertKeys => return Ok(None),
        Workload::Update => time(async || update(&mut db, next()).unwrap()).await.into(),
        Workload::Transaction => time(async || transaction(&mut db, next()).unwrap())
            .await
            .into(),
        Workload::Stream => time_stream(async || stream(&mut db).unwrap()).await,
        Workload::Neighbour => neighbour(pool(url)?, case.size).await.into(),
    }))
}

#[derive(Debug)]
struct Prepare;

impl CustomizeConnection<Connection, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, db: &mut Connection) -> Result<(), diesel::r2d2::Error> {
        prepare(db).map_err(diesel::r2d2::Error::QueryError)
    }
}

/// Connections are not tested whenever they are lent.
fn pool(url: &str) -> Result<Pool, impl std::error::Error + use<>> {
    Pool::builder()
        .max_size(POOL)
        .test_on_check_out(false)
        .connection_customizer(Box::new(Prepare))
        .build(ConnectionManager::new(address(url)))
}

fn find(db: &mut Connection, key: u64) -> QueryResult<User> {
    let user = users::table.find(key as Key);
    user.select(User::as_select()).first(db)
}

fn users(db: &mut Connection) -> QueryResult<Vec<User>> {
    users::table.select(User::as_select()).load(db)
}

fn some_users(db: &mut Connection) -> QueryResult<Vec<User>> {
    users::table.select(User::as_select()).limit(1_000).load(db)
}

fn join(db: &mut Connection) -> QueryResult<Vec<(User, Option<Post>)>> {
    users::table
        .left_join(posts::table)
        .filter(users::hair_color.eq("black"))
        .order(users::name.desc())
        .select(<(User, Option<Post>)>::as_select())
        .load(db)
}

fn associations(db: &mut Connection) -> QueryResult<Tree> {
    let users = users(db)?;
    let posts = Post::belonging_to(&users)
        .select(Post::as_select())
        .load(db)?;
    let comments = Comment::belonging_to(&posts)
        .select(Comment::as_select())
        .load(db)?;
    let comments = comments.grouped_by(&posts);
    let posts = posts.into_iter().zip(comments).grouped_by(&users);
    Ok(users.into_iter().zip(posts).collect())
}

fn insert(db: &mut Connection, rows: usize) -> QueryResult<usize> {
    let users = new_users(rows);
    diesel::insert_into(users::table).values(&users).execute(db)
}

fn update(db: &mut Connection, key: u64) -> QueryResult<usize> {
    diesel::update(users::table.find(key as Key))
        .set((users::name.eq(next_name()), users::hair_color.eq("black")))
        .execute(db)
}

fn transaction(db: &mut Connection, key: u64) -> QueryResult<usize> {
    db.transaction(|tx| {
        let user = find(tx, key)?;
        update(tx, key)?;
        diesel::insert_into(posts::table)
            .values(new_post(&user))
            .execute(tx)
    })
}

/// Of MySQL, `libmariadb` has taken all rows into memory before the first.
fn stream(db: &mut Connection) -> QueryResult<u64> {
    let mut sum = 0;
    for user in users::table.select(User::as_select()).load_iter(db)? {
        let user: User = user?;
        sum += user.id as u64;
    }
    Ok(sum)
}

/// Each task is a thread.
async fn find_tasks(pool: Pool, rows: usize) -> f64 {
    time_tasks(rows, |keys| {
        let pool = pool.clone();
        let thread = spawn_blocking(move || {
            for key in keys {
                black_box(find(&mut pool.get().unwrap(), key).unwrap());
            }
        });
        async { thread.await.unwrap() }
    })
    .await
}

async fn neighbour(pool: Pool, rows: usize) -> f64 {
    let (finding, reading, updating) = (pool.clone(), pool.clone(), pool);
    lateness_alongside(
        rows,
        move |key| {
            let pool = finding.clone();
            blocking(move || find(&mut pool.get().unwrap(), key).unwrap())
        },
        move || {
            let pool = reading.clone();
            blocking(move || some_users(&mut pool.get().unwrap()).unwrap())
        },
        move |key| {
            let pool = updating.clone();
            blocking(move || update(&mut pool.get().unwrap(), key).unwrap())
        },
    )
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) {
    black_box(spawn_blocking(work).await.unwrap());
}
