//! What is generated for a deprecated type or column does not count as a use of it.

#![deny(warnings)]
#![allow(
    dead_code,
    reason = "a use of a deprecated type is what must not be here"
)]

use youku_orm::{ColumnEnum, ColumnType, Model, Projection};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: u64,
    #[deprecated(note = "use `role`")]
    #[model(default = false)]
    is_admin: bool,
    role: String,
}

#[deprecated(note = "use `Role`")]
#[derive(Clone, Copy, ColumnEnum)]
enum Rank {
    Member,
    #[deprecated(note = "use `Member`")]
    Guest,
}

#[deprecated(note = "use `String`")]
#[derive(Clone, PartialEq, ColumnType)]
struct Email(String);

#[deprecated(note = "use `User`")]
#[derive(Projection)]
#[model(from = User)]
struct Listed {
    id: u64,
    #[deprecated(note = "use `id`")]
    role: String,
}

#[deprecated(note = "use a type")]
#[derive(Projection)]
struct Counted {
    users: i64,
}

#[deprecated(note = "use `User`")]
#[derive(Model)]
struct Person {
    #[model(primary_key, auto)]
    id: u64,
}

pub(crate) fn main() {
    let _ = User::insert(NewUser {
        role: "admin".to_owned(),
    });
}
