// mistakes: 1

use youku_orm::{ColumnEnum, Model};

#[derive(Clone, Copy, ColumnEnum)]
enum Role {
    Admin,
    Member(u32),
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
