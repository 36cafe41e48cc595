//! A package whose `Cargo.toml` gives `youku-orm` another name: every macro finds it there by `crate = "orm"`.

#![deny(warnings)]

use orm::{ColumnEnum, ColumnType, Id, Model, Projection};

/// A user.
#[derive(Model)]
#[model(crate = "orm")]
pub struct User {
    /// The key.
    #[model(primary_key, auto)]
    pub id: Id<User>,
    /// The name.
    #[model(unique, length = 64)]
    pub name: Name,
    /// The role.
    #[model(default = Role::Member)]
    pub role: Role,
    /// Who invited them.
    #[model(on_delete = "set_null")]
    pub invited_by: Option<Id<User>>,
}

/// What a user may do.
#[derive(Clone, Copy, ColumnEnum)]
#[model(crate = "orm")]
pub enum Role {
    /// What all may do.
    Member,
    /// Everything.
    Admin,
}

/// The name of a user.
#[derive(Clone, PartialEq, ColumnType)]
#[model(crate = "orm")]
pub struct Name(pub String);

/// A user in a list.
#[derive(Projection)]
#[model(crate = "orm", from = User)]
pub struct Listed {
    /// The name.
    pub name: Name,
    /// The role.
    pub role: Role,
}

#[test]
fn a_renamed_dependency_is_found() {
    let new = NewUser {
        name: Name("ada".to_owned()),
        invited_by: None,
    };
    assert!(new.name == Name("ada".to_owned()));
    let query = User::filter(User::ROLE.eq(Role::Admin));
    assert_eq!(
        format!("{:?}", query.select_as::<Listed>()),
        "Select(`user`.`name`, `user`.`role` FROM `user`)"
    );
}
