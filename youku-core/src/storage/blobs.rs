//! Published movie bytes: objects under random keys, written once.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::{Path, PathPart};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};
use url::Url;

use crate::basics::error::{Error, Result};
use crate::storage::body::Body;
use crate::storage::key::BlobKey;
use crate::storage::location::Location;
use crate::storage::{on_disk, sync_folder};

/// The folder, or the key prefix, that contains all objects.
pub(crate) const OBJECTS: &str = "objects";

/// The object that names the store; it is next to the folder of the other objects.
const IDENTITY: &str = "store-id";

/// The store of published bytes.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    pub(crate) store: Arc<dyn ObjectStore>,
    root: Path,
    /// The folder of the objects as files, if the store is a local folder: a staged file can then
    /// be renamed instead of copied.
    pub(crate) folder: Option<PathBuf>,
    /// The object next to the others that names the store; a store in memory needs no name.
    identity: Option<Path>,
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
                identity: None,
            }),
            Location::Other(url) => {
                let (store, prefix) = open_url(&url)?;
                Ok(Self::below(store, &prefix))
            }
            Location::Store(store) => Ok(Self::below(store, &Path::default())),
        }
    }

    fn below(store: Arc<dyn ObjectStore>, prefix: &Path) -> Self {
        Self {
            store,
            root: prefix.clone().join(PathPart::from(OBJECTS)),
            folder: None,
            identity: Some(prefix.clone().join(PathPart::from(IDENTITY))),
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

    /// The size of the object `key` in bytes, or nothing when it does not exist.
    pub(crate) async fn size(&self, key: &BlobKey) -> Result<Option<u64>> {
        let found = if_found(self.store.head(&self.path(key)).await)?;
        Ok(found.map(|found| found.size))
    }

    /// Removes the object `key`; succeeds if it does not exist.
    pub(crate) async fn remove(&self, key: &BlobKey) -> Result<()> {
        if_found(self.store.delete(&self.path(key)).await).map(drop)
    }

    /// The keys of all objects that were last written before `moment`, in no particular order.
    pub(crate) fn older_than(&self, moment: Timestamp) -> BoxStream<'static, Result<BlobKey>> {
        let objects = self.store.list(Some(&self.root)).map_err(Error::store);
        let old = objects.try_filter_map(move |object| async move {
            let written = Timestamp::from_second(object.last_modified.timestamp());
            let is_old = written.is_ok_and(|written| written < moment);
            let key = object.location.filename().and_then(BlobKey::parse);
            Ok(key.filter(|_| is_old))
        });
        old.boxed()
    }

    /// Where the name that ties the store to its database is kept. A store in memory is always new
    /// and has no name.
    pub(crate) fn identity(&self) -> Option<Identity<'_>> {
        let path = self.identity.as_ref()?;
        Some(Identity {
            store: &*self.store,
            path,
        })
    }

    pub(crate) fn path(&self, key: &BlobKey) -> Path {
        self.root.clone().join(key.as_str())
    }
}

/// The name of a store, for reading and writing.
pub(crate) struct Identity<'s> {
    store: &'s dyn ObjectStore,
    path: &'s Path,
}

impl Identity<'_> {
    /// The name, or nothing for a store that has no name yet.
    pub(crate) async fn read(&self) -> Result<Option<String>> {
        let Some(found) = if_found(self.store.get(self.path).await)? else {
            return Ok(None);
        };
        let bytes = found.bytes().await.map_err(Error::store)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Writes the name of the store.
    pub(crate) async fn write(&self, name: &str) -> Result<()> {
        let name = name.to_owned().into_bytes();
        let put = self.store.put(self.path, name.into()).await;
        put.map(|_| ()).map_err(Error::store)
    }
}

/// What the store found, or nothing for an object that does not exist.
fn if_found<T>(found: object_store::Result<T>) -> Result<Option<T>> {
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
    fs::create_dir_all(&objects)?;
    sync_folder(folder)?;
    let store = LocalFileSystem::new_with_prefix(folder).map_err(io::Error::other)?;
    Ok(Blobs {
        store: Arc::new(store.with_fsync(true)),
        root: Path::from(OBJECTS),
        folder: Some(objects),
        identity: Some(Path::from(IDENTITY)),
    })
}
