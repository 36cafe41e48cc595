// The cases for one database; `main.rs` includes this file once for each.

use std::hint::black_box;

use futures_util::TryStreamExt;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    DbErr, EntityTrait, IntoActiveModel, LoaderTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    TransactionTrait, Unchanged,
};

use crate::workload::{
    Case, Figure, POOL, Workload, colour, keys, lateness_alongside, name, next_name, time,
    time_stream, time_tasks,
};

/// Times one case.
pub async fn run(case: Case, url: &str) -> Result<Option<Figure>, DbErr> {
    let db = open(url).await?;
    let mut next = keys(case.size);
    let figure = match case.workload {
        Workload::Find => time(async || find(&db, next()).await.unwrap()).await.into(),
        Workload::FindTasks => find_tasks(&db, case.size).await.into(),
        Workload::Trivial => time(async || users(&db).await.unwrap()).await.into(),
        Workload::Join => time(async || join(&db).await.unwrap()).await.into(),
        Workload::Associations => time(async || associations(&db).await.unwrap()).await.into(),
        Workload::Insert => {
            user::Entity::delete_many().exec(&db).await?;
            time(async || insert(&db, case.size).await.unwrap())
                .await
                .into()
        }
        // Not written for it.
        Workload::InsertKeys => return Ok(None),
        Workload::Update => time(async || update(&db, next()).await.unwrap())
            .await
            .into(),
        Workload::Transaction => time(async || transaction(&db, next()).await.unwrap())
            .await
            .into(),
        Workload::Stream => time_stream(async || stream(&db).await.unwrap()).await,
        Workload::Neighbour => neighbour(&db, case.size).await.into(),
    };
    db.close().await?;
    Ok(Some(figure))
}

/// Logs no statement, and connections are not tested whenever they are lent. The settings are those of
/// `SQLITE_SETTINGS`, by the methods of SQLx, which waits 5 s for a lock and enforces foreign keys by itself.
async fn open(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(POOL)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Normal)
        })
        .map_sqlx_mysql_opts(|options| {
            options.ssl_mode(sea_orm::sqlx::mysql::MySqlSslMode::Disabled)
        });
    Database::connect(options).await
}

async fn find(db: &impl ConnectionTrait, key: u64) -> Result<user::Model, DbErr> {
    let user = user::Entity::find_by_id(key as Key).one(db).await?;
    user.ok_or_else(|| DbErr::RecordNotFound(format!("user {key}")))
}

async fn users(db: &DatabaseConnection) -> Result<Vec<user::Model>, DbErr> {
    user::Entity::find().all(db).await
}

async fn some_users(db: &DatabaseConnection) -> Result<Vec<user::Model>, DbErr> {
    user::Entity::find().limit(1_000).all(db).await
}

async fn join(db: &DatabaseConnection) -> Result<Vec<(user::Model, Option<post::Model>)>, DbErr> {
    user::Entity::find()
        .find_also_related(post::Entity)
        .filter(user::Column::HairColor.eq("black"))
        .order_by_desc(user::Column::Name)
        .all(db)
        .await
}

/// Users, the posts of each, and the comments of each post.
type Associated = (
    Vec<user::Model>,
    Vec<usize>,
    Vec<post::Model>,
    Vec<Vec<comment::Model>>,
);

/// A loader takes its parents as one list, so the posts of all users follow one another, each user's so many.
async fn associations(db: &DatabaseConnection) -> Result<Associated, DbErr> {
    let users = users(db).await?;
    let posts = users.load_many(post::Entity, db).await?;
    let counts = posts.iter().map(Vec::len).collect();
    let posts: Vec<_> = posts.into_iter().flatten().collect();
    let comments = posts.load_many(comment::Entity, db).await?;
    Ok((users, counts, posts, comments))
}

async fn insert(db: &DatabaseConnection, rows: usize) -> Result<(), DbErr> {
    let users = (0..rows).map(|user| user::ActiveModel {
        name: Set(name(user)),
        hair_color: Set(Some(colour(user).to_owned())),
        ..Default::default()
    });
    user::Entity::insert_many(users)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

async fn update(db: &DatabaseConnection, key: u64) -> Result<(), DbErr> {
    let user = user::ActiveModel {
        id: Unchanged(key as Key),
        name: Set(next_name()),
        hair_color: Set(Some("black".into())),
    };
    user.update_without_returning(db).await?;
    Ok(())
}

/// Writes of the user what has changed, which is the name.
async fn transaction(db: &DatabaseConnection, key: u64) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let user = find(&tx, key).await?;
    let post = post::ActiveModel {
        user_id: Set(user.id),
        title: Set("A new name".into()),
        body: Set(None),
        ..Default::default()
    };
    let mut user = user.into_active_model();
    user.name = Set(next_name());
    user.update_without_returning(&tx).await?;
    post::Entity::insert(post)
        .exec_without_returning(&tx)
        .await?;
    tx.commit().await
}

async fn stream(db: &DatabaseConnection) -> Result<u64, DbErr> {
    let mut users = user::Entity::find().stream(db).await?;
    let mut sum = 0;
    while let Some(user) = users.try_next().await? {
        sum += user.id as u64;
    }
    Ok(sum)
}

async fn find_tasks(db: &DatabaseConnection, rows: usize) -> f64 {
    time_tasks(rows, |keys| {
        let db = db.clone();
        async move {
            for key in keys {
                black_box(find(&db, key).await.unwrap());
            }
        }
    })
    .await
}

async fn neighbour(db: &DatabaseConnection, rows: usize) -> f64 {
    let (finding, reading, updating) = (db.clone(), db.clone(), db.clone());
    lateness_alongside(
        rows,
        move |key| {
            let db = finding.clone();
            async move {
                black_box(find(&db, key).await.unwrap());
            }
        },
        move || {
            let db = reading.clone();
            async move {
                black_box(some_users(&db).await.unwrap());
            }
        },
        move |key| {
            let db = updating.clone();
            async move { update(&db, key).await.unwrap() }
        },
    )
    .await
}
