// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
#[model(crate = "orm")]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    username: String,
}

fn main() {}
