//! Uploads that outlive their connection.

pub(crate) mod entry;

pub(crate) mod chunk;
pub(crate) mod handle;

pub(crate) mod resume;
