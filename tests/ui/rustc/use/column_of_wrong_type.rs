// mistakes: 3

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    username: String,
    age: Option<u8>,
}

fn main() {
    let _ = User::query().select((User::USERNAME.sum(), User::AGE.sum()));
    let _ = User::query().select(User::USERNAME.avg());
    let _ = User::filter(User::AGE.starts_with("1"));
}
