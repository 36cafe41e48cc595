//! There is always an administrator who can log in.
//!
//! When two administrators lock, demote or delete each other at the same moment, one must remain. So
//! each change increments the revision of an administrator who remains: of the one who makes it, or
//! of another one if they themselves leave. The second change then finds that this administrator has
//! left.

use youku_orm::{Id, Model, Transaction};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::records::accounts::user::{Role, UserRow, people};
use crate::sessions::caller::Caller;

/// The user, if they are a person and were not deleted.
///
/// # Errors
///
/// `not_found`.
pub(crate) async fn person(user: Id<UserRow>, tx: &mut Transaction) -> Result<UserRow> {
    let known = UserRow::filter(UserRow::U_ID.eq(user)).filter(people());
    known.first(tx).await?.ok_or_else(Error::no_such_user)
}

/// The user from whom `caller` takes the role or the log-in; makes sure that an administrator
/// remains. The system actor is no person, so it does not count as one.
///
/// # Errors
///
/// `not_found`; `forbidden` if no administrator remains.
pub(crate) async fn takes_power_from(
    user: UserId,
    caller: &Caller,
    tx: &mut Transaction,
) -> Result<UserRow> {
    keep_administrator(caller, &mut *tx).await?;
    let row = person(user.key(), &mut *tx).await?;
    if caller.is_system && row.user_type == Role::Admin {
        require_another_administrator(row.u_id, tx).await?;
    }
    Ok(row)
}

/// Makes sure that an administrator other than `user` remains.
///
/// # Errors
///
/// `forbidden`.
pub(crate) async fn require_another_administrator(
    user: Id<UserRow>,
    tx: &mut Transaction,
) -> Result<()> {
    let others = UserRow::filter(people())
        .filter(UserRow::USER_TYPE.eq(Role::Admin))
        .filter(UserRow::LOCKED_AT.is_null())
        .filter(UserRow::U_ID.ne(user));
    match others.first(&mut *tx).await? {
        Some(other) => keep(other.u_id, tx).await,
        None => {
            let text = "the last administrator cannot leave; make another one first";
            Err(Error::new(Code::Forbidden, text))
        }
    }
}

/// Makes sure that `caller` is an administrator until the transaction ends.
///
/// # Errors
///
/// A lost race if they no longer are one.
pub(crate) async fn keep_administrator(caller: &Caller, tx: &mut Transaction) -> Result<()> {
    keep(caller.user, tx).await
}

async fn keep(administrator: Id<UserRow>, tx: &mut Transaction) -> Result<()> {
    let row = UserRow::filter(UserRow::U_ID.eq(administrator))
        .filter(UserRow::USER_TYPE.eq(Role::Admin))
        .filter(UserRow::LOCKED_AT.is_null());
    let row = row.set(UserRow::REVISION, UserRow::REVISION + 1);
    match row.update(tx).await? {
        0 => Err(Error::lost_race()),
        _ => Ok(()),
    }
}
