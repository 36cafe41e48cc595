// mistakes: 1

use youku_orm::Model;

struct Address;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    address: Address,
}

fn main() {}
