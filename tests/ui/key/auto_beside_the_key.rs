// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key)]
    username: String,
    #[model(auto)]
    number: u64,
}

fn main() {}
