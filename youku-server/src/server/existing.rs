//! The operations of the existing dialects, one file per subject: the fields of the request, the work,
//! the reply.

mod account;

mod movie;

mod download;
mod upload;

mod notice;
mod record;

mod pages;

pub(super) use account::{ChargeVip, Login, Register, charge_vip, login, register};
pub(super) use download::{DownloadMovie, download_movie, send_when_ready};
pub(super) use movie::{
    CheckMovie, DeleteMovie, GetMovieList, check_movie, delete_movie, get_movie_list,
};
pub(super) use notice::{CheckNotice, SendNotice, check_notice, send_notice};
pub(super) use record::{CheckRecord, check_record};
pub(super) use upload::{UploadMovie, movie_exists, upload_movie};
