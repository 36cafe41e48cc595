// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User<'a> {
    #[model(primary_key, auto)]
    u_id: u64,
    username: &'a str,
}

fn main() {
    let _ = User::query().filter(User::USERNAME.eq("ada"));
}
