// mistakes: 1

use youku_orm::{Id, Model};

type UserId = Id<User>;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: UserId,
    #[model(on_delete = "set_null")]
    invited_by: UserId,
}

fn main() {}
