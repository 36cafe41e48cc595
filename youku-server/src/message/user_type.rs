//! The two kinds of users as the wire spells them.

use serde::{Deserialize, Serialize};

/// What a user registers or logs in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserType {
    Admin,
    User,
}
