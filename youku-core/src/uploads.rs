//! Uploading a movie: announced, staged, checked, published, and only then listed.
//!
//! The steps, in the order in which they become durable:
//!
//! 1. a row that owns the random key of the bytes,
//! 2. a staged file of that name,
//! 3. the bytes, hashed while they are written,
//! 4. size and SHA-256 are compared with what was announced,
//! 5. the file is synced,
//! 6. it is renamed, or copied, into the movie store,
//! 7. the store's folder is synced,
//! 8. one transaction lists the movie and drops the row.
//!
//! Whatever stops this in between leaves nothing listed, and nothing that
//! [`Youku::sweep`](crate::Youku::sweep) does not find.

pub(crate) mod refusal;

pub(crate) mod free_space;
pub(crate) mod new_movie;
pub(crate) mod open;

pub(crate) mod progress;

pub(crate) mod heartbeat;
pub(crate) mod row_guard;
pub(crate) mod upload;

pub(crate) mod examine;
pub(crate) mod finish;
pub(crate) mod publish;

pub(crate) mod resumable;
