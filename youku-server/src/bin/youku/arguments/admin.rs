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
    /// Delete the account of a user for good, without confirmation.
    DeleteUser {
        #[arg(value_name = "USER_ID")]
        user: u64,
    },
    /// List the open sessions of a user.
    Sessions {
        #[arg(value_name = "USER_ID")]
        user: u64,
    },
    /// End a session of a user.
    EndSession {
        #[arg(value_name = "USER_ID")]
        user: u64,
        #[arg(value_name = "SESSION_ID")]
        session: u64,
    },
    /// Write everything that the server has about a user, as JSON.
    Export {
        #[arg(value_name = "USER_ID")]
        user: u64,
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
