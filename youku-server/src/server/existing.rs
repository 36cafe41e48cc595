//! The existing dialects: their requests, one file per subject.

mod account;

mod movie;

mod download;
mod upload;

mod notice;
mod record;

mod pages;

use serde::Deserialize;

pub(super) use download::send_when_ready;
pub(super) use upload::movie_exists;

use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::server::protocol2::{Hello, hello};

/// A request of either existing dialect, named by its `type`. If the dialects have different names for
/// an operation, the second name is an alias; the same is true of the fields of each operation.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Request {
    /// Switches to protocol 2.
    Hello(Hello),
    Register(account::Register),
    Login(account::Login),
    CheckMovie(movie::CheckMovie),
    UploadMovie(upload::UploadMovie),
    GetMovieList(movie::GetMovieList),
    DeleteMovie(movie::DeleteMovie),
    #[serde(alias = "release_notice")]
    SendNotice(notice::SendNotice),
    ChargeVip(account::ChargeVip),
    DownloadMovie(download::DownloadMovie),
    #[serde(alias = "check_download_record")]
    CheckRecord(record::CheckRecord),
    CheckNotice(notice::CheckNotice),
}

impl Request {
    /// Carries the request out and replies to it.
    pub(super) async fn apply(self, client: &mut ClientConnection) -> Outcome {
        match self {
            Self::Hello(fields) => hello(fields, client).await,
            Self::Register(fields) => account::register(fields, client).await,
            Self::Login(fields) => account::login(fields, client).await,
            Self::CheckMovie(fields) => movie::check_movie(fields, client).await,
            Self::UploadMovie(fields) => upload::upload_movie(fields, client).await,
            Self::GetMovieList(fields) => movie::get_movie_list(fields, client).await,
            Self::DeleteMovie(fields) => movie::delete_movie(fields, client).await,
            Self::SendNotice(fields) => notice::send_notice(fields, client).await,
            Self::ChargeVip(fields) => account::charge_vip(fields, client).await,
            Self::DownloadMovie(fields) => download::download_movie(fields, client).await,
            Self::CheckRecord(fields) => record::check_record(fields, client).await,
            Self::CheckNotice(fields) => notice::check_notice(fields, client).await,
        }
    }
}
