//! The fields of requests that several operations have.

use serde::Deserialize;

use crate::message::{Number, Refusal};
use crate::server::protocol2::list::PageRequest;

/// The fields of an operation that needs only a session.
#[derive(Debug, Deserialize)]
pub(crate) struct SessionFields {
    pub(super) session: Option<String>,
}

/// The fields of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct ListFields {
    pub(super) session: Option<String>,
    limit: Option<Number>,
    after: Option<String>,
}

/// The fields of an operation on one movie.
#[derive(Debug, Deserialize)]
pub(crate) struct MovieFields {
    pub(super) session: Option<String>,
    pub(super) movie_id: Number,
}

/// The fields of an operation on one user.
#[derive(Debug, Deserialize)]
pub(crate) struct UserFields {
    pub(super) session: Option<String>,
    pub(super) user_id: Number,
}

/// The fields of an operation on one's own account, or on that of another user for an administrator.
#[derive(Debug, Deserialize)]
pub(crate) struct OwnOrUserFields {
    pub(super) session: Option<String>,
    pub(super) user_id: Option<Number>,
}

/// The fields of an operation on one upload.
#[derive(Debug, Deserialize)]
pub(crate) struct UploadFields {
    pub(super) session: Option<String>,
    pub(super) upload_id: String,
}

impl ListFields {
    /// The page of `list` that the request asks for.
    pub(super) fn page(self, list: &str) -> Result<PageRequest, Refusal> {
        PageRequest::read(list, self.limit, self.after)
    }
}
