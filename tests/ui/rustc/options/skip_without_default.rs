// mistakes: 1

use youku_orm::Model;

struct Cache;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    #[model(skip)]
    cache: Cache,
}

fn main() {}
