//! The credentials of users: user names, passwords, tokens.

pub(crate) mod username;

pub(crate) mod common_passwords;
pub(crate) mod hasher;
pub(crate) mod password;

pub(crate) mod token;
