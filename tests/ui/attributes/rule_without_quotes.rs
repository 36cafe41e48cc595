// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
#[model(rename_all = lowercase)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
}

fn main() {}
