//! `get_movie_list`: the listed movies: all, the free ones or the paid ones.

use serde::{Deserialize, Serialize};
use youku_core::{Kind, MovieTitle, Page, Session};

use crate::message::{Dialect, Reply, Text};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct GetMovieList {
    #[serde(alias = "session")]
    cookies: Option<String>,
    movie_type: MovieType,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MovieType {
    All,
    Free,
    #[serde(alias = "charge")]
    Pay,
}

#[derive(Serialize)]
struct MovieList {
    movie_list: Vec<Row>,
}

/// One movie in the order of columns that the client's dialect has.
#[derive(Serialize)]
#[serde(untagged)]
enum Row {
    /// Name, 0 for free or 1 for paid, id.
    Design(String, u8, u64),
    /// Name, id, a word for people.
    Implementation(String, u64, &'static str),
}

impl GetMovieList {
    /// Replies with every movie. The list is never shortened to what old clients read with one `recv`:
    /// they could neither download nor delete a movie that is missing from it.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let session = client.session(self.cookies.as_deref()).await?;
        let movies = every_movie(&session, self.movie_type, client.youku.policy().max_page).await?;
        let dialect = client.dialect();
        let movie_list: Vec<Row> = movies
            .into_iter()
            .map(|movie| row(movie, dialect))
            .collect();
        let empty = movie_list.is_empty();
        client
            .reply(&Reply::list(
                MovieList { movie_list },
                empty,
                client.text(Text::NoMovies),
            ))
            .await
    }
}

async fn every_movie(
    session: &Session,
    movie_type: MovieType,
    page_size: u32,
) -> youku_core::Result<Vec<MovieTitle>> {
    let list = match movie_type {
        MovieType::All => session.movies(),
        MovieType::Free => session.movies().kind(Kind::Free),
        MovieType::Pay => session.movies().kind(Kind::Charged),
    };
    let mut movies: Vec<MovieTitle> = Vec::new();
    let mut page = Page::first(page_size);
    loop {
        let part = list.clone().titles(page).await?;
        movies.extend(part.entries);
        match part.next {
            Some(next) => page = Page::first(page_size).after(next),
            None => return Ok(movies),
        }
    }
}

fn row(movie: MovieTitle, dialect: Dialect) -> Row {
    let id = movie.id.get();
    match (dialect, movie.kind) {
        (Dialect::Design, Kind::Free) => Row::Design(movie.name, 0, id),
        (Dialect::Design, Kind::Charged) => Row::Design(movie.name, 1, id),
        (Dialect::Implementation, Kind::Free) => Row::Implementation(movie.name, id, "免费"),
        (Dialect::Implementation, Kind::Charged) => Row::Implementation(movie.name, id, "收费"),
    }
}
