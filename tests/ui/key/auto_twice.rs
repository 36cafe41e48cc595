// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    #[model(auto)]
    u_id: u64,
}

fn main() {}
