//! Uploads that outlive their connection.

pub(crate) mod slot;

pub(crate) mod chunk;
pub(crate) mod handle;

pub(crate) mod resume;
