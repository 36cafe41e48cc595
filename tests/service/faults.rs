//! Concurrent writers, dropped futures, and failures of the process, the database, the store and the disk.

mod between;
pub(crate) mod races;

pub(crate) mod cut_off;
mod dropped;

#[cfg(unix)]
mod crashes;

mod lost_replies;
mod lost_s3_replies;
mod refused_commits;

mod failing_store;

#[cfg(target_os = "linux")]
mod failing_disk;
#[cfg(target_os = "linux")]
mod full_disk;
