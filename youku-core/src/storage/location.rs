//! Where a host stores movies.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use url::Url;

use crate::basics::error::{Error, Result};

/// Where movies are stored, as the host specified it.
#[derive(Clone)]
pub(crate) enum Movies {
    Url(String),
    Folder(PathBuf),
    Store(Arc<dyn ObjectStore>),
}

impl Movies {
    pub(crate) fn locate(self) -> Result<Location> {
        match self {
            Self::Url(url) => Location::parse(&url),
            Self::Folder(path) => Location::folder(&path),
            Self::Store(store) => Ok(Location::Store(store)),
        }
    }
}

/// Does not show the URL, which may hold a secret.
impl fmt::Debug for Movies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url(_) => "Url",
            Self::Folder(_) => "Folder",
            Self::Store(_) => "Store",
        })
    }
}

/// Where movies are stored.
#[derive(Debug, Clone)]
pub(crate) enum Location {
    /// A folder on the local disk.
    Folder(PathBuf),
    /// The memory of this process.
    Memory,
    /// Any other store that `object_store` opens by URL.
    Other(Url),
    /// A store that the host has made.
    Store(Arc<dyn ObjectStore>),
}

impl Location {
    /// # Errors
    ///
    /// `bad_request` on `movies` when the text is not the URL of a store of movies.
    fn parse(text: &str) -> Result<Self> {
        let url = Url::parse(text).map_err(|source| {
            let rule = "`movies` must be a URL such as `file:///srv/movies` or `memory:///`";
            Error::bad_request("movies", rule).with_source(source)
        })?;
        match url.scheme() {
            "memory" => Ok(Self::Memory),
            "file" => url.to_file_path().map(Self::Folder).map_err(|()| {
                let rule = "`movies` must name a local folder: `file:///`, then its absolute path";
                Error::bad_request("movies", rule)
            }),
            _ => Ok(Self::Other(url)),
        }
    }

    /// # Errors
    ///
    /// `bad_request` on `movies` when the path is empty or the current folder is unknown.
    fn folder(path: &Path) -> Result<Self> {
        let absolute = std::path::absolute(path).map_err(|source| {
            let rule = "`movies_folder` must be the path of a folder";
            Error::bad_request("movies", rule).with_source(source)
        })?;
        Ok(Self::Folder(absolute))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scheme_decides_the_kind_of_store() {
        let folder = Location::parse("file:///srv/my%20movies").unwrap();
        assert!(matches!(folder, Location::Folder(path) if path == Path::new("/srv/my movies")));
        let memory = Location::parse("memory:///").unwrap();
        assert!(matches!(memory, Location::Memory));
        let bucket = Location::parse("s3://bucket/prefix").unwrap();
        assert!(matches!(bucket, Location::Other(_)));
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for text in ["", "/srv/movies", "movies", "file://elsewhere/srv"] {
            let error = Location::parse(text).unwrap_err();
            assert_eq!(error.field(), Some("movies"), "{text}");
        }
    }
}
