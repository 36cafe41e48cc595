// mistakes: 1

use youku_orm::Model;

struct Address;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    address: Address,
    name: String,
}

fn main() {}
