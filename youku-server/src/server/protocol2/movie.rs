//! Movies: lists of them, downloads and changes.

use serde::Deserialize;
use youku_core::{Kind, MovieEdit, MovieId, Movies, Sort};

use crate::Code;
use crate::message::objects::{DownloadReply, Movie, Quote, kind};
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::existing::send_when_ready;
use crate::server::failure::Outcome;
use crate::server::protocol2::fields::MovieFields;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;

/// The fields of `get_movie_list` and `deleted_movies`.
#[derive(Debug, Deserialize)]
pub(crate) struct MovieList {
    session: Option<String>,
    /// All movies if it is left out.
    movie_type: Option<MovieType>,
    /// Only movies whose name contains this text.
    matching: Option<String>,
    /// Oldest first if it is left out.
    sort: Option<String>,
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

/// The fields of `edit_movie`.
#[derive(Debug, Deserialize)]
pub(crate) struct EditMovie {
    session: Option<String>,
    movie_id: Number,
    /// Unchanged if it is left out.
    name: Option<String>,
    /// Unchanged if it is left out.
    is_free: Option<bool>,
}

/// The fields of `download_movie`.
#[derive(Debug, Deserialize)]
pub(crate) struct DownloadMovie {
    session: Option<String>,
    movie_id: Number,
    /// How many bytes the client has already.
    offset: Option<Number>,
    /// How many bytes the client wants at most; the rest of the movie if it is left out.
    len: Option<Number>,
    /// The digest of the whole movie, if the client has a part of it.
    if_sha256: Option<String>,
    /// The highest price that the user agrees to, in fen; 0 if it is left out.
    max_price: Option<Number>,
    /// Names the viewing to continue, which an earlier reply named.
    watch_id: Option<String>,
    /// Whether to wait and then send the bytes on this connection; `true` if it is left out.
    wait: Option<bool>,
}

/// Replies with a page of the movies that can be downloaded.
pub(super) async fn get_movie_list(fields: MovieList, client: &mut ClientConnection) -> Outcome {
    let sort = fields.sort()?;
    let session = client.session(fields.session.as_deref()).await?;
    fields.reply(session.movies(), "movies", sort, client).await
}

/// Replies with a page of the movies that an administrator can restore.
pub(super) async fn deleted_movies(fields: MovieList, client: &mut ClientConnection) -> Outcome {
    let sort = fields.sort()?;
    let admin = client.admin(fields.session.as_deref()).await?;
    fields
        .reply(admin.deleted_movies(), "deleted", sort, client)
        .await
}

impl MovieList {
    fn sort(&self) -> youku_core::Result<Sort> {
        self.sort.as_deref().map_or(Ok(Sort::default()), str::parse)
    }

    /// Replies with a page of `movies` as `movie_list`; cursors name the list `list` and its order.
    async fn reply(
        self,
        movies: Movies,
        list: &str,
        sort: Sort,
        client: &mut ClientConnection,
    ) -> Outcome {
        let page = PageRequest::read(format!("{list}-{sort}"), self.limit, self.after)?;
        let of_type = match self.movie_type.unwrap_or(MovieType::All) {
            MovieType::All => movies,
            MovieType::Free => movies.kind(Kind::Free),
            MovieType::Charged => movies.kind(Kind::Charged),
        };
        let found = of_type
            .matching(self.matching.as_deref().unwrap_or_default())
            .sort(sort);
        let read = |page| found.clone().page(page);
        list::reply::<_, Movie, _>(client, "movie_list", page, read).await
    }
}

/// Replies with a movie and what it would cost the user. It changes nothing.
pub(super) async fn movie(fields: MovieFields, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let quote = session.movie(MovieId::new(fields.movie_id.get())).await?;
    client.reply(&Reply::with(Quote::from(quote))).await
}

/// Replies at once and sends the bytes when the wait is over. With `wait: false`, refuses the request
/// until the wait is over.
pub(super) async fn download_movie(
    fields: DownloadMovie,
    client: &mut ClientConnection,
) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let mut request = session.download(MovieId::new(fields.movie_id.get()));
    if let Some(offset) = fields.offset {
        request = request.from(offset.get());
    }
    if let Some(length) = fields.len {
        request = request.length(length.get());
    }
    if let Some(digest) = &fields.if_sha256 {
        request = request.if_sha256(digest);
    }
    if let Some(price) = fields.max_price {
        request = request.at_most(price.get());
    }
    if let Some(watch_id) = &fields.watch_id {
        request = request.watch_id(watch_id);
    }
    let download = request.open().await?;
    if !download.wait.is_zero() && fields.wait == Some(false) {
        let refusal = Refusal::new(Code::WaitRequired)
            .retry_after(Some(download.wait))
            .with("price", Some(download.price_fen));
        return Err(refusal.into());
    }
    let reply = Reply::with(DownloadReply::from(&download));
    client.reply(&reply).await?;
    send_when_ready(download, client).await
}

/// Changes the name of a movie, or whether it is free. Replies with the changed movie.
pub(super) async fn edit_movie(fields: EditMovie, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    if fields.name.is_none() && fields.is_free.is_none() {
        return Err(nothing_to_change().into());
    }
    let edit = MovieEdit {
        name: fields.name,
        kind: fields.is_free.map(kind),
    };
    let movie = MovieId::new(fields.movie_id.get());
    let movie = admin.edit_movie(movie, edit).await?;
    client.reply(&Reply::with(Movie::from(movie))).await
}

/// Refuses a request without any change, which is more likely a mistake than an intention.
fn nothing_to_change() -> Refusal {
    Refusal::bad_field("name")
        .detail("send `name`, `is_free` or both: the request changes nothing")
        .in_chinese("请至少提供`name`或`is_free`中的一项".to_owned())
}

/// Takes a movie off the list; it can be restored. Replies with the movie.
pub(super) async fn delete_movie(fields: MovieFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let movie = admin.delete(MovieId::new(fields.movie_id.get())).await?;
    client.reply(&Reply::with(Movie::from(movie))).await
}

/// Lists a deleted movie again. Replies with the movie.
pub(super) async fn restore_movie(fields: MovieFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let movie = admin.restore(MovieId::new(fields.movie_id.get())).await?;
    client.reply(&Reply::with(Movie::from(movie))).await
}

/// Removes the bytes of a movie for good. Replies with the movie.
pub(super) async fn purge_movie(fields: MovieFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let movie = admin.purge(MovieId::new(fields.movie_id.get())).await?;
    client.reply(&Reply::with(Movie::from(movie))).await
}
