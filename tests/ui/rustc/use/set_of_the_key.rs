// mistakes: 3

use youku_orm::{Database, Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(unique)]
    username: String,
    #[model(version)]
    revision: u32,
}

async fn renumber(db: &Database, user: &User) -> youku_orm::Result<()> {
    let same = User::filter(User::ID.eq(user.id));
    same.clone().set(User::ID, Id::new(7)).update(db).await?;
    same.set(User::USERNAME, "ada").set(User::REVISION, 1).update(db).await?;
    let new = User::insert(NewUser { username: "ada".to_owned() });
    new.on_conflict(User::USERNAME).set(User::ID, Id::new(7)).exec(db).await?;
    Ok(())
}

fn main() {}
