// mistakes: 1

use youku_orm::{Database, Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    username: String,
}

async fn rename(db: &Database) -> youku_orm::Result<u64> {
    User::query().set(User::USERNAME, "ada").update(db).await
}

fn main() {}
