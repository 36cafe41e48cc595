// mistakes: 1

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
    u_id: usize,
}

fn main() {}
