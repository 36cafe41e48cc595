//! The server program as an operator runs it: addresses, certificates, secrets, logs, care for the data.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a failed `unwrap` fails its test")]

mod support;

mod start;

mod listening;
mod options;
mod tls;

mod data;
mod killed;
mod termination;
