// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    username: String,
}

fn main() {
    let _ = NewUser { username: "ada".to_owned() };
    let _ = User::filter(User::USERNAME.eq("ada")).limit(1);
}
