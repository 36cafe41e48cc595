//! The list of movies: reading it, editing its movies, deleting and restoring them.

use youku_core::{Kind, MovieDescription, MovieEdit, Sort};

use crate::client::wire::Request;
use crate::client::{Client, Page, Result};
use crate::message::objects::{Movie, MovieDetails, Quote};

/// Which movies to list and in which order; by [`default`](Self::default) all, oldest first.
///
/// ```
/// use youku_server::client::{Kind, MovieQuery, Sort};
///
/// let query = MovieQuery {
///     kind: Some(Kind::Free),
///     matching: "matrix".into(),
///     sort: Sort::Largest,
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MovieQuery {
    /// Only movies of this kind.
    pub kind: Option<Kind>,
    /// Only movies whose name contains this, in upper or lower case. Empty for all.
    pub matching: String,
    /// In which order.
    pub sort: Sort,
}

impl MovieQuery {
    fn movie_type(&self) -> &'static str {
        match self.kind {
            None => "all",
            Some(Kind::Free) => "free",
            Some(Kind::Charged) => "charged",
        }
    }

    fn listed(&self, after: Option<String>) -> Request<'_> {
        Request::GetMovieList {
            movie_type: self.movie_type(),
            matching: &self.matching,
            sort: self.sort.as_str(),
            after,
        }
    }

    fn deleted(&self, after: Option<String>) -> Request<'_> {
        Request::DeletedMovies {
            movie_type: self.movie_type(),
            matching: &self.matching,
            sort: self.sort.as_str(),
            after,
        }
    }
}

impl Client {
    /// Every movie of a kind, or of both with `None`.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` or `session_replaced`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn movies(&mut self, kind: Option<Kind>) -> Result<Vec<Movie>> {
        let query = MovieQuery {
            kind,
            ..MovieQuery::default()
        };
        self.find_movies(&query).await
    }

    /// Every movie that matches `query`.
    ///
    /// # Errors
    ///
    /// As [`movies`](Self::movies).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn find_movies(&mut self, query: &MovieQuery) -> Result<Vec<Movie>> {
        self.list("movie_list", |after| query.listed(after)).await
    }

    /// Some of the movies that match `query`, from the first one or from the
    /// [`next`](Page::next) of an earlier page of the same query.
    ///
    /// # Errors
    ///
    /// As [`movies`](Self::movies); `bad_request` on `after` for a text that is not the `next`
    /// of a page in this order.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn movie_page(
        &mut self,
        query: &MovieQuery,
        after: Option<&str>,
    ) -> Result<Page<Movie>> {
        let after = after.map(str::to_owned);
        self.page("movie_list", &query.listed(after)).await
    }

    /// A movie, and what a download of it would cost the user now. It changes nothing.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `not_found`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn movie(&mut self, movie_id: u64) -> Result<Quote> {
        self.read(&Request::Movie { movie_id }).await
    }

    /// Changes the name of a movie, or whether it is free, or both, as `edit` says. Returns the changed
    /// movie. A deleted movie can be changed too.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `not_found`; with
    /// `bad_request` for a name that is not allowed, or when there is nothing to change; or the
    /// connection is lost, and then the movie may be changed.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be changed. Calling it again does no harm.
    pub async fn edit_movie(&mut self, movie_id: u64, edit: &MovieEdit) -> Result<Movie> {
        let request = Request::EditMovie {
            movie_id,
            name: edit.name.as_deref(),
            is_free: edit.kind.map(|kind| kind == Kind::Free),
        };
        self.write(&request).await
    }

    /// What is said about a movie apart from its name.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `not_found`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn movie_details(&mut self, movie_id: u64) -> Result<MovieDetails> {
        self.read(&Request::MovieDetails { movie_id }).await
    }

    /// Changes what is said about a movie; what `said` leaves out stays as it is. Returns all of it.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `not_found`; with
    /// `bad_request` for a field that breaks its rule; or the connection is lost, and then the movie may
    /// be described.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be described. Calling it again does no harm.
    pub async fn describe_movie(
        &mut self,
        movie_id: u64,
        said: &MovieDescription,
    ) -> Result<MovieDetails> {
        let request = Request::DescribeMovie {
            movie_id,
            title: said.title.as_deref(),
            description: said.description.as_deref(),
            tags: said.tags.as_deref(),
            data: said.data.as_ref().map(ToString::to_string),
        };
        self.write(&request).await
    }

    /// Takes a movie off the list. Downloads that are under way continue.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `forbidden` or `not_found`; or the
    /// connection is lost, and then the movie may have been deleted.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may have been deleted.
    pub async fn delete_movie(&mut self, movie_id: u64) -> Result<Movie> {
        self.write(&Request::DeleteMovie { movie_id }).await
    }

    /// Lists a deleted movie again.
    ///
    /// # Errors
    ///
    /// As [`delete_movie`](Self::delete_movie); `exists` when the same bytes are listed as another
    /// movie.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be listed.
    pub async fn restore_movie(&mut self, movie_id: u64) -> Result<Movie> {
        self.write(&Request::RestoreMovie { movie_id }).await
    }

    /// Removes the bytes of a movie at once and for good, whether it is listed or deleted. Only
    /// uploading it again lists it again.
    ///
    /// # Errors
    ///
    /// As [`delete_movie`](Self::delete_movie).
    ///
    /// # Cancel safety
    ///
    /// Not safe: the movie may be gone.
    pub async fn purge_movie(&mut self, movie_id: u64) -> Result<Movie> {
        self.write(&Request::PurgeMovie { movie_id }).await
    }

    /// The movies that [`restore_movie`](Self::restore_movie) can list again.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced` or `forbidden`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn deleted_movies(&mut self) -> Result<Vec<Movie>> {
        self.find_deleted_movies(&MovieQuery::default()).await
    }

    /// Those of the [deleted movies](Self::deleted_movies) that match `query`.
    ///
    /// # Errors
    ///
    /// As [`deleted_movies`](Self::deleted_movies).
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn find_deleted_movies(&mut self, query: &MovieQuery) -> Result<Vec<Movie>> {
        self.list("movie_list", |after| query.deleted(after)).await
    }
}
