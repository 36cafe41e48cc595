//! Making users and administrators.

use std::fmt;

use jiff::Timestamp;
use youku_orm::{Id, Model, New, Transaction};

use crate::accounts::login;
use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::password::Password;
use crate::credentials::token::Token;
use crate::credentials::username::Username;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::invite::InviteRow;
use crate::records::accounts::user::{NewUserRow, Role, UserRow};
use crate::service::metrics;
use crate::service::youku::Youku;

/// What a new user chooses. `Debug` does not show the password.
#[derive(Clone)]
pub struct Registration {
    /// The name to log in with: 1 to 64 characters by default, none of them invisible, no white
    /// space at the ends. Names that differ only in case or in the composition of characters are
    /// the same.
    pub username: String,
    /// The password: 8 to 256 characters by default, of any kind, and not one of the most common
    /// passwords.
    pub password: String,
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl Youku {
    /// Registers a user.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`]: the name or the password breaks a rule; the field is `username` or
    ///   `password`.
    /// - [`Code::Exists`]: the name is taken.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the user may or may not exist; if it does, another call fails
    /// with [`Code::Exists`].
    pub async fn register(&self, registration: Registration) -> Result<UserId> {
        self.register_from(registration, "").await
    }

    /// [Registers](Self::register) a user who comes from `peer`, such as an address: the audit
    /// keeps it for people who look into a flood of registrations, at most 255 characters of it.
    ///
    /// # Errors
    ///
    /// Those of [`register`](Self::register).
    ///
    /// # Cancel safety
    ///
    /// That of [`register`](Self::register).
    pub async fn register_from(&self, registration: Registration, peer: &str) -> Result<UserId> {
        let new_user = NewUser::new(Role::User, peer);
        self.add_user(registration, new_user).await
    }

    /// Registers an administrator who was [invited](crate::Admin::invite). The invite is used up
    /// if, and only if, this succeeds.
    ///
    /// # Errors
    ///
    /// - [`Code::Forbidden`]: the invite does not exist, has expired, or was used.
    /// - Those of [`register`](Self::register).
    ///
    /// # Cancel safety
    ///
    /// That of [`register`](Self::register).
    pub async fn register_admin(&self, registration: Registration, invite: &str) -> Result<UserId> {
        self.register_admin_from(registration, invite, "").await
    }

    /// [Registers](Self::register_admin) an invited administrator who comes from `peer`; see
    /// [`register_from`](Self::register_from).
    ///
    /// # Errors
    ///
    /// Those of [`register_admin`](Self::register_admin).
    ///
    /// # Cancel safety
    ///
    /// That of [`register`](Self::register).
    pub async fn register_admin_from(
        &self,
        registration: Registration,
        invite: &str,
        peer: &str,
    ) -> Result<UserId> {
        let code = Token::parse(invite.trim()).ok_or_else(invalid_invite)?;
        let new_user = NewUser {
            invite: Some(code.digest()),
            ..NewUser::new(Role::Admin, peer)
        };
        self.add_user(registration, new_user).await
    }

    /// Creates an administrator without an invite. It is meant for the operator of a new service.
    ///
    /// # Security
    ///
    /// It checks no credentials: never expose it to clients.
    ///
    /// # Errors
    ///
    /// Those of [`register`](Self::register).
    ///
    /// # Cancel safety
    ///
    /// That of [`register`](Self::register).
    pub async fn create_admin(&self, registration: Registration) -> Result<UserId> {
        let new_user = NewUser::new(Role::Admin, "");
        self.add_user(registration, new_user).await
    }

    async fn add_user(&self, registration: Registration, new_user: NewUser) -> Result<UserId> {
        let service = &*self.0;
        let name = Username::parse(&registration.username, &service.policy)?;
        let password = Password::parse(registration.password, &service.policy)?;
        // Both conditions are checked again below. Checking them here saves the work of hashing.
        if let Some(digest) = &new_user.invite {
            let usable = usable_invite(digest, service.now())
                .exists(&service.db)
                .await?;
            usable.then_some(()).ok_or_else(invalid_invite)?;
        }
        let same_name = UserRow::filter(UserRow::USERNAME_KEY.eq(&name.key));
        if same_name.exists(&service.db).await? {
            return Err(Error::user_exists());
        }
        let hash = service.hasher.hash(password, &*service.randomness).await?;
        let now = service.now();
        let user = service
            .write(async |tx| {
                let inviter = match &new_user.invite {
                    Some(digest) => Some(use_up(digest, now, &mut *tx).await?),
                    None => None,
                };
                let user = insert(&name, &hash, new_user.role, now, &mut *tx).await?;
                new_user.entry(user, inviter, now).write(tx).await?;
                Ok(user)
            })
            .await?;
        tracing::info!(%user, role = ?new_user.role, "user registered");
        metrics::registered(new_user.role);
        Ok(user.into())
    }
}

/// What a registration consists of, apart from name and password.
struct NewUser {
    role: Role,
    /// The digest of the invite.
    invite: Option<String>,
    peer: String,
}

impl NewUser {
    fn new(role: Role, peer: &str) -> Self {
        Self {
            role,
            invite: None,
            peer: login::peer(peer),
        }
    }

    /// The audit entry for them.
    fn entry(
        &self,
        user: Id<UserRow>,
        inviter: Option<Id<UserRow>>,
        now: Timestamp,
    ) -> NewAuditRow {
        let (act, actor, about) = match (self.role, inviter) {
            (Role::User, _) => (Act::Registered, Some(user), None),
            (Role::Admin, Some(_)) => (Act::InviteUsed, Some(user), inviter),
            (Role::Admin, None) => (Act::AdminCreated, None, Some(user)),
        };
        NewAuditRow::new(act, actor, &self.peer, now).about_user(about)
    }
}

async fn insert(
    name: &Username,
    hash: &str,
    role: Role,
    now: Timestamp,
    tx: &mut Transaction,
) -> Result<Id<UserRow>> {
    let new = NewUserRow {
        username: name.shown.clone(),
        username_key: name.key.clone(),
        password_hash: hash.to_owned(),
        user_type: role,
        member_until: None,
        register_time: now,
    };
    match new.insert(tx).await {
        Ok(user) => Ok(user.u_id),
        Err(error) if error.is_unique_violation() => Err(Error::user_exists()),
        Err(error) => Err(error.into()),
    }
}

/// The invite with this digest, if it can still be used at `now`.
fn usable_invite(digest: &str, now: Timestamp) -> youku_orm::Query<InviteRow, youku_orm::Writable> {
    InviteRow::filter(InviteRow::CODE_DIGEST.eq(digest))
        .filter(InviteRow::USED_AT.is_null())
        .filter(InviteRow::EXPIRES_AT.gt(now))
}

/// Marks the invite as used and returns who created it. Of several transactions at once, only the
/// one that changes the row has the invite.
async fn use_up(digest: &str, now: Timestamp, tx: &mut Transaction) -> Result<Id<UserRow>> {
    let invite = usable_invite(digest, now).first(&mut *tx).await?;
    let invite = invite.ok_or_else(invalid_invite)?;
    let used = usable_invite(digest, now)
        .set(InviteRow::USED_AT, now)
        .update(tx)
        .await?;
    if used == 1 {
        Ok(invite.user_id)
    } else {
        Err(invalid_invite())
    }
}

fn invalid_invite() -> Error {
    Error::new(
        Code::Forbidden,
        "the invite is unknown, used or expired; ask for a new one",
    )
}
