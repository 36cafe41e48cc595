// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    #[model(references = User, length = 99999)]
    invited_by: u64,
}

fn main() {}
