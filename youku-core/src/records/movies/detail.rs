//! What is said about a movie apart from its name, in a table of its own, so that lists read only what they show.

use youku_orm::{Id, Model};

use crate::records::movies::movie::MovieRow;

/// The details of a movie. A movie that an earlier version uploaded has none until somebody describes it.
#[derive(Debug, Clone, Model)]
#[model(table = "movie_detail")]
pub(crate) struct MovieDetailRow {
    #[model(primary_key, auto)]
    pub(crate) md_id: Id<MovieDetailRow>,
    #[model(unique)]
    pub(crate) movie_id: Id<MovieRow>,
    /// What its bytes are, as the last upload of them found out.
    #[model(default = None, length = 100)]
    pub(crate) media_type: Option<String>,
    #[model(default = None, length = 500)]
    pub(crate) title: Option<String>,
    #[model(default = None)]
    pub(crate) description: Option<String>,
    /// One JSON value of the host, as text.
    #[model(default = None)]
    pub(crate) data: Option<String>,
}
