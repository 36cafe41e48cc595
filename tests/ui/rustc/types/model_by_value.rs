// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
}

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    id: u64,
    owner: User,
}

fn main() {}
