//! Protocol 2, which our own clients speak: its requests, one file per subject.
//!
//! [`guide`](crate::protocol) describes it for people who write a client. Unlike the existing
//! dialects, it has no field with two spellings and no number that is a text, and a client sends no
//! bytes before it has opened an upload for them.

mod fields;
mod hello;

mod account;
mod person;

mod movie;

mod details;

mod connection_upload;
mod upload;

mod notice;

mod admin;

mod convert;
mod list;

use serde::Deserialize;

pub(super) use connection_upload::ConnectionUpload;
pub(super) use hello::{Hello, hello};

use crate::Code;
use crate::message::{Fields, NoFields};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use fields::{ListFields, MovieFields, OwnOrUserFields, SessionFields, UploadFields, UserFields};

/// A request of protocol 2, named by its `type`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    Hello(Hello),
    Ping(NoFields),
    Register(account::Register),
    Login(account::Login),
    Logout(SessionFields),
    Whoami(SessionFields),
    ChangePassword(account::ChangePassword),
    Sessions(person::Sessions),
    EndSession(person::EndSession),
    Export(OwnOrUserFields),
    DeleteAccount(person::DeleteAccount),
    ChargeVip(account::ChargeVip),
    CheckRecord(ListFields),
    Purchases(ListFields),
    Prices(NoFields),
    GetMovieList(movie::MovieList),
    MovieDetails(MovieFields),
    DescribeMovie(details::DescribeMovie),
    Movie(MovieFields),
    DownloadMovie(movie::DownloadMovie),
    EditMovie(movie::EditMovie),
    DeleteMovie(MovieFields),
    RestoreMovie(MovieFields),
    PurgeMovie(MovieFields),
    DeletedMovies(movie::MovieList),
    UploadOpen(upload::UploadOpen),
    UploadStatus(UploadFields),
    UploadChunk(upload::UploadChunk),
    UploadCommit(upload::UploadCommit),
    UploadAbort(UploadFields),
    Uploads(SessionFields),
    CheckNotice(notice::CheckNotice),
    SendNotice(notice::SendNotice),
    EditNotice(notice::EditNotice),
    DeleteNotice(notice::DeleteNotice),
    ListUsers(ListFields),
    LockUser(UserFields),
    UnlockUser(UserFields),
    ChangeRole(admin::ChangeRole),
    DeleteUser(UserFields),
    InviteAdmin(SessionFields),
    InviteUser(SessionFields),
    Invites(ListFields),
    RevokeInvite(admin::InviteFields),
    Audit(ListFields),
    Statistics(SessionFields),
}

/// Whether protocol 2 has an operation of that name.
pub(super) fn has_operation(name: &str) -> bool {
    let request = Fields::of_operation(name).request::<Request>();
    request.map_or_else(|refusal| refusal.code() != Code::UnknownType, |_| true)
}

impl Request {
    /// Carries the request out and replies to it.
    pub(super) async fn apply(self, client: &mut ClientConnection) -> Outcome {
        match self {
            Self::Hello(fields) => hello(fields, client).await,
            Self::Ping(fields) => account::ping(fields, client).await,
            Self::Register(fields) => account::register(fields, client).await,
            Self::Login(fields) => account::login(fields, client).await,
            Self::Logout(fields) => account::logout(fields, client).await,
            Self::Whoami(fields) => account::whoami(fields, client).await,
            Self::ChangePassword(fields) => account::change_password(fields, client).await,
            Self::Sessions(fields) => person::sessions(fields, client).await,
            Self::EndSession(fields) => person::end_session(fields, client).await,
            Self::Export(fields) => person::export(fields, client).await,
            Self::DeleteAccount(fields) => person::delete_account(fields, client).await,
            Self::ChargeVip(fields) => account::charge_vip(fields, client).await,
            Self::CheckRecord(fields) => account::check_record(fields, client).await,
            Self::Purchases(fields) => account::purchases(fields, client).await,
            Self::Prices(fields) => account::prices(fields, client).await,
            Self::GetMovieList(fields) => movie::get_movie_list(fields, client).await,
            Self::MovieDetails(fields) => details::movie_details(fields, client).await,
            Self::DescribeMovie(fields) => details::describe_movie(fields, client).await,
            Self::Movie(fields) => movie::movie(fields, client).await,
            Self::DownloadMovie(fields) => movie::download_movie(fields, client).await,
            Self::EditMovie(fields) => movie::edit_movie(fields, client).await,
            Self::DeleteMovie(fields) => movie::delete_movie(fields, client).await,
            Self::RestoreMovie(fields) => movie::restore_movie(fields, client).await,
            Self::PurgeMovie(fields) => movie::purge_movie(fields, client).await,
            Self::DeletedMovies(fields) => movie::deleted_movies(fields, client).await,
            Self::UploadOpen(fields) => upload::upload_open(fields, client).await,
            Self::UploadStatus(fields) => upload::upload_status(fields, client).await,
            Self::UploadChunk(fields) => upload::upload_chunk(fields, client).await,
            Self::UploadCommit(fields) => upload::upload_commit(fields, client).await,
            Self::UploadAbort(fields) => upload::upload_abort(fields, client).await,
            Self::Uploads(fields) => upload::uploads(fields, client).await,
            Self::CheckNotice(fields) => notice::check_notice(fields, client).await,
            Self::SendNotice(fields) => notice::send_notice(fields, client).await,
            Self::EditNotice(fields) => notice::edit_notice(fields, client).await,
            Self::DeleteNotice(fields) => notice::delete_notice(fields, client).await,
            Self::ListUsers(fields) => admin::list_users(fields, client).await,
            Self::LockUser(fields) => admin::lock_user(fields, client).await,
            Self::UnlockUser(fields) => admin::unlock_user(fields, client).await,
            Self::ChangeRole(fields) => admin::change_role(fields, client).await,
            Self::DeleteUser(fields) => person::delete_user(fields, client).await,
            Self::InviteAdmin(fields) => admin::invite_admin(fields, client).await,
            Self::InviteUser(fields) => admin::invite_user(fields, client).await,
            Self::Invites(fields) => admin::invites(fields, client).await,
            Self::RevokeInvite(fields) => admin::revoke_invite(fields, client).await,
            Self::Audit(fields) => admin::audit(fields, client).await,
            Self::Statistics(fields) => admin::statistics(fields, client).await,
        }
    }
}
