//! What names look like, for users who registered before their looks were stored, or by another
//! version of Unicode.

use std::collections::{HashMap, HashSet};

use youku_orm::{Database, Id, Model, New, Transaction};

use crate::basics::error::{Error, Result};
use crate::credentials::username::skeleton::{looks, unicode_version};
use crate::operations::batch::BATCH;
use crate::records::NameSkeletonRow;
use crate::records::accounts::name_skeleton::NewNameSkeletonRow;
use crate::records::accounts::user::{SYSTEM_KEY, UserRow};

/// Makes what is missing or of another version, a few users at a time. Names of the past that look
/// alike stay: the first user has the looks, and new names that look like that are refused.
///
/// # Cancel safety
///
/// When the future is dropped, a part is done; another call does the rest.
pub(crate) async fn fill(db: &Database, attempts: u32) -> Result<()> {
    let version = unicode_version();
    let current = NameSkeletonRow::filter(NameSkeletonRow::UNICODE_VERSION.eq(&version));
    if current.count(db).await? == UserRow::query().count(db).await? {
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = UserRow::query().page(after, BATCH).all(db).await?;
        db.transaction_retry(attempts, async |tx: &mut Transaction| {
            fill_some(&page.rows, &version, tx).await
        })
        .await?;
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    tracing::info!(version, "the looks of user names were stored");
    Ok(())
}

async fn fill_some(users: &[UserRow], version: &str, tx: &mut Transaction) -> Result<()> {
    let ids = users.iter().map(|user| user.u_id);
    let stored = NameSkeletonRow::filter(NameSkeletonRow::USER_ID.in_(ids));
    let stored = stored.all(&mut *tx).await?.into_iter();
    let mut stored: HashMap<Id<UserRow>, NameSkeletonRow> =
        stored.map(|row| (row.user_id, row)).collect();
    stored.retain(|_, row| row.unicode_version == version);
    let missing = users.iter().filter(|user| !stored.contains_key(&user.u_id));
    let (missing, nameless): (Vec<_>, Vec<_>) = missing.partition(|user| is_named(user));
    keep_nameless(&nameless, version, &mut *tx).await?;
    let missing: Vec<_> = missing
        .into_iter()
        .map(|user| (user.u_id, looks(&user.username)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let outdated = missing.iter().map(|(user, _)| *user);
    let outdated = NameSkeletonRow::filter(NameSkeletonRow::USER_ID.in_(outdated));
    outdated.delete(&mut *tx).await?;
    let wanted = missing.iter().map(|(_, looks)| looks.clone());
    let taken = NameSkeletonRow::filter(NameSkeletonRow::ONLY_ONE.in_(wanted));
    let taken = taken.all(&mut *tx).await?.into_iter();
    let mut taken: HashSet<String> = taken.map(|row| row.skeleton).collect();
    for (user_id, skeleton) in missing {
        let is_first = taken.insert(skeleton.clone());
        let new = NewNameSkeletonRow {
            user_id,
            only_one: is_first.then(|| skeleton.clone()),
            skeleton,
            unicode_version: version.to_owned(),
        };
        // Another program that opens the database at the same time may have inserted it.
        new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
    }
    Ok(())
}

/// Whether the user has a name of their own: the account was not deleted, and is a person's.
fn is_named(user: &UserRow) -> bool {
    user.deleted_at.is_none() && user.username_key != SYSTEM_KEY
}

/// The name of a deleted user is unknown, so what it looked like by the older version stays reserved.
async fn keep_nameless(users: &[&UserRow], version: &str, tx: &mut Transaction) -> Result<()> {
    for user in users {
        let row = NameSkeletonRow::filter(NameSkeletonRow::USER_ID.eq(user.u_id));
        let kept = row.set(NameSkeletonRow::UNICODE_VERSION, version);
        if kept.update(&mut *tx).await? == 0 {
            let new = NewNameSkeletonRow::unnamed(user.u_id, version.to_owned());
            new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
        }
    }
    Ok(())
}
