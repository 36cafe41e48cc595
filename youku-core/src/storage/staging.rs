//! Staged files: the bytes of an upload on the local disk, until they are published.

pub(crate) mod area;
pub(crate) mod folder;

pub(crate) mod staged;
pub(crate) mod staged_file;
pub(crate) mod staged_path;

pub(crate) mod sealed;
pub(crate) mod sink;

pub(crate) mod checkpoint;
pub(crate) mod resume_point;

pub(crate) mod space;
