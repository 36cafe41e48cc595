// mistakes: 1

use youku_orm::{Database, Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    username: String,
}

async fn clear(db: &Database) -> youku_orm::Result<u64> {
    User::query().delete(db).await
}

fn main() {}
