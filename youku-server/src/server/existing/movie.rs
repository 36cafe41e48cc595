//! Movies: whether a file may be uploaded, the list, deleting.

use serde::{Deserialize, Serialize};
use youku_core::{Kind, MovieId, MovieTitle, Page, Session};

use crate::Code;
use crate::message::{Dialect, NamedText, Refusal, Reply, Text, integer};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;

/// The fields of `check_movie`.
#[derive(Debug, Deserialize)]
pub(crate) struct CheckMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    /// The digest that the client made of the file, usually of a few sampled bytes: a hint, which does
    /// not identify the movie. Our client sends the SHA-256 of every byte.
    #[serde(alias = "file_md5")]
    movie_md5: String,
}

/// The fields of `get_movie_list`.
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

/// The fields of `delete_movie`.
#[derive(Debug, Deserialize)]
pub(crate) struct DeleteMovie {
    #[serde(alias = "session")]
    cookies: Option<String>,
    #[serde(alias = "delete_movie_id", deserialize_with = "integer")]
    movie_id: u64,
}

/// Replies with success when no movie on the list has this digest.
pub(super) async fn check_movie(fields: CheckMovie, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.cookies.as_deref()).await?;
    if !admin.may_upload(&fields.movie_md5).await? {
        let refusal = Refusal::new(Code::Exists).with_text(Text::MovieExists);
        return Err(refusal.into());
    }
    client.done(Text::MayUpload).await
}

/// Replies with every movie. The list is never shortened to what old clients read with one `recv`: they
/// could neither download nor delete a movie that is missing from it.
pub(super) async fn get_movie_list(fields: GetMovieList, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.cookies.as_deref()).await?;
    let page_size = client.youku.policy().max_page;
    let movies = every_movie(&session, fields.movie_type, page_size).await?;
    let dialect = client.dialect();
    let rows = movies.into_iter().map(|movie| row(movie, dialect));
    let movie_list: Vec<Row> = rows.collect();
    let is_empty = movie_list.is_empty();
    let text = client.text(Text::NoMovies);
    let reply = Reply::list(MovieList { movie_list }, is_empty, text);
    client.reply(&reply).await
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

/// Takes a movie off the list, and replies with a text. Downloads that are under way continue.
pub(super) async fn delete_movie(fields: DeleteMovie, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.cookies.as_deref()).await?;
    let movie = admin.delete(MovieId::new(fields.movie_id)).await?;
    client.done_with(NamedText::Deleted, &movie.name).await
}
