// mistakes: 1

use std::collections::HashMap;

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    value: HashMap<String, String>,
}

fn main() {}
