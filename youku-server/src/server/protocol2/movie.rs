//! Movies.

mod catalogue;

mod delete_movie;
pub(super) use delete_movie::DeleteMovie;

mod deleted_movies;
pub(super) use deleted_movies::DeletedMovies;

mod download_movie;
pub(super) use download_movie::DownloadMovie;

mod edit_movie;
pub(super) use edit_movie::EditMovie;

mod get_movie_list;
pub(super) use get_movie_list::GetMovieList;

mod restore_movie;
pub(super) use restore_movie::RestoreMovie;
