// mistakes: 12

use youku_orm::{ColumnEnum, Database, Id, MaybeRetryable, Model, New, sql};

#[derive(Clone, Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    username: String,
    age: Option<u8>,
}

enum Role {
    Admin,
}

struct Failure;

fn insert<N: New>(_: N) {}

fn name<E: ColumnEnum>(_: E) {}

fn retry<E: MaybeRetryable>(_: E) {}

async fn bounds(db: &Database, users: &[User]) -> youku_orm::Result<()> {
    User::query().select("username").all(db).await?;
    User::query().select((User::USERNAME, 1)).all(db).await?;
    db.create_tables::<(User, Role)>().await?;
    db.check::<Role>().await?;
    name(Role::Admin);
    insert(users[0].clone());
    retry(Failure);
    User::filter(User::ID.eq(Id::new(1))).set(User::AGE, "old").update(db).await?;
    User::insert(NewUser { username: String::new(), age: None }).set(User::AGE, 7i64).exec(db).await?;
    sql("SELECT ?").bind(Role::Admin).execute(db).await?;
    User::USERNAME.load_many(db, users).await?;
    sql("SELECT MAX(age) FROM user").one::<Option<i64>>(db).await?;
    Ok(())
}

fn main() {}
