// mistakes: 1

use youku_orm::Model;

struct Country;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: u64,
    #[model(references = Country)]
    country: String,
}

fn main() {}
