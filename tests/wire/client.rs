//! Our client and the menus of the terminal, against our server and against servers that misbehave.

mod details;
mod operations;
mod transfers;

mod parts;
mod resumed_uploads;

mod reconnect;
mod repeats;

mod bad_replies;
mod lost_replies;

mod payments;

mod failing_disk;

mod terminal;
