//! Protocol 2, which our own clients speak: its requests, one per file.
//!
//! [`guide`](crate::protocol) describes it for people who write a client. Unlike the existing
//! dialects, it has no field with two spellings and no number that is a text, and a client sends no
//! bytes before it has opened an upload for them.

mod hello;

mod account;

mod movie;

mod upload;

mod notice;

mod admin;

mod list;
mod view;

use serde::Deserialize;

pub(super) use hello::Hello;
pub(super) use upload::ConnectionUpload;

use crate::Code;
use crate::message::Fields;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use account::*;
use admin::*;
use movie::*;
use notice::*;
use upload::*;

/// A request of protocol 2, named by its `type`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    Hello(Hello),
    Register(Register),
    Login(Login),
    Logout(Logout),
    Whoami(Whoami),
    ChangePassword(ChangePassword),
    ChargeVip(ChargeVip),
    CheckRecord(CheckRecord),
    Purchases(Purchases),
    Prices(Prices),
    GetMovieList(GetMovieList),
    DownloadMovie(DownloadMovie),
    EditMovie(EditMovie),
    DeleteMovie(DeleteMovie),
    RestoreMovie(RestoreMovie),
    DeletedMovies(DeletedMovies),
    UploadOpen(UploadOpen),
    UploadStatus(UploadStatus),
    UploadChunk(UploadChunk),
    UploadCommit(UploadCommit),
    UploadAbort(UploadAbort),
    Uploads(Uploads),
    CheckNotice(CheckNotice),
    SendNotice(SendNotice),
    ListUsers(ListUsers),
    LockUser(LockUser),
    UnlockUser(UnlockUser),
    ChangeRole(ChangeRole),
    InviteAdmin(InviteAdmin),
    Audit(Audit),
    Statistics(Statistics),
}

/// Whether protocol 2 has an operation of that name.
pub(super) fn has_operation(name: &str) -> bool {
    let request = Fields::of_operation(name).request::<Request>();
    request.map_or_else(|refusal| refusal.code() != Code::UnknownType, |_| true)
}

impl Request {
    /// Carries the request out and replies to it.
    pub(super) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        match self {
            Self::Hello(request) => request.apply(client).await,
            Self::Register(request) => request.apply(client).await,
            Self::Login(request) => request.apply(client).await,
            Self::Logout(request) => request.apply(client).await,
            Self::Whoami(request) => request.apply(client).await,
            Self::ChangePassword(request) => request.apply(client).await,
            Self::ChargeVip(request) => request.apply(client).await,
            Self::CheckRecord(request) => request.apply(client).await,
            Self::Purchases(request) => request.apply(client).await,
            Self::Prices(request) => request.apply(client).await,
            Self::GetMovieList(request) => request.apply(client).await,
            Self::DownloadMovie(request) => request.apply(client).await,
            Self::EditMovie(request) => request.apply(client).await,
            Self::DeleteMovie(request) => request.apply(client).await,
            Self::RestoreMovie(request) => request.apply(client).await,
            Self::DeletedMovies(request) => request.apply(client).await,
            Self::UploadOpen(request) => request.apply(client).await,
            Self::UploadStatus(request) => request.apply(client).await,
            Self::UploadChunk(request) => request.apply(client).await,
            Self::UploadCommit(request) => request.apply(client).await,
            Self::UploadAbort(request) => request.apply(client).await,
            Self::Uploads(request) => request.apply(client).await,
            Self::CheckNotice(request) => request.apply(client).await,
            Self::SendNotice(request) => request.apply(client).await,
            Self::ListUsers(request) => request.apply(client).await,
            Self::LockUser(request) => request.apply(client).await,
            Self::UnlockUser(request) => request.apply(client).await,
            Self::ChangeRole(request) => request.apply(client).await,
            Self::InviteAdmin(request) => request.apply(client).await,
            Self::Audit(request) => request.apply(client).await,
            Self::Statistics(request) => request.apply(client).await,
        }
    }
}
