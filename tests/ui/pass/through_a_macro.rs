//! A model may be written by a macro, whose fragments reach the derive in invisible groups.

#![deny(warnings)]

use youku_orm::{Model, Table};

macro_rules! model {
    ($name:ident, $table:literal, $length:literal, $column:ident: $ty:ty = $default:expr) => {
        #[derive(Model)]
        #[model(table = $table)]
        struct $name {
            #[model(primary_key, auto)]
            id: u64,
            #[model(length = $length, default = $default)]
            $column: $ty,
        }
    };
}

model!(User, "users", 64, name: Option<String> = "ada");

pub(crate) fn main() {
    assert_eq!(User::UPDATE, "UPDATE `users` SET `name` = ? WHERE `id` = ?");
    assert_eq!(User::COLUMNS[1].length, Some(64));
    assert!(User::COLUMNS[1].default.is_some());
}
