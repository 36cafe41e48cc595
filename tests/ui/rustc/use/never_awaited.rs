// mistakes: 2

#![deny(unused_must_use)]

use youku_orm::{Database, Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    username: String,
}

async fn read(db: &Database) {
    User::query().all(db);
    User::query().limit(3);
}

fn main() {}
