//! What a store knows of its database: the name that ties the two together, and how often a movie was listed.
//!
//! Both are small objects next to the folder of the other objects. They are separate because the name must survive a power
//! failure, while the number is written again by the next upload.

use std::path::{Path as FilePath, PathBuf};

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::basics::error::{Error, Result};
use crate::basics::private_files::{Durability, replace_file};
use crate::storage::blobs::{Blobs, if_found};
use crate::storage::{on_disk, sync_folder};

/// The object that names the store.
pub(crate) const IDENTITY: &str = "store-id";

/// The object with the number of the last listing.
pub(crate) const GENERATION: &str = "store-generation";

impl Blobs {
    /// Where the store keeps what it knows of its database. A store in memory is always new and keeps nothing.
    pub(crate) fn identity(&self) -> Option<Identity<'_>> {
        let above = self.above.as_ref()?;
        Some(Identity {
            store: &*self.store,
            above,
            folder: self.folder.as_deref().and_then(FilePath::parent),
        })
    }
}

/// The name of a store and the number of its last listing, for reading and writing.
pub(crate) struct Identity<'s> {
    store: &'s dyn ObjectStore,
    /// The prefix of the two objects.
    above: &'s Path,
    /// The folder that contains them as files, if the store is a local folder.
    folder: Option<&'s FilePath>,
}

impl Identity<'_> {
    /// The name, or nothing for a store that has no name yet.
    pub(crate) async fn read(&self) -> Result<Option<String>> {
        self.get(IDENTITY).await
    }

    /// Writes the name of the store.
    pub(crate) async fn write(&self, name: &str) -> Result<()> {
        self.put(IDENTITY, name, Durability::Synced).await
    }

    /// The number of the last listing; 0 if there was none, or a power failure lost it.
    pub(crate) async fn generation(&self) -> Result<u64> {
        let text = self.get(GENERATION).await?;
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Writes the number of the last listing. It costs one request to S3; on a local disk it waits for no sync.
    pub(crate) async fn write_generation(&self, generation: u64) -> Result<()> {
        let text = generation.to_string();
        self.put(GENERATION, &text, Durability::Unsynced).await
    }

    async fn get(&self, name: &str) -> Result<Option<String>> {
        let path = self.above.clone().join(name);
        let Some(found) = if_found(self.store.get(&path).await)? else {
            return Ok(None);
        };
        let bytes = found.bytes().await.map_err(Error::store)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    async fn put(&self, name: &str, text: &str, durability: Durability) -> Result<()> {
        let text = text.to_owned().into_bytes();
        if let Some(folder) = self.folder.map(PathBuf::from) {
            let path = folder.join(name);
            return on_disk(move || {
                replace_file(&path, &text, durability)?;
                if durability == Durability::Synced {
                    sync_folder(&folder)?;
                }
                Ok(())
            })
            .await;
        }
        let path = self.above.clone().join(name);
        let put = self.store.put(&path, text.into()).await;
        put.map(drop).map_err(Error::store)
    }
}
