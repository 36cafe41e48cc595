//! `crate = "…"` says where `youku_orm` is, for a program that knows it under another name.

#![deny(warnings)]

use youku_orm as orm;

mod reexported {
    pub(crate) use youku_orm::*;
}

#[derive(orm::Model)]
#[model(crate = "orm")]
struct User {
    #[model(primary_key, auto)]
    id: u64,
    role: Role,
}

#[derive(Clone, Copy, orm::ColumnEnum)]
#[model(crate = "crate::other_crate_path::reexported")]
enum Role {
    Admin,
}

pub(crate) fn main() {
    use orm::Model;
    let _ = User::filter(User::ROLE.eq(Role::Admin));
}
