// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: u64,
    #[model(references = "User")]
    invited_by: Option<u64>,
}

fn main() {}
