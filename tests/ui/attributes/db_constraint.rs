// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    #[model(db_constraint = true, on_delete = "cascade")]
    invited_by: Id<User>,
}

fn main() {}
