// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primarykey, auto)]
    u_id: u64,
    username: String,
}

fn main() {
    let _ = NewUser { username: "ada".to_owned() };
}
