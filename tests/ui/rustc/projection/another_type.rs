// mistakes: 2

use youku_orm::{Id, Model, Projection};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    username: String,
    nickname: Option<String>,
}

#[derive(Projection)]
#[model(from = User)]
struct Named {
    username: u64,
    nickname: String,
}

fn main() {}
