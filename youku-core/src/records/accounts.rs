//! Rows about users: who they are, how they log in, what they did.

pub(crate) mod name_skeleton;
pub(crate) mod session;
pub(crate) mod user;

pub(crate) mod invite;
pub(crate) mod login_failure;

pub(crate) mod audit;
