// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
#[model(rename = "users")]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
}

fn main() {}
