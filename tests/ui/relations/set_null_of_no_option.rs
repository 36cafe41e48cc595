// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(on_delete = "set_null")]
    invited_by: Id<User>,
}

fn main() {}
