//! Published movie bytes: objects under random keys, written once.

use std::fs::OpenOptions;
use std::io;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::{Path, PathPart};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use url::Url;

use crate::basics::error::{Error, Result};
use crate::basics::private_files::{create_private_folder, is_open_to_others};
use crate::storage::body::Body;
use crate::storage::key::BlobKey;
use crate::storage::location::Location;
use crate::storage::staging::area::remove_if_there;
use crate::storage::{on_disk, sync_folder};

/// The folder, or the key prefix, that contains all objects.
pub(crate) const OBJECTS: &str = "objects";

/// The store of published bytes.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) root: Path,
    /// The folder of the objects as files, if the store is a local folder: a staged file can then
    /// be renamed instead of copied.
    pub(crate) folder: Option<PathBuf>,
    /// What is above the folder of the objects, where the store names its database; a store in memory
    /// needs no name.
    pub(crate) above: Option<Path>,
}

impl Blobs {
    /// # Errors
    ///
    /// `bad_request` on `movies` for a kind of store that is not built in; `no_space` or `internal`
    /// when the folder cannot be created.
    pub(crate) async fn open(location: Location) -> Result<Self> {
        match location {
            Location::Folder(folder) => on_disk(move || open_folder(&folder)).await,
            Location::Memory => Ok(Self {
                store: Arc::new(InMemory::new()),
                root: Path::from(OBJECTS),
                folder: None,
                above: None,
            }),
            Location::Other(url) => {
                let (store, prefix) = open_url(&url)?;
                Ok(Self::below(store, &prefix))
            }
            Location::Store(store) => Ok(Self::below(store, &Path::default())),
        }
    }

    /// The same without creating anything. A folder that does not exist is empty.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Self::open).
    pub(crate) async fn find(location: Location) -> Result<Self> {
        let Location::Folder(folder) = location else {
            return Self::open(location).await;
        };
        on_disk(move || {
            if folder.is_dir() {
                return in_folder(&folder);
            }
            let empty: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            Ok(Self::below(empty, &Path::default()))
        })
        .await
    }

    fn below(store: Arc<dyn ObjectStore>, prefix: &Path) -> Self {
        Self {
            store,
            root: prefix.clone().join(PathPart::from(OBJECTS)),
            folder: None,
            above: Some(prefix.clone()),
        }
    }

    /// The bytes `range` of the object `key`, whose size must be `size`; nothing when the object
    /// does not exist.
    ///
    /// # Errors
    ///
    /// `internal` when the object has another size, which is logged as an error.
    pub(crate) async fn read(
        &self,
        key: &BlobKey,
        range: Range<u64>,
        size: u64,
    ) -> Result<Option<Body>> {
        if range.is_empty() {
            return Ok(Some(Body::empty()));
        }
        let wanted = GetOptions::new().with_range(Some(GetRange::Bounded(range.clone())));
        let found = if_found(self.store.get_opts(&self.path(key), wanted).await)?;
        match found {
            None => Ok(None),
            Some(found) if found.meta.size == size && found.range == range => {
                Ok(Some(Body::new(found.payload, range)))
            }
            Some(_) => {
                let text = format!("the stored object `{key}` has another size than its movie");
                Err(Error::internal(text))
            }
        }
    }

    /// Whether the store has any object.
    pub(crate) async fn has_objects(&self) -> Result<bool> {
        let mut objects = self.store.list(Some(&self.root)).map_err(Error::store);
        Ok(objects.try_next().await?.is_some())
    }

    /// The size of the object `key` in bytes, or nothing when it does not exist.
    pub(crate) async fn size(&self, key: &BlobKey) -> Result<Option<u64>> {
        let found = if_found(self.store.head(&self.path(key)).await)?;
        Ok(found.map(|found| found.size))
    }

    /// Removes the object `key`, and what a crash may have left of it; succeeds if it does not
    /// exist.
    pub(crate) async fn remove(&self, key: &BlobKey) -> Result<()> {
        if let Some(folder) = &self.folder {
            let partial = folder.join(partial_name(key));
            on_disk(move || remove_if_there(&partial)).await?;
        }
        if_found(self.store.delete(&self.path(key)).await).map(drop)
    }

    /// Removes the object `key` as [`remove`](Self::remove) does, and takes its bytes away from the programs that have its file
    /// open: a file that is only unlinked keeps its space and stays readable for them.
    pub(crate) async fn erase(&self, key: &BlobKey) -> Result<()> {
        if let Some(folder) = &self.folder {
            let object = folder.join(key.as_str());
            on_disk(move || truncate_if_there(&object)).await?;
        }
        self.remove(key).await
    }

    pub(crate) fn path(&self, key: &BlobKey) -> Path {
        self.root.clone().join(key.as_str())
    }
}

/// The name of the file in which an object is copied from another disk.
pub(crate) fn partial_name(key: &BlobKey) -> String {
    format!("{key}.partial")
}

fn truncate_if_there(path: &FilePath) -> io::Result<()> {
    match OpenOptions::new().write(true).open(path) {
        Ok(file) => file.set_len(0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// What the store found, or nothing for an object that does not exist.
pub(crate) fn if_found<T>(found: object_store::Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(Error::store(error)),
    }
}

/// The store that `url` names, and the prefix of the keys in it.
fn open_url(url: &Url) -> Result<(Arc<dyn ObjectStore>, Path)> {
    #[cfg(feature = "s3")]
    if matches!(url.scheme(), "s3" | "s3a") {
        return crate::storage::s3::open(url);
    }
    match object_store::parse_url(url) {
        Ok((store, prefix)) => Ok((store.into(), prefix)),
        Err(source) => {
            let scheme = url.scheme();
            let rule = format!(
                "`movies` names a store that is not built in: `{scheme}:`; enable the feature \
                 for it, or use a folder (`file:///srv/movies`)"
            );
            Err(Error::bad_request("movies", rule).with_source(source))
        }
    }
}

/// The store in `folder`, which is created if it does not exist.
fn open_folder(folder: &FilePath) -> io::Result<Blobs> {
    let objects = folder.join(OBJECTS);
    create_private_folder(&objects)?;
    if is_open_to_others(&objects) {
        tracing::warn!(
            folder = %objects.display(),
            "other users of this machine may read the movies: `chmod 700` the folder"
        );
    }
    sync_folder(folder)?;
    in_folder(folder)
}

/// The store in a folder that exists.
fn in_folder(folder: &FilePath) -> io::Result<Blobs> {
    let store = LocalFileSystem::new_with_prefix(folder).map_err(io::Error::other)?;
    Ok(Blobs {
        store: Arc::new(store.with_fsync(true)),
        root: Path::from(OBJECTS),
        folder: Some(folder.join(OBJECTS)),
        above: Some(Path::default()),
    })
}
