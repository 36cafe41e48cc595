//! Users: how they register, log in, change, and lose their rights.

mod registration;

mod lockouts;
mod sessions;

mod passwords;
mod revocation;

mod hosts;

mod deletions;

mod admins;
mod invites;
mod users;
