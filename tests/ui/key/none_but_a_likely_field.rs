// mistakes: 1

use youku_orm::{Id, Model};

#[derive(Model)]
struct User {
    u_id: Id<User>,
    username: String,
}

fn main() {
    let _ = NewUser { username: "ada".to_owned() };
    let _ = User::filter(User::U_ID.eq(Id::new(1)).and(User::USERNAME.eq("ada")));
}
