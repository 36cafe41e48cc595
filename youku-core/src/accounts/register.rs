//! Making users and administrators.

pub(crate) mod in_transaction;

use std::fmt;

use jiff::Timestamp;
use youku_orm::{Id, Model, New, Transaction};

use crate::accounts::invite::{invalid_invite, invite_of, use_up};
use crate::accounts::login;
use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::id::UserId;
use crate::credentials::password::Password;
use crate::credentials::token::Token;
use crate::credentials::username::Username;
use crate::credentials::username::skeleton::unicode_version;
use crate::host::registration::RegistrationMode;
use crate::records::NameSkeletonRow;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::name_skeleton::NewNameSkeletonRow;
use crate::records::accounts::user::{NewUserRow, Role, UserRow};
use crate::service::metrics;
use crate::service::youku::Youku;

/// What a new user chooses. `Debug` does not show the password.
#[derive(Clone)]
pub struct Registration {
    /// The name to log in with: 1 to 64 characters by default, as RFC 8265 allows them (profile
    /// `UsernameCaseMapped`): letters and digits of any script, the punctuation of ASCII, and one
    /// space between words. Names that differ only in case, width or the composition of characters
    /// are the same; a name that looks like another user's (UTS 39) is taken.
    pub username: String,
    /// The password: 8 to 256 characters by default, of any kind, but not blank, and not one of the
    /// most common passwords or the MD5 of one.
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
    /// - [`Code::Forbidden`]: [`Policy::registration`](crate::Policy::registration) is not open.
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
        match self.0.policy.registration {
            RegistrationMode::Open => {}
            RegistrationMode::Invite => return Err(invite_needed()),
            RegistrationMode::Closed => return Err(registration_closed()),
        }
        let new_user = NewUser::new(Role::User, peer);
        self.add_user(registration, new_user).await
    }

    /// Registers a user who was [invited](crate::Admin::invite_user) and comes from `peer`, which
    /// may be empty; see [`register_from`](Self::register_from). The invite is used up if, and only
    /// if, this succeeds.
    ///
    /// # Errors
    ///
    /// Those of [`register_admin`](Self::register_admin).
    ///
    /// # Cancel safety
    ///
    /// That of [`register`](Self::register).
    pub async fn register_invited(
        &self,
        registration: Registration,
        invite: &str,
        peer: &str,
    ) -> Result<UserId> {
        self.add_invited(registration, invite, NewUser::new(Role::User, peer))
            .await
    }

    /// Registers an administrator who was [invited](crate::Admin::invite). The invite is used up
    /// if, and only if, this succeeds.
    ///
    /// # Errors
    ///
    /// - [`Code::Forbidden`]: the invite does not exist, has expired, was used or revoked, or is for
    ///   another role; the administrator who created it has lost the right to invite; or
    ///   [`Policy::registration`](crate::Policy::registration) is closed.
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
        self.add_invited(registration, invite, NewUser::new(Role::Admin, peer))
            .await
    }

    async fn add_invited(
        &self,
        registration: Registration,
        invite: &str,
        new_user: NewUser,
    ) -> Result<UserId> {
        if self.0.policy.registration == RegistrationMode::Closed {
            return Err(registration_closed());
        }
        let code = Token::parse(invite.trim()).ok_or_else(invalid_invite)?;
        let invite = Some(code.digest());
        let new_user = NewUser { invite, ..new_user };
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
            let usable = invite_of(digest, new_user.role, service.now());
            let usable = usable.exists(&service.db).await?;
            usable.then_some(()).ok_or_else(invalid_invite)?;
        }
        let same_name = UserRow::filter(UserRow::USERNAME_KEY.eq(&name.key));
        let same_looks = NameSkeletonRow::ONLY_ONE.eq(&name.looks);
        let same_looks = NameSkeletonRow::filter(same_looks);
        if same_name.exists(&service.db).await? || same_looks.exists(&service.db).await? {
            return Err(Error::user_exists());
        }
        let hash = service.hasher.hash(password, &*service.randomness).await?;
        let now = service.now();
        let user = service
            .write(async |tx| {
                let inviter = match &new_user.invite {
                    Some(digest) => Some(use_up(digest, new_user.role, now, &mut *tx).await?),
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
            (_, Some(_)) => (Act::InviteUsed, Some(user), inviter),
            (Role::User, None) => (Act::Registered, Some(user), None),
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
    let taken = |error: youku_orm::Error| {
        if error.is_unique_violation() {
            Error::user_exists()
        } else {
            error.into()
        }
    };
    let user = new.insert(&mut *tx).await.map_err(taken)?.u_id;
    let looks = NewNameSkeletonRow {
        user_id: user,
        skeleton: name.looks.clone(),
        only_one: Some(name.looks.clone()),
        unicode_version: unicode_version(),
    };
    looks.insert(tx).await.map_err(taken)?;
    Ok(user)
}

fn invite_needed() -> Error {
    let text = "registration needs an invite; ask an administrator for one";
    Error::new(Code::Forbidden, text)
}

fn registration_closed() -> Error {
    Error::new(Code::Forbidden, "registration is closed")
}
