//! Everything public that is generated has documentation, and nothing raises a warning.

#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    missing_copy_implementations
)]

use youku_orm::{ColumnEnum, ColumnType, Id, Model, Timestamp};

/// A user.
#[derive(Debug, Model)]
pub struct User {
    /// The key.
    #[model(primary_key, auto)]
    pub id: Id<User>,
    /// The name to log in with.
    #[model(unique, length = 64)]
    pub name: String,
    /// What the user may do.
    #[model(default = Role::Member)]
    pub role: Role,
    /// When the user registered.
    pub registered: Timestamp,
}

/// Where messages go to.
#[derive(Debug, ColumnType)]
pub struct Email(String);

/// What a user may do.
#[derive(Debug, Clone, Copy, ColumnEnum)]
pub enum Role {
    /// Everything.
    Admin,
    /// Watch movies.
    Member,
}

pub(crate) fn main() {}
