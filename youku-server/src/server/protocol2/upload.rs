//! Uploads: opened, sent in chunks over any number of connections, committed.

mod connection_upload;
pub(in crate::server) use connection_upload::ConnectionUpload;

mod upload_abort;
pub(super) use upload_abort::UploadAbort;

mod upload_chunk;
pub(super) use upload_chunk::UploadChunk;

mod upload_commit;
pub(super) use upload_commit::UploadCommit;

mod upload_open;
pub(super) use upload_open::UploadOpen;

mod upload_status;
pub(super) use upload_status::{UploadStatus, Uploads};
