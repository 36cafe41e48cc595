// mistakes: 2

use youku_orm::{Json, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(index)]
    tags: Json<Vec<String>>,
    #[model(unique = "place")]
    address: Option<Json<Vec<String>>>,
}

fn main() {}
