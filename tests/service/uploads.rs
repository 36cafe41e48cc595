//! Uploads: in one piece and resumable, refused and interrupted.

pub(crate) mod complete_uploads;
mod progress;
mod quotas;
mod upload_faults;

pub(crate) mod resumed_uploads;
mod slow_uploads;
mod upload_owners;
mod upload_restarts;
