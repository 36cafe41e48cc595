//! Accounts: registration, log-in and its lockout, passwords, and the users that administrators manage.

pub(crate) mod invite;
pub(crate) mod register;

pub(crate) mod lockout;
pub(crate) mod login;

pub(crate) mod password_change;
pub(crate) mod password_reset;

pub(crate) mod administrators;
pub(crate) mod users;

pub(crate) mod deletion;
pub(crate) mod export;
