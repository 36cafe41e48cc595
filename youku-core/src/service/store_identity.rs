//! The link between a database and its store of movie bytes.
//!
//! The sweep removes bytes that no row owns and hides movies without bytes. With a database that
//! does not belong to the store it would remove every movie. With another folder, such as one that
//! is not mounted, it would hide every movie. So both contain the same random name, and a service
//! does not open if the names differ.

use jiff::Timestamp;
use youku_orm::{Database, Model, New};

use crate::basics::error::{Error, Result};
use crate::host::randomness::{Randomness, random_hex};
use crate::records::movies::movie::MovieRow;
use crate::records::movies::store::{NewStoreRow, StoreRow};
use crate::service::store_generation::doubt;
use crate::storage::blobs::Blobs;

/// The key of the only row.
const ONLY: u32 = 1;

/// Makes sure that the store belongs to the database, and ties the two together when both are new.
/// Returns the name that they share; a store in memory has none.
///
/// A database without a name takes that of the store: its last transactions were lost in a power failure, or it is new. If
/// the two were not tied before, and the database knows no movie although the store has some, nothing is removed until the
/// operator accepts it.
///
/// # Errors
///
/// `bad_request` on `movies` when the store belongs to another database, or is not the one that has
/// the database's movies; `unavailable` and `internal` when one of them does not answer.
pub(crate) async fn bind(
    db: &Database,
    blobs: &Blobs,
    randomness: &dyn Randomness,
    now: Timestamp,
) -> Result<Option<String>> {
    let Some(store) = blobs.identity() else {
        return Ok(None);
    };
    // The row is written before the name in the store. So if the store has a name now, its row
    // exists, unless the database has lost it.
    let theirs = store.read().await?;
    let ours = StoreRow::find(db, ONLY).await?.map(|row| row.identity);
    let is_new = ours.is_none() || theirs.is_none();
    if is_new && !MovieRow::query().exists(db).await? && blobs.has_objects().await? {
        doubt(db, now).await?;
    }
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours == theirs => Ok(Some(ours)),
        (Some(_), Some(_)) => Err(of_another_database()),
        (None, Some(theirs)) => {
            if name(db, theirs.clone()).await? != theirs {
                return Err(of_another_database());
            }
            tracing::warn!("the database had no name, and has taken that of the movie store");
            Ok(Some(theirs))
        }
        (Some(ours), None) => {
            if MovieRow::query().exists(db).await? {
                return Err(without_name());
            }
            store.write(&ours).await?;
            Ok(Some(ours))
        }
        (None, None) => {
            let ours = name(db, random_hex::<32>(randomness)?).await?;
            store.write(&ours).await?;
            Ok(Some(ours))
        }
    }
}

/// Returns the name that [`bind`] would return for a database and a store that exist, if they have one. Changes nothing.
///
/// # Errors
///
/// Those of [`bind`].
pub(crate) async fn examine(db: &Database, blobs: &Blobs) -> Result<Option<String>> {
    let Some(store) = blobs.identity() else {
        return Ok(None);
    };
    let theirs = store.read().await?;
    let ours = StoreRow::find(db, ONLY).await?.map(|row| row.identity);
    match (&ours, &theirs) {
        (Some(ours), Some(theirs)) if ours != theirs => Err(of_another_database()),
        (Some(_), None) if MovieRow::query().exists(db).await? => Err(without_name()),
        _ => Ok(ours.or(theirs)),
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

fn without_name() -> Error {
    Error::bad_request(
        "movies",
        "`movies` is not the store of this database: `store-id` is missing there; check that the disk is mounted",
    )
}

fn of_another_database() -> Error {
    Error::bad_request(
        "movies",
        "`movies` holds the movies of another database; choose that database, or another store",
    )
}

/// Gives a new database its name, unless another server was faster, and returns the one that it has.
async fn name(db: &Database, identity: String) -> Result<String> {
    let row = NewStoreRow {
        s_id: ONLY,
        identity,
    };
    match row.insert(db).await {
        Ok(row) => Ok(row.identity),
        Err(error) if error.is_unique_violation() => Ok(StoreRow::get(db, ONLY).await?.identity),
        Err(error) => Err(error.into()),
    }
}
