//! Basic types that all other modules use: codes, errors, ids, text and pages.

pub(crate) mod code;
pub(crate) mod error;
pub(crate) mod rule;

pub(crate) mod id;

pub(crate) mod file_name;
pub(crate) mod text;

pub(crate) mod private_files;

pub(crate) mod page;
