// mistakes: 3

#![deny(deprecated)]

use youku_orm::{Id, Model};

#[derive(Model)]
#[model(table = "user")]
struct User {
    #[model(primary_key, auto, unique, index)]
    u_id: Id<User>,
    #[model(unique, index, length = 64)]
    username: String,
    #[model(column = "city", unique, index = "place")]
    city: String,
}

fn main() {}
