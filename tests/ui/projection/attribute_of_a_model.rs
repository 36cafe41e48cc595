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
#[model(form = User)]
struct Named {
    #[model(column = "name")]
    username: String,
}

fn main() {}
