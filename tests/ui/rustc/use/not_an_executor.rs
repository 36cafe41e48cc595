// mistakes: 22

use youku_orm::{Database, Id, Model, New, sql};

#[derive(Clone, Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(unique)]
    username: String,
    invited_by: Option<Id<User>>,
}

fn new() -> NewUser {
    NewUser { username: String::new(), invited_by: None }
}

async fn read(db: Database, id: Id<User>, users: &[User]) -> youku_orm::Result<()> {
    User::find(db, id).await?;
    User::get(db, id).await?;
    User::query().all(db).await?;
    User::query().first(db).await?;
    User::query().one(db).await?;
    User::query().count(db).await?;
    User::query().exists(db).await?;
    User::query().explain(db).await?;
    User::query().page(None, 10).all(db).await?;
    User::query().select(User::USERNAME).all(db).await?;
    User::query().join(User::INVITED_BY.on(User::ID)).all(db).await?;
    User::INVITED_BY.load_many(db, users).await?;
    User::INVITED_BY.load_one::<User>(db, users).await?;
    sql("SELECT 1").all::<i64>(db).await?;
    Ok(())
}

async fn write(db: Database, user: &User) -> youku_orm::Result<()> {
    new().insert(db).await?;
    User::insert_many(db, vec![new()]).await?;
    User::insert(new()).or_ignore().exec(db).await?;
    User::insert(new()).on_conflict(User::USERNAME).exec(db).await?;
    user.update(db).await?;
    user.delete(db).await?;
    User::query().every_row().set(User::USERNAME, "ada").update(db).await?;
    sql("DELETE FROM `user`").execute(db).await?;
    Ok(())
}

fn main() {}
