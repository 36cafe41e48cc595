// mistakes: 1

use youku_orm::{Model, Timestamp};

#[derive(Model)]
struct User {
    #[model(primary_key)]
    registered: Timestamp,
}

fn main() {}
