//! Movies on their way: downloads into a file, uploads out of one, and how either resumes.

pub(crate) mod file_name;
pub(crate) mod part;
pub(crate) mod rename;

pub(crate) mod download;
pub(crate) mod incoming;

pub(crate) mod chunk;
pub(crate) mod upload;
