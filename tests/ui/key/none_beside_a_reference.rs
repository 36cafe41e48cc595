// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    invited_by: Id<User>,
    id: u64,
}

fn main() {}
