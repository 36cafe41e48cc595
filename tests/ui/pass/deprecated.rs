//! What is generated for a deprecated column does not count as a use of it.

#![deny(warnings)]

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: u64,
    #[deprecated(note = "use `role`")]
    #[model(default = false)]
    is_admin: bool,
    role: String,
}

fn main() {
    let _ = User::insert(NewUser {
        role: "admin".to_owned(),
    });
}
