// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Option<u64>,
    username: String,
}

fn main() {
    let _ = NewUser { username: "ada".to_owned() };
}
