// mistakes: 2

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    username: String,
    nickname: Option<String>,
}

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    id: u64,
    name: String,
}

fn main() {
    let _ = User::filter(Movie::NAME.eq("ada"));
    let _ = User::query().order_by(Movie::NAME.asc());
}
