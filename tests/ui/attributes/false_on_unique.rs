// mistakes: 2

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(unique = false)]
    username: String,
    #[model(index(false))]
    city: String,
}

fn main() {}
