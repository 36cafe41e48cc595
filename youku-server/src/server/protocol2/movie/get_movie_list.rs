//! `get_movie_list`: the movies that can be downloaded.

use serde::Deserialize;
use youku_core::{Kind, Sort};

use crate::Stream;
use crate::message::Number;
use crate::server::failure::Failure;
use crate::server::peer::Peer;
use crate::server::protocol2::list::{self, Wanted};
use crate::server::protocol2::view::Movie;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct GetMovieList {
    session: Option<String>,
    /// All of them if it is left out.
    movie_type: Option<MovieType>,
    /// Only movies whose name contains this text.
    matching: Option<String>,
    newest_first: Option<bool>,
    limit: Option<Number>,
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MovieType {
    All,
    Free,
    Charged,
}

impl GetMovieList {
    /// Replies with a page of `movie_list`.
    pub(crate) async fn apply<S: Stream>(self, peer: &mut Peer<S>) -> Result<(), Failure> {
        let session = peer.session(self.session.as_deref()).await?;
        let wanted = Wanted::read(self.limit, self.after)?;
        let movies = match self.movie_type.unwrap_or(MovieType::All) {
            MovieType::All => session.movies(),
            MovieType::Free => session.movies().kind(Kind::Free),
            MovieType::Charged => session.movies().kind(Kind::Charged),
        };
        let movies = movies.matching(self.matching.as_deref().unwrap_or_default());
        let movies = match self.newest_first {
            Some(true) => movies.sort(Sort::Newest),
            _ => movies,
        };
        let read = |page| movies.clone().page(page);
        list::reply::<_, _, Movie, _>(peer, "movie_list", wanted, read).await
    }
}
