//! The link between a database and its store of movie bytes.
//!
//! The sweep removes bytes that no row owns and hides movies without bytes. With a database that
//! does not belong to the store it would remove every movie. With another folder, such as one that
//! is not mounted, it would hide every movie. So both contain the same random name, and a service
//! does not open if the names differ.

use youku_orm::{Database, Model, New};

use crate::basics::error::{Error, Result};
use crate::host::randomness::{Randomness, random_hex};
use crate::records::movies::movie::MovieRow;
use crate::records::movies::store::{NewStoreRow, StoreRow};
use crate::storage::blobs::Blobs;

/// The key of the only row.
const ONLY: u32 = 1;

/// Makes sure that the store belongs to the database, and ties the two together when both are new.
/// Returns the name that they share; a store in memory has none.
///
/// # Errors
///
/// `bad_request` on `movies` when the store belongs to another database, or is not the one that has
/// the database's movies; `unavailable` and `internal` when one of them does not answer.
pub(crate) async fn bind(
    db: &Database,
    blobs: &Blobs,
    randomness: &dyn Randomness,
) -> Result<Option<String>> {
    let Some(store) = blobs.identity() else {
        return Ok(None);
    };
    // The row is written before the name in the store. So if the store has a name now, its row
    // exists.
    let theirs = store.read().await?;
    let ours = StoreRow::find(db, ONLY).await?.map(|row| row.identity);
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours == theirs => Ok(Some(ours)),
        (_, Some(_)) => Err(Error::bad_request(
            "movies",
            "`movies` holds the movies of another database; choose that database, or another store",
        )),
        (Some(ours), None) => {
            if MovieRow::query().exists(db).await? {
                return Err(Error::bad_request(
                    "movies",
                    "`movies` is not the store of this database: `store-id` is missing there; check \
                     that the disk is mounted",
                ));
            }
            store.write(&ours).await?;
            Ok(Some(ours))
        }
        (None, None) => {
            let ours = name(db, randomness).await?;
            store.write(&ours).await?;
            Ok(Some(ours))
        }
    }
}

/// Fails unless the store answers and belongs to the database; changes nothing.
///
/// # Errors
///
/// Those of [`bind`].
pub(crate) async fn require(db: &Database, blobs: &Blobs) -> Result<()> {
    let Some(store) = blobs.identity() else {
        return Ok(());
    };
    let ours = StoreRow::find(db, ONLY).await?.map(|row| row.identity);
    match (ours, store.read().await?) {
        (Some(ours), Some(theirs)) if ours == theirs => Ok(()),
        _ => Err(Error::bad_request(
            "movies",
            "`movies` is not the store of this database; check that the disk is mounted",
        )),
    }
}

/// Gives a new database its name, unless another server was faster.
async fn name(db: &Database, randomness: &dyn Randomness) -> Result<String> {
    let row = NewStoreRow {
        s_id: ONLY,
        identity: random_hex::<32>(randomness)?,
    };
    match row.insert(db).await {
        Ok(row) => Ok(row.identity),
        Err(error) if error.is_unique_violation() => Ok(StoreRow::get(db, ONLY).await?.identity),
        Err(error) => Err(error.into()),
    }
}
