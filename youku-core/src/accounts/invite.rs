//! Invitations: creating, listing and revoking them.

use std::fmt;

use jiff::Timestamp;
use youku_orm::{Id, Model, Projection, Query, Transaction, Writable};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::{InviteId, UserId};
use crate::basics::page::{Listing, Page};
use crate::credentials::token::Token;
use crate::host::clock::after;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::invite::{InviteRow, NewInviteRow};
use crate::records::accounts::user::{Role, UserRow};
use crate::sessions::admin::Admin;

/// An invitation to register, as its creator gets it. `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invite {
    /// Its id, for [`Admin::revoke_invite`].
    pub id: InviteId,
    /// The secret that [`Youku::register_admin`](crate::Youku::register_admin) or
    /// [`Youku::register_invited`](crate::Youku::register_invited) takes once: 64 lower-case
    /// hexadecimal characters. The database stores only its digest.
    pub code: String,
    /// What the invited person becomes.
    pub role: Role,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// An invitation that can still be used, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InviteView {
    /// Its id, also for the [page](Page::after) that follows it.
    pub id: InviteId,
    /// What the invited person becomes.
    pub role: Role,
    /// The administrator who created it.
    pub inviter: UserId,
    /// The name of that administrator.
    pub inviter_name: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// What an [`InviteView`] is made of.
#[derive(Projection)]
#[model(from = (InviteRow, UserRow))]
struct InviteColumns {
    i_id: Id<InviteRow>,
    #[model(select = InviteRow::USER_TYPE)]
    user_type: Role,
    user_id: Id<UserRow>,
    #[model(select = UserRow::USERNAME)]
    username: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

impl Admin {
    /// Creates an invite for an administrator. One person can
    /// [register](crate::Youku::register_admin) with it, once.
    ///
    /// The invite ends for good when its creator loses the right to invite: when they are locked,
    /// demoted or deleted. It does not come back when they get the right back.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`], [`Code::SessionReplaced`] and [`Code::Forbidden`]: the session
    ///   has ended, or the user is no longer an administrator.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, an invite may stay whose code was never returned; it expires.
    pub async fn invite(&self) -> Result<Invite> {
        self.invite_as(Role::Admin).await
    }

    /// Creates an invite for a user, who can [register](crate::Youku::register_invited) with it
    /// once, also where [registration](crate::Policy::registration) needs one. It ends like an
    /// [invite for an administrator](Self::invite).
    ///
    /// # Errors
    ///
    /// Those of [`invite`](Self::invite).
    ///
    /// # Cancel safety
    ///
    /// That of [`invite`](Self::invite).
    pub async fn invite_user(&self) -> Result<Invite> {
        self.invite_as(Role::User).await
    }

    async fn invite_as(&self, role: Role) -> Result<Invite> {
        let service = self.session().service();
        let code = Token::generate(&*service.randomness)?;
        let now = service.now();
        let expires_at = after(now, service.policy.invite_lifetime);
        let act = match role {
            Role::Admin => Act::AdminInvited,
            Role::User => Act::UserInvited,
        };
        let row = service
            .write(async |tx| {
                let caller = self.session().authorize_admin(&mut *tx, now).await?;
                let new = NewInviteRow {
                    code_digest: code.digest(),
                    user_id: caller.user,
                    created_at: now,
                    expires_at,
                    used_at: None,
                };
                let new = InviteRow::insert(new).set(InviteRow::USER_TYPE, role);
                let row = new.exec(&mut *tx).await?;
                NewAuditRow::by(&caller, act, now).write(tx).await?;
                Ok(row)
            })
            .await?;
        tracing::info!(user = %self.session().user_id(), ?role, "invited");
        Ok(Invite {
            id: row.i_id.into(),
            code: code.as_str().to_owned(),
            role,
            expires_at,
        })
    }

    /// The invites that can still be used, newest first.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`]: the field `after` is not a cursor of this list.
    /// - Those of [`invite`](Self::invite).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn invites(&self, page: Page) -> Result<Listing<InviteView>> {
        self.check().await?;
        let service = self.session().service();
        let one_more = service.one_more(&page);
        let usable = usable_invites(service.now()).order_by(InviteRow::I_ID.desc());
        let named = InviteRow::USER_ID.on(UserRow::U_ID);
        let found = page.start(usable)?.join(named).limit(one_more);
        let found = found.select_as::<InviteColumns>().all(&service.db).await?;
        Ok(Listing::cut(found, one_more, |row| row.i_id.get().into()))
    }

    /// Revokes an invite that was not used yet: no one can register with it from then on.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: the invite does not exist, was used or revoked, or has expired.
    /// - Those of [`invite`](Self::invite).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the invite is either revoked or unchanged.
    pub async fn revoke_invite(&self, invite: InviteId) -> Result<()> {
        let service = self.session().service();
        let now = service.now();
        let revoke = service.write(async |tx| {
            let caller = self.session().authorize_admin(&mut *tx, now).await?;
            let usable = usable_invites(now).filter(InviteRow::I_ID.eq(invite.key()));
            let row = usable.clone().first(&mut *tx).await?;
            let row = row.ok_or_else(no_such_invite)?;
            if usable.delete(&mut *tx).await? == 0 {
                return Err(no_such_invite());
            }
            let revoked = NewAuditRow::by(&caller, Act::InviteRevoked, now);
            revoked.about_user(Some(row.user_id)).write(tx).await
        });
        revoke.await?;
        tracing::info!(user = %self.session().user_id(), %invite, "invite revoked");
        Ok(())
    }
}

/// The invites that can be used at `now`.
fn usable_invites(now: Timestamp) -> Query<InviteRow, Writable> {
    InviteRow::filter(InviteRow::USED_AT.is_null()).filter(InviteRow::EXPIRES_AT.gt(now))
}

/// The invite with this digest and for this role, if it can still be used at `now`.
pub(crate) fn invite_of(digest: &str, role: Role, now: Timestamp) -> Query<InviteRow, Writable> {
    usable_invites(now)
        .filter(InviteRow::CODE_DIGEST.eq(digest))
        .filter(InviteRow::USER_TYPE.eq(role))
}

/// Marks the invite as used and returns who created it. Of several transactions at once, only the
/// one that changes the row has the invite.
pub(crate) async fn use_up(
    digest: &str,
    role: Role,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<Id<UserRow>> {
    let invite = invite_of(digest, role, now);
    let found = invite.clone().first(&mut *tx).await?;
    let inviter = found.ok_or_else(invalid_invite)?.user_id;
    // The creator must still have the right to invite. Changing their row orders this transaction
    // before or after one that takes the right away.
    let entitled = UserRow::filter(UserRow::U_ID.eq(inviter))
        .filter(UserRow::USER_TYPE.eq(Role::Admin))
        .filter(UserRow::LOCKED_AT.is_null())
        .set(UserRow::REVISION, UserRow::REVISION + 1);
    if entitled.update(&mut *tx).await? == 0 {
        return Err(invalid_invite());
    }
    match invite.set(InviteRow::USED_AT, now).update(tx).await? {
        1 => Ok(inviter),
        _ => Err(invalid_invite()),
    }
}

pub(crate) fn invalid_invite() -> Error {
    Error::new(
        Code::Forbidden,
        "the invite is unknown, used, revoked or expired; ask for a new one",
    )
}

/// Ends all unused invites of a user whose right to invite or whose password has changed. Those that a concurrent
/// transaction creates are refused while the right is away, and end here when it comes back.
pub(crate) async fn end_invites(inviter: Id<UserRow>, tx: &mut Transaction) -> Result<()> {
    let unused = InviteRow::filter(InviteRow::USER_ID.eq(inviter));
    unused
        .filter(InviteRow::USED_AT.is_null())
        .delete(tx)
        .await?;
    Ok(())
}

fn no_such_invite() -> Error {
    Error::new(Code::NotFound, "there is no such invite that can be used")
}

impl From<InviteColumns> for InviteView {
    fn from(row: InviteColumns) -> Self {
        Self {
            id: row.i_id.into(),
            role: row.user_type,
            inviter: row.user_id.into(),
            inviter_name: row.username,
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// Does not show the code.
impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite")
            .field("id", &self.id)
            .field("role", &self.role)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
