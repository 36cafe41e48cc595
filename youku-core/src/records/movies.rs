//! Rows about movies: listed, described, uploaded, downloaded.

pub(crate) mod store;

pub(crate) mod movie;
pub(crate) mod upload;

pub(crate) mod detail;
pub(crate) mod poster;
pub(crate) mod tag;

pub(crate) mod orphan;

pub(crate) mod download_record;
pub(crate) mod download_wait;
