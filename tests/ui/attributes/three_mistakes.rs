// mistakes: 3

use youku_orm::Model;

#[derive(Model)]
#[model(tabel = "users")]
struct User {
    u_id: u64,
    #[model(uniqe)]
    username: String,
}

fn main() {
    let _ = NewUser { username: "ada".to_owned() };
    let _ = User::filter(User::USERNAME.eq("ada")).order_by(User::U_ID.asc());
}
