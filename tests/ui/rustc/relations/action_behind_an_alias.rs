// mistakes: 1

use youku_orm::{Id, Model};

type Number = u64;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(on_delete = "cascade")]
    invited_by: Number,
}

fn main() {}
