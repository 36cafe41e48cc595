// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(no_foreign_key, on_delete = "cascade")]
    invited_by: Id<User>,
}

fn main() {}
