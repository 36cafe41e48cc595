// mistakes: 3

use youku_orm::Model;

struct Address;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(uniqe)]
    username: String,
    address: Address,
    #[model(default = 7)]
    nickname: String,
}

fn main() {}
