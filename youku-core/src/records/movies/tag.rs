//! Tags of movies.

use youku_orm::{Id, Model};

use crate::records::movies::movie::MovieRow;

/// One tag of one movie.
#[derive(Debug, Clone, Model)]
#[model(table = "movie_tag")]
pub(crate) struct MovieTagRow {
    #[model(primary_key, auto)]
    pub(crate) tag_id: Id<MovieTagRow>,
    #[model(unique = "once")]
    pub(crate) movie_id: Id<MovieRow>,
    /// The tag as [`fold`](crate::basics::text::fold) returns it, by which it is found.
    #[model(unique = "once", index, length = 200)]
    pub(crate) tag_key: String,
    /// The tag as it was written.
    #[model(length = 64)]
    pub(crate) tag: String,
}
