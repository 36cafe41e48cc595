// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    username: String,
    nickname: Option<String>,
}

fn main() {
    let _ = User::filter(User::USERNAM.eq("ada"));
}
