//! Users and the audit, for administrators.

mod audit;
pub(super) use audit::Audit;

mod change_role;
pub(super) use change_role::ChangeRole;

mod invite_admin;
pub(super) use invite_admin::InviteAdmin;

mod list_users;
pub(super) use list_users::ListUsers;

mod lock_user;
pub(super) use lock_user::{LockUser, UnlockUser};

mod statistics;
pub(super) use statistics::Statistics;
