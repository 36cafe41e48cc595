// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(references = User)]
    invited_by: Option<u32>,
}

fn main() {}
