// mistakes: 1

use youku_orm::{Database, Id, Model, New};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    username: String,
}

struct NewUser {
    username: String,
}

async fn insert(db: &Database) -> youku_orm::Result<User> {
    NewUser { username: String::new() }.insert(db).await
}

fn main() {}
