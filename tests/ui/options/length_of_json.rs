// mistakes: 1

use youku_orm::{Json, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(length = 100)]
    tags: Json<Vec<String>>,
}

fn main() {}
