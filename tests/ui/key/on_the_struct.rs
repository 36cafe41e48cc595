// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
#[model(primary_key)]
struct User {
    u_id: u64,
}

fn main() {}
