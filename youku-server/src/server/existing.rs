//! The operations of the existing dialects, one per file: the fields of the request, the work, the reply.

mod charge_vip;
pub(crate) use charge_vip::ChargeVip;

mod check_movie;
pub(crate) use check_movie::CheckMovie;

mod check_notice;
pub(crate) use check_notice::CheckNotice;

mod check_record;
pub(crate) use check_record::CheckRecord;

mod delete_movie;
pub(crate) use delete_movie::DeleteMovie;

pub(super) mod download_movie;
pub(crate) use download_movie::DownloadMovie;

mod get_movie_list;
pub(crate) use get_movie_list::GetMovieList;

mod login;
pub(crate) use login::Login;

mod register;
pub(crate) use register::Register;

mod send_notice;
pub(crate) use send_notice::SendNotice;

pub(super) mod upload_movie;
pub(crate) use upload_movie::UploadMovie;
