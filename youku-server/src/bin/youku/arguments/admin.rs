//! The arguments of `youku admin`.

use clap::Subcommand;

use crate::arguments::{Filter, Role};

#[derive(Subcommand)]
pub(crate) enum Admin {
    /// List the users.
    Users,
    /// Lock a user out, and end their sessions.
    Lock {
        #[arg(value_name = "USER_ID")]
        user: u64,
    },
    /// Let a user log in again.
    Unlock {
        #[arg(value_name = "USER_ID")]
        user: u64,
    },
    /// Change the role of a user.
    Role {
        #[arg(value_name = "USER_ID")]
        user: u64,
        role: Role,
    },
    /// Create a code with which one administrator can register.
    Invite {
        /// Create a code for a user instead.
        #[arg(long)]
        user: bool,
    },
    /// List the invites that can still be used.
    Invites,
    /// Revoke an invite; `admin invites` lists them.
    RevokeInvite {
        #[arg(value_name = "INVITE_ID")]
        invite: u64,
    },
    /// List what administrators did and events that concern security.
    Audit,
    /// List the movies that can be restored.
    Deleted(Filter),
    /// Show counts of users, movies, sessions and payments.
    Statistics,
}
