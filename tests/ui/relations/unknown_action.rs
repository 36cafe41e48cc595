// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(on_delete = "nullify")]
    invited_by: Option<Id<User>>,
}

fn main() {}
