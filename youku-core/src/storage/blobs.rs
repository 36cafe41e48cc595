//! Published movie bytes: objects under random keys, written once.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use futures_util::stream::{BoxStream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::{Path, PathPart};
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

use super::staged_file::Synced;
use super::{BlobKey, Body, Location, Sealed, on_disk, sync_folder};
use crate::{Error, Result};

/// The folder, or the common part of the keys, under which all objects are.
pub(super) const OBJECTS: &str = "objects";

/// The object that names the store, beside the folder of the others.
const IDENTITY: &str = "store-id";

/// The least part of a multipart upload in bytes; S3 wants 5 MiB at least and 10 000 at most.
const PART: u64 = 8 << 20;
const MAX_PARTS: u64 = 10_000;

/// The store of published bytes.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    store: Arc<dyn ObjectStore>,
    root: Path,
    /// Where the objects are as files, if the store is a local folder: a staged file can then be
    /// renamed instead of copied.
    folder: Option<PathBuf>,
    /// The object beside the others that names the store; a store in memory needs no name.
    identity: Option<Path>,
}

impl Blobs {
    /// # Errors
    ///
    /// `bad_request` on `movies` for a kind of store that is not built in; `no_space` or
    /// `internal` when the folder cannot be made.
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
                let (store, prefix) = object_store::parse_url(&url).map_err(|source| {
                    let rule = format!(
                        "`movies` names a store that is not built in: `{}:`",
                        url.scheme()
                    );
                    Error::bad_request("movies", rule).with_source(source)
                })?;
                let root = prefix.clone().join(PathPart::from(OBJECTS));
                Ok(Self {
                    store: store.into(),
                    root,
                    folder: None,
                    identity: Some(prefix.join(PathPart::from(IDENTITY))),
                })
            }
        }
    }

    /// Makes a sealed file the object `key` and removes it from staging. When this returns, the
    /// object survives a crash of the machine.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may leave the object: it is for the caller to run this to its end, or for
    /// the sweep to find what no row owns.
    pub(crate) async fn publish(&self, sealed: Sealed, key: &BlobKey) -> Result<()> {
        let size = sealed.size;
        let synced = sealed.sync().await?;
        if let Some(folder) = self.folder.clone() {
            let (from, to) = (synced.path().to_owned(), folder.join(key.as_str()));
            match on_disk(move || move_file(&from, &to, &folder)).await? {
                Moved::Durably => return Ok(()),
                Moved::Vanished => return Err(Error::upload_gone()),
                Moved::NotAcrossDisks => {}
            }
        }
        self.copy(&synced, size, &self.path(key)).await
    }

    /// The bytes `range` of the object `key`, whose size is known to be `size`.
    ///
    /// # Errors
    ///
    /// `internal` when the object is not there or not of that size, which is logged as an error.
    pub(crate) async fn read(&self, key: &BlobKey, range: Range<u64>, size: u64) -> Result<Body> {
        if range.is_empty() {
            return Ok(Body::empty());
        }
        let wanted = GetOptions::new().with_range(Some(GetRange::Bounded(range.clone())));
        match self.store.get_opts(&self.path(key), wanted).await {
            Ok(found) if found.meta.size == size && found.range == range => {
                Ok(Body::new(found.payload, range))
            }
            Ok(_) => Err(damaged(key, "has another size than its movie")),
            Err(object_store::Error::NotFound { .. }) => Err(damaged(key, "is missing")),
            Err(error) => Err(Error::store(error)),
        }
    }

    /// The size of the object `key` in bytes, or nothing when it is not there.
    pub(crate) async fn size(&self, key: &BlobKey) -> Result<Option<u64>> {
        match self.store.head(&self.path(key)).await {
            Ok(found) => Ok(Some(found.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::store(error)),
        }
    }

    /// Removes the object `key`; that there is none is fine.
    pub(crate) async fn remove(&self, key: &BlobKey) -> Result<()> {
        match self.store.delete(&self.path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::store(error)),
        }
    }

    /// The keys of all objects that were last written before `moment`, in no order.
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

    /// Where the name that ties the store to its database is kept; a store in memory, which is
    /// always new, has none.
    pub(crate) fn identity(&self) -> Option<Identity<'_>> {
        let path = self.identity.as_ref()?;
        Some(Identity {
            store: &*self.store,
            path,
        })
    }

    fn path(&self, key: &BlobKey) -> Path {
        self.root.clone().join(key.as_str())
    }

    /// Sends a staged file to the store: at once when it is small, in parts otherwise.
    async fn copy(&self, from: &Synced, size: u64, to: &Path) -> Result<()> {
        let part = PART.max(size.div_ceil(MAX_PARTS));
        if size <= part {
            let bytes = read_part(from.path(), 0, size).await?;
            self.store
                .put(to, bytes.into())
                .await
                .map_err(Error::store)?;
            return Ok(());
        }
        let mut parts = self.store.put_multipart(to).await.map_err(Error::store)?;
        for offset in (0..size).step_by(usize::try_from(part).map_err(Error::internal)?) {
            let sent = match read_part(from.path(), offset, part.min(size - offset)).await {
                Ok(bytes) => parts.put_part(bytes.into()).await.map_err(Error::store),
                Err(error) => Err(error),
            };
            if let Err(error) = sent {
                // What stays when this fails too is an unfinished upload, which no reader sees.
                let _ = parts.abort().await;
                return Err(error);
            }
        }
        parts.complete().await.map_err(Error::store)?;
        Ok(())
    }
}

/// The name of a store, to read and to give.
pub(crate) struct Identity<'s> {
    store: &'s dyn ObjectStore,
    path: &'s Path,
}

impl Identity<'_> {
    /// The name, or nothing for a store that was given none yet.
    pub(crate) async fn read(&self) -> Result<Option<String>> {
        match self.store.get(self.path).await {
            Ok(found) => {
                let bytes = found.bytes().await.map_err(Error::store)?;
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::store(error)),
        }
    }

    /// Gives the store its name.
    pub(crate) async fn write(&self, name: &str) -> Result<()> {
        let name = name.to_owned().into_bytes();
        let put = self.store.put(self.path, name.into()).await;
        put.map(|_| ()).map_err(Error::store)
    }
}

/// The folder store below `folder`, which is made if it is not there.
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

/// What became of a file that was to be renamed.
enum Moved {
    Durably,
    /// The two places are on different file systems.
    NotAcrossDisks,
    /// A sweep took it for left behind.
    Vanished,
}

fn move_file(from: &FilePath, to: &FilePath, folder: &FilePath) -> io::Result<Moved> {
    match fs::rename(from, to) {
        Ok(()) => sync_folder(folder).map(|()| Moved::Durably),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => Ok(Moved::NotAcrossDisks),
        Err(_) if !from.exists() => Ok(Moved::Vanished),
        Err(error) => Err(error),
    }
}

async fn read_part(path: &FilePath, offset: u64, length: u64) -> Result<Vec<u8>> {
    let path = path.to_owned();
    on_disk(move || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        file.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    })
    .await
}

/// For bytes that are not what their row says, which must be impossible.
fn damaged(key: &BlobKey, what: &str) -> Error {
    Error::internal(format!("the stored object `{key}` {what}"))
}
