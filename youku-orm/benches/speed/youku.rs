//! The contender `youku-orm`: its public interface, used as its guide shows it.

use std::hint::black_box;

use youku_orm::{Database, Id, Model, New, Synchronous};

use crate::workload::{
    self, Case, Figure, POOL, Workload, lateness_alongside, time, time_inserts, time_stream,
    time_tasks,
};

#[derive(Model, Debug, Clone)]
#[model(table = "users")]
pub(crate) struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    name: String,
    hair_color: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "posts")]
pub(crate) struct Post {
    #[model(primary_key, auto)]
    id: Id<Post>,
    user_id: Id<User>,
    title: String,
    body: Option<String>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "comments")]
pub(crate) struct Comment {
    #[model(primary_key, auto)]
    id: Id<Comment>,
    post_id: Id<Post>,
    text: String,
}

pub(crate) async fn run(case: Case, url: &str) -> Option<Figure> {
    let db = open(url).await;
    let figure = match case.workload {
        Workload::Trivial => time(async || all(&db).await).await.into(),
        Workload::Join => time(async || join(&db).await).await.into(),
        Workload::Insert => {
            empty(&db).await;
            let work = async || insert(&db, case.size).await;
            time_inserts(case.size, work, async || count::<User>(&db).await)
                .await
                .into()
        }
        Workload::InsertKeys => {
            empty(&db).await;
            let work = async || insert_keys(&db, case.size).await;
            time_inserts(case.size, work, async || count::<User>(&db).await)
                .await
                .into()
        }
        Workload::Associations => time(async || associations(&db).await).await.into(),
        Workload::Find => {
            let mut key = workload::keys(case.size);
            time(async || find(&db, key()).await).await.into()
        }
        Workload::Update => {
            let mut key = workload::keys(case.size);
            time(async || update(&db, key()).await).await.into()
        }
        Workload::FindTasks => find_tasks(&db, case.size).await.into(),
        Workload::Transaction => {
            let mut key = workload::keys(case.size);
            let work = async || transaction(&db, key()).await;
            time_inserts(1, work, async || count::<Post>(&db).await)
                .await
                .into()
        }
        Workload::Stream => {
            find(&db, 1).await; // Opens a connection.
            time_stream(async || stream(&db, case.size).await).await
        }
        Workload::Neighbour => neighbour(&db, case.size).await.into(),
    };
    db.close().await.expect("nothing is left to do");
    Some(figure)
}

pub(crate) async fn open(url: &str) -> Database {
    let options = Database::options().max_connections(POOL as usize);
    if url.starts_with("sqlite:") {
        let options = options.synchronous(Synchronous::Normal);
        options.connect(url).await.expect("the file is prepared")
    } else {
        // The driver would change over to the server's socket, which other libraries do not.
        let url = format!("{url}?prefer_socket=false");
        options.connect(&url).await.expect("the server runs")
    }
}

pub(crate) async fn find(db: &Database, key: u64) -> User {
    let found = User::find(db, Id::new(key))
        .await
        .expect("the table is there");
    found.expect("the keys go up to the number of rows")
}

pub(crate) async fn all(db: &Database) -> Vec<User> {
    User::query().all(db).await.expect("the table is there")
}

pub(crate) async fn join(db: &Database) -> Vec<(User, Option<Post>)> {
    let joined = User::filter(User::HAIR_COLOR.eq("black"))
        .left_join(User::ID.on(Post::USER_ID))
        .order_by(User::NAME.desc())
        .all(db);
    joined.await.expect("the tables are there")
}

async fn empty(db: &Database) {
    let emptied = User::query().every_row().delete(db).await;
    emptied.expect("no row is referred to");
}

async fn count<M: Model>(db: &Database) -> u64 {
    M::query().count(db).await.expect("the table is there")
}

fn new_users(rows: usize) -> Vec<NewUser> {
    let new = |user| NewUser {
        name: workload::name(user),
        hair_color: Some(workload::colour(user).to_owned()),
    };
    (0..rows).map(new).collect()
}

pub(crate) async fn insert(db: &Database, rows: usize) -> u64 {
    let inserted = User::insert_rows(new_users(rows)).execute(db).await;
    inserted.expect("a name is as good as another")
}

pub(crate) async fn insert_keys(db: &Database, rows: usize) -> Vec<User> {
    let inserted = User::insert_many(db, new_users(rows)).await;
    inserted.expect("a name is as good as another")
}

pub(crate) async fn associations(db: &Database) -> (Vec<User>, Vec<Vec<Post>>, Vec<Vec<Comment>>) {
    let users = all(db).await;
    let posts = Post::USER_ID.load_many(db, &users).await;
    let posts = posts.expect("the table is there");
    let comments = Comment::POST_ID.load_many(db, posts.iter().flatten()).await;
    (users, posts, comments.expect("the table is there"))
}

async fn update(db: &Database, key: u64) -> User {
    let user = User {
        id: Id::new(key),
        name: workload::next_name(),
        hair_color: Some("black".into()),
    };
    user.update(db).await.expect("the row is there")
}

async fn transaction(db: &Database, key: u64) {
    let done = db.transaction(async |tx| {
        let mut user = User::get(&mut *tx, Id::new(key)).await?;
        user.name = workload::next_name();
        user.update(&mut *tx).await?;
        let post = NewPost {
            user_id: user.id,
            title: "A new name".into(),
            body: None,
        };
        post.insert(&mut *tx).await
    });
    let _: Post = done.await.expect("no other client writes");
}

async fn stream(db: &Database, rows: usize) {
    let mut users = User::query()
        .stream(db)
        .await
        .expect("a connection is free");
    let mut read = 0;
    while let Some(user) = users.next().await {
        black_box(user.expect("the table is there"));
        read += 1;
    }
    assert_eq!(read, rows);
}

async fn find_tasks(db: &Database, rows: usize) -> f64 {
    let task = |keys: Vec<u64>| {
        let db = db.clone();
        async move {
            for key in keys {
                black_box(find(&db, key).await);
            }
        }
    };
    time_tasks(rows, task).await
}

async fn neighbour(db: &Database, rows: usize) -> f64 {
    let (finding, reading, updating) = (db.clone(), db.clone(), db.clone());
    let find = move |key| {
        let db = finding.clone();
        async move {
            black_box(find(&db, key).await);
        }
    };
    let read = move || {
        let db = reading.clone();
        async move {
            let some = User::query().limit(1_000).all(&db).await;
            black_box(some.expect("the table is there"));
        }
    };
    let update = move |key| {
        let db = updating.clone();
        async move {
            black_box(update(&db, key).await);
        }
    };
    lateness_alongside(rows, find, read, update).await
}
