//! Rows about movies: listed, uploaded, downloaded.

pub(crate) mod store;

pub(crate) mod movie;
pub(crate) mod upload;

pub(crate) mod orphan;

pub(crate) mod download_record;
pub(crate) mod download_wait;
