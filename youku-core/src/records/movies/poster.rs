//! Posters: small images, in a table of their own.

use youku_orm::{Id, Model};

use crate::records::movies::movie::MovieRow;

/// The poster of a movie.
#[derive(Debug, Clone, Model)]
#[model(table = "poster")]
pub(crate) struct PosterRow {
    #[model(primary_key, auto)]
    pub(crate) po_id: Id<PosterRow>,
    #[model(unique)]
    pub(crate) movie_id: Id<MovieRow>,
    #[model(length = 100)]
    pub(crate) media_type: String,
    /// SHA-256 of the bytes, in hexadecimal.
    #[model(length = 64)]
    pub(crate) sha256: String,
    pub(crate) image: Vec<u8>,
}
