//! The client program: its commands as scripts run them, and its menus in a real pseudo-terminal, where
//! keys go in and the screen is looked at.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failed `unwrap` fails its test")]

mod world;

mod relay;
mod script;

mod screen;

mod commands;

mod catalogue;
mod encrypted;
mod purchases;

mod interruptions;

mod menus;
mod modes;
