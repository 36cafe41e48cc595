// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(skip, column = "cache")]
    cache: String,
}

fn main() {}
