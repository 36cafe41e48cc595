//! The messages of the wire as the client writes and reads them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Code;
use crate::client::error::Refused;
use crate::client::{ClientError, Result};
use crate::message::UserType;

/// A request with the fields that every request has.
#[derive(Serialize)]
pub(super) struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<&'a str>,
    pub(super) lang: &'static str,
    #[serde(flatten)]
    pub(super) request: &'a Request<'a>,
}

/// The operations of protocol 2.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Request<'a> {
    Hello {
        proto: u64,
    },
    Register {
        username: &'a str,
        password: &'a str,
        user_type: UserType,
        invite: Option<&'a str>,
    },
    Login {
        username: &'a str,
        password: &'a str,
        user_type: Option<UserType>,
    },
    Logout,
    Whoami,
    ChangePassword {
        old_password: &'a str,
        new_password: &'a str,
    },
    Sessions {
        user_id: Option<u64>,
        after: Option<String>,
    },
    EndSession {
        session_id: u64,
        user_id: Option<u64>,
    },
    Export {
        user_id: Option<u64>,
    },
    DeleteAccount {
        password: &'a str,
    },
    DeleteUser {
        user_id: u64,
    },
    ChargeVip {
        key: Option<&'a str>,
        max_price: u64,
    },
    CheckRecord {
        after: Option<String>,
    },
    Prices,
    Purchases {
        after: Option<String>,
    },
    GetMovieList {
        movie_type: &'static str,
        matching: &'a str,
        sort: &'static str,
        after: Option<String>,
    },
    Movie {
        movie_id: u64,
    },
    EditMovie {
        movie_id: u64,
        name: Option<&'a str>,
        is_free: Option<bool>,
    },
    MovieDetails {
        movie_id: u64,
    },
    DescribeMovie {
        movie_id: u64,
        title: Option<&'a str>,
        description: Option<&'a str>,
        tags: Option<&'a [String]>,
        data: Option<String>,
    },
    DeleteMovie {
        movie_id: u64,
    },
    RestoreMovie {
        movie_id: u64,
    },
    PurgeMovie {
        movie_id: u64,
    },
    DeletedMovies {
        movie_type: &'static str,
        matching: &'a str,
        sort: &'static str,
        after: Option<String>,
    },
    CheckNotice {
        after: Option<String>,
    },
    SendNotice {
        title: &'a str,
        content: &'a str,
    },
    EditNotice {
        notice_id: u64,
        title: &'a str,
        content: &'a str,
    },
    DeleteNotice {
        notice_id: u64,
    },
    ListUsers {
        after: Option<String>,
    },
    LockUser {
        user_id: u64,
    },
    UnlockUser {
        user_id: u64,
    },
    ChangeRole {
        user_id: u64,
        user_type: UserType,
    },
    InviteAdmin,
    InviteUser,
    Invites {
        after: Option<String>,
    },
    RevokeInvite {
        invite_id: u64,
    },
    Statistics,
    Audit {
        after: Option<String>,
    },
    UploadOpen {
        name: &'a str,
        size: u64,
        is_free: bool,
        sha256: Option<&'a str>,
    },
    UploadStatus {
        upload_id: &'a str,
    },
    UploadChunk {
        upload_id: &'a str,
        offset: u64,
        len: u64,
    },
    Uploads,
    UploadCommit {
        upload_id: &'a str,
        sha256: &'a str,
    },
    UploadAbort {
        upload_id: &'a str,
    },
    DownloadMovie {
        movie_id: u64,
        offset: u64,
        len: Option<u64>,
        if_sha256: Option<&'a str>,
        watch_id: Option<&'a str>,
        max_price: u64,
    },
}

/// The fields that every reply has, and the rest of the reply.
pub(super) struct ReceivedReply {
    common: Common,
    value: serde_json::Value,
}

#[derive(Deserialize)]
struct Common {
    flag: bool,
    code: Option<String>,
    #[serde(default)]
    msg: String,
    field: Option<String>,
    retry_after: Option<u64>,
    offset: Option<u64>,
    request_id: Option<String>,
    price: Option<u64>,
}

impl ReceivedReply {
    pub(super) fn parse(json: &[u8]) -> Result<Self> {
        let value: serde_json::Value = serde_json::from_slice(json).map_err(ClientError::reply)?;
        let common = Common::deserialize(&value).map_err(ClientError::reply)?;
        Ok(Self { common, value })
    }

    /// The operation's own fields.
    pub(super) fn into_body<B: DeserializeOwned>(self) -> Result<B> {
        let Common {
            flag,
            msg,
            field,
            retry_after,
            offset,
            request_id,
            price,
            ..
        } = self.common;
        if flag {
            return serde_json::from_value(self.value).map_err(ClientError::reply);
        }
        let code = code(self.common.code.as_deref());
        Err(ClientError::refused(Refused {
            code,
            text: msg,
            field,
            retry_after,
            offset,
            request_id,
            price_fen: price,
        }))
    }

    /// Whether the server closes the connection after this reply.
    pub(super) fn closes_connection(&self) -> bool {
        let code = code(self.common.code.as_deref());
        let is_last = matches!(
            code,
            Code::BadFrame | Code::FrameTooLarge | Code::ShuttingDown
        );
        !self.common.flag && is_last
    }
}

/// The code of a spelling. A spelling that this version does not know counts as a failure of the server.
fn code(spelling: Option<&str>) -> Code {
    spelling.and_then(Code::from_wire).unwrap_or(Code::Internal)
}

#[cfg(test)]
mod tests;
