//! The folder in which a service stages uploads.

use std::path::PathBuf;

use crate::basics::error::Result;
use crate::storage::location::Location;
use crate::storage::staging::area::Staging;

/// The name of the staging folder inside a folder of movies.
const INSIDE: &str = ".staging";

/// Where uploads are staged, before that folder is created.
pub(crate) enum StagingLocation {
    /// In a folder that the host has chosen, perhaps for several services.
    Chosen(PathBuf),
    /// In the folder of the movies, which belongs to one database.
    Inside(PathBuf),
    Temporary,
}

impl StagingLocation {
    /// The location that the host has chosen, or the default for the location of the movies; nothing
    /// for a location without a default.
    pub(crate) fn of(chosen: Option<PathBuf>, movies: &Location) -> Option<Self> {
        match (chosen, movies) {
            (Some(path), _) => Some(Self::Chosen(path)),
            (None, Location::Folder(folder)) => Some(Self::Inside(folder.join(INSIDE))),
            (None, Location::Memory) => Some(Self::Temporary),
            (None, Location::Other(_) | Location::Store(_)) => None,
        }
    }

    /// Creates the folder for the database with this name, if it has one. A sweep removes staged
    /// files that its database does not know, so each database has its own folder.
    pub(crate) async fn open(self, identity: Option<&str>) -> Result<Staging> {
        match (self, identity) {
            (Self::Chosen(path), Some(identity)) => {
                // The chosen folder is opened first, so that its entry survives a crash of the
                // machine too.
                Staging::open(path.clone()).await?;
                Staging::open(path.join(identity)).await
            }
            (Self::Chosen(path), None) | (Self::Inside(path), _) => Staging::open(path).await,
            (Self::Temporary, _) => Staging::temporary().await,
        }
    }

    /// The same without creating anything but a temporary folder.
    pub(crate) async fn find(self, identity: Option<&str>) -> Result<Staging> {
        match (self, identity) {
            (Self::Chosen(path), Some(identity)) => Staging::at(path.join(identity)),
            (Self::Chosen(path), None) | (Self::Inside(path), _) => Staging::at(path),
            (Self::Temporary, _) => Staging::temporary().await,
        }
    }
}
