// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
#[model(length = 64)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
}

fn main() {}
