//! Generated code passes every lint of rustc and Clippy that a careful crate switches on.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    single_use_lifetimes,
    let_underscore_drop,
    unsafe_code,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::unwrap_used,
    clippy::missing_errors_doc
)]
// It asks for the contrary of `unreachable_pub`.
#![allow(clippy::redundant_pub_crate)]

use youku_orm::{
    ColumnEnum, ColumnType, Id, Insertable, Model, Projection, Table, Timestamp, Value,
};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ColumnEnum)]
pub(crate) enum Role {
    /// Everything.
    Admin,
    /// Watch movies.
    Member,
}

/// Where messages go to.
#[derive(Debug, Clone, PartialEq, Eq, ColumnType)]
pub(crate) struct Email(String);

/// A user.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct User {
    /// The key.
    #[model(primary_key, auto)]
    pub(crate) id: Id<Self>,
    #[model(unique, length = 64)]
    pub(crate) name: String,
    #[model(default = Role::Member)]
    pub(crate) role: Role,
    is_vip: bool,
    is_locked: bool,
    is_deleted: bool,
    is_member: bool,
    #[model(default = true)]
    is_new: bool,
    weight: f64,
    pub(crate) registered: Option<Timestamp>,
    email: Email,
    #[model(skip)]
    cache: Vec<String>,
}

/// What a list of users shows.
#[derive(Debug, Clone, PartialEq, Eq, Projection)]
#[model(from = User)]
pub(crate) struct Listed {
    /// The key.
    pub(crate) id: Id<User>,
    #[model(select = User::NAME)]
    title: String,
}

/// A model without an `auto` key.
#[derive(Debug, Model)]
struct Country {
    #[model(primary_key)]
    code: String,
}

pub(crate) fn main() {
    let new = NewUser {
        name: "ada".to_owned(),
        is_vip: false,
        is_locked: false,
        is_deleted: false,
        is_member: true,
        weight: 0.5,
        registered: None,
        email: Email("ada@example.org".to_owned()),
    };
    let values = new.into_values();
    assert_eq!(
        values[..2],
        [
            Value::Text("ada".to_owned()),
            Value::Text(Role::Member.name().to_owned())
        ]
    );
    assert_eq!(User::COLUMNS.len(), values.len() + 1);
    drop(User::query().select_as::<Listed>());
    assert_eq!(
        Country::UPDATE,
        "UPDATE `country` SET `code` = `code` WHERE `code` = ?"
    );
}
