//! Where a service stages uploads.

use std::path::PathBuf;

use crate::basics::error::Result;
use crate::storage::location::Location;
use crate::storage::staging::area::Staging;

/// The folder for it inside a folder of movies.
const INSIDE: &str = ".staging";

/// Where uploads are staged, before that folder is made.
pub(crate) enum StagingPlace {
    /// In a folder that the host has chosen, perhaps for several services.
    Chosen(PathBuf),
    /// In the folder of the movies, which belongs to one database.
    Inside(PathBuf),
    Temporary,
}

impl StagingPlace {
    /// What the host has chosen, or what goes with a place for movies; nothing for one that is
    /// elsewhere.
    pub(crate) fn of(chosen: Option<PathBuf>, movies: &Location) -> Option<Self> {
        match (chosen, movies) {
            (Some(path), _) => Some(Self::Chosen(path)),
            (None, Location::Folder(folder)) => Some(Self::Inside(folder.join(INSIDE))),
            (None, Location::Memory) => Some(Self::Temporary),
            (None, Location::Other(_) | Location::Store(_)) => None,
        }
    }

    /// Makes the folder for the database with this name, if it has one. A sweep removes staged files
    /// that its database does not know, so those of several databases are kept apart.
    pub(crate) async fn open(self, identity: Option<&str>) -> Result<Staging> {
        match (self, identity) {
            (Self::Chosen(path), Some(identity)) => {
                // First for itself, so that it survives a crash of the machine too.
                Staging::open(path.clone()).await?;
                Staging::open(path.join(identity)).await
            }
            (Self::Chosen(path), None) | (Self::Inside(path), _) => Staging::open(path).await,
            (Self::Temporary, _) => Staging::temporary().await,
        }
    }
}
