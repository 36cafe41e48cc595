//! The two existing dialects, over raw bytes.

mod framing;

mod conformance;
mod design_dialect;

mod account;
mod movies;

mod refused_upload;
mod upload;

mod download;
mod files;

mod history;
mod notices;

mod bad_input;
mod codes;
