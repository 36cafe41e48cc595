// mistakes: 2

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    #[model(on_delete = CASCADE)]
    invited_by: Id<User>,
    #[model(on_delete = DO_NOTHING)]
    removed_by: Id<User>,
}

fn main() {}
