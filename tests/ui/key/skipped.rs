// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, skip)]
    u_id: u64,
    username: String,
}

fn main() {}
