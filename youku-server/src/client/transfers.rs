//! Transfers of movies: downloads into a file, uploads from a file, and resuming either.

pub(crate) mod part;
pub(crate) mod rename;

pub(crate) mod download;
pub(crate) mod incoming;

pub(crate) mod chunk;
pub(crate) mod upload;
