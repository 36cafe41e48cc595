//! The objects in the replies of protocol 2: the server writes these types and the client reads them.
//!
//! Times are whole seconds since 1970-01-01 UTC, sizes and offsets are in bytes, prices in fen, digests
//! SHA-256 in hexadecimal.

mod format;

mod account;
mod movie;
mod record;

mod transfer;

mod admin;

pub use account::{Identity, Membership, OpenSession, Prices};
pub(crate) use account::{LoggedIn, Registered};
pub use admin::{AuditLine, Invite, OpenInvite, Statistics, User};
pub(crate) use format::kind;
pub use movie::{Movie, MovieDetails, Quote};
pub use record::{Notice, Purchase, Record};
pub use transfer::Upload;
pub(crate) use transfer::{
    DownloadReply, HelloReply, REGISTRATION_BY_INVITE, Received, UploadOpenReply,
};

#[cfg(test)]
mod tests;
