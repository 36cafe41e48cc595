// mistakes: 1

use youku_orm::Model;

struct User {
    u_id: u64,
}

fn count<M: Model>() {}

fn main() {
    count::<User>();
}
