//! Where a host wants movies to be, as a URL.

use std::path::{Path, PathBuf};

use url::Url;

use crate::{Error, Result};

/// A place for movies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Location {
    /// A folder on the local disk.
    Folder(PathBuf),
    /// The memory of this process.
    Memory,
    /// Whatever `object_store` knows by this URL.
    Other(Url),
}

impl Location {
    /// # Errors
    ///
    /// `bad_request` on `movies` when it is no URL of a place for movies.
    pub(crate) fn parse(text: &str) -> Result<Self> {
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
    /// `bad_request` on `movies` when the path is empty or there is no current folder.
    pub(crate) fn folder(path: &Path) -> Result<Self> {
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
    fn scheme_decides_the_place() {
        let folder = Location::parse("file:///srv/my%20movies").unwrap();
        assert_eq!(folder, Location::Folder("/srv/my movies".into()));
        assert_eq!(Location::parse("memory:///").unwrap(), Location::Memory);
        assert!(matches!(
            Location::parse("s3://bucket/prefix"),
            Ok(Location::Other(_))
        ));
    }

    #[test]
    fn anything_else_is_refused_with_an_example() {
        for text in ["", "/srv/movies", "movies", "file://elsewhere/srv"] {
            let error = Location::parse(text).unwrap_err();
            assert_eq!(error.field(), Some("movies"), "{text}");
        }
    }
}
