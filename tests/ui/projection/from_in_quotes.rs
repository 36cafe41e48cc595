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
#[model(from = "User")]
struct Named {
    username: String,
}

fn names() -> youku_orm::Result<()> {
    let _ = User::query().select_as::<Named>().limit(3);
    Ok(())
}

fn main() {}
