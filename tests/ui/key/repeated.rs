// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, primary_key)]
    u_id: u64,
}

fn main() {}
