//! What lists of movies have in common: the filter and the order.

use serde::{Deserialize, Deserializer};
use youku_core::{Kind, Movies, Sort};

use crate::message::Number;
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;
use crate::server::protocol2::view::Movie;

/// The fields of a request for a list of movies.
#[derive(Debug, Deserialize)]
pub(super) struct Catalogue {
    pub(super) session: Option<String>,
    /// All movies if it is left out.
    movie_type: Option<MovieType>,
    /// Only movies whose name contains this text.
    matching: Option<String>,
    /// Oldest first if it is left out.
    sort: Option<Order>,
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

/// Reads the word of an order.
#[derive(Debug, Clone, Copy)]
struct Order(Sort);

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map(Self).map_err(serde::de::Error::custom)
    }
}

impl Catalogue {
    /// Replies with a page of `movies` as `movie_list`; cursors name the list `list`.
    pub(super) async fn reply(
        self,
        movies: Movies,
        list: &str,
        client: &mut ClientConnection,
    ) -> Result<(), Failure> {
        let sort = self.sort.map_or(Sort::default(), |order| order.0);
        let list = format!("{list}-{sort}");
        let request = PageRequest::read(list, self.limit, self.after)?;
        let movies = match self.movie_type.unwrap_or(MovieType::All) {
            MovieType::All => movies,
            MovieType::Free => movies.kind(Kind::Free),
            MovieType::Charged => movies.kind(Kind::Charged),
        };
        let movies = movies.matching(self.matching.as_deref().unwrap_or_default());
        let movies = movies.sort(sort);
        let read = |page| movies.clone().page(page);
        list::reply::<_, Movie, _>(client, "movie_list", request, read).await
    }
}
