// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
}

#[derive(Model)]
struct Profile {
    #[model(primary_key, auto)]
    user: Id<User>,
    city: String,
}

fn main() {}
