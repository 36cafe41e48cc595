//! A list of everything in the store, made by one round of maintenance.
//!
//! One listing costs a request for each 1,000 objects of S3, where asking for each movie would cost one for each.

use data_encoding::HEXLOWER;
use futures_util::TryStreamExt;
use jiff::Timestamp;

use crate::basics::error::{Error, Result};
use crate::storage::blobs::Blobs;
use crate::storage::key::BlobKey;

/// The objects of a store at the time of the listing, in the order of their keys. It takes 32 bytes for each.
pub(crate) struct Inventory(Vec<Entry>);

struct Entry {
    key: [u8; 16],
    size: u64,
    /// When the object was written, in seconds since 1970.
    written: i64,
}

impl Blobs {
    /// Lists every object.
    pub(crate) async fn inventory(&self) -> Result<Inventory> {
        let objects = self.store.list(Some(&self.root)).map_err(Error::store);
        let entries = objects.try_filter_map(async |object| {
            let key = object.location.filename().and_then(BlobKey::parse);
            Ok(key.map(|key| Entry {
                key: bytes(&key),
                size: object.size,
                written: object.last_modified.timestamp(),
            }))
        });
        let mut entries: Vec<_> = entries.try_collect().await?;
        entries.sort_unstable_by_key(|entry| entry.key);
        Ok(Inventory(entries))
    }
}

impl Inventory {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The size of an object, in bytes.
    pub(crate) fn size(&self, key: &BlobKey) -> Option<u64> {
        let found = self.0.binary_search_by_key(&bytes(key), |entry| entry.key);
        Some(self.0[found.ok()?].size)
    }

    /// The keys of the objects that were last written before `moment`, in order.
    pub(crate) fn older_than(&self, moment: Timestamp) -> impl Iterator<Item = BlobKey> {
        let old = self.0.iter().filter(move |entry| {
            Timestamp::from_second(entry.written).is_ok_and(|written| written < moment)
        });
        old.filter_map(|entry| BlobKey::parse(&HEXLOWER.encode(&entry.key)))
    }
}

/// A key as its 16 bytes.
fn bytes(key: &BlobKey) -> [u8; 16] {
    let mut bytes = [0; 16];
    // A key is 32 lower-case hexadecimal characters.
    let decoded = HEXLOWER.decode_mut(key.as_str().as_bytes(), &mut bytes);
    debug_assert!(decoded.is_ok());
    bytes
}
