// mistakes: 1

use youku_orm::Model;

#[derive(Clone, Copy)]
enum Role {
    Admin,
}

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: u64,
    role: Role,
}

fn main() {
    let _ = NewUser { role: Role::Admin };
}
