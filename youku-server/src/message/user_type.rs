//! The two kinds of users as the wire spells them.

use serde::{Deserialize, Serialize};
use youku_core::Role;

/// What a user registers or logs in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserType {
    Admin,
    User,
}

impl From<UserType> for Role {
    fn from(user_type: UserType) -> Self {
        match user_type {
            UserType::Admin => Self::Admin,
            UserType::User => Self::User,
        }
    }
}

impl From<Role> for UserType {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::User => Self::User,
        }
    }
}
