// mistakes: 2

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(unique = "name", length = 400)]
    first: String,
    #[model(unique = "name", length = 400)]
    last: Option<String>,
    #[model(index = "place")]
    street: String,
    #[model(index = "place")]
    town: String,
    #[model(index = "place")]
    country: String,
    #[model(index = "place", length = 13)]
    plan: Vec<u8>,
}

fn main() {}
