//! Logging in.

use std::fmt;

use jiff::Timestamp;
use youku_orm::{Id, Model, New, Transaction};

use crate::accounts::lockout::CountedName;
use crate::basics::error::{Error, Result};
use crate::basics::text;
use crate::credentials::hasher::{Stored, Verdict};
use crate::credentials::password::Password;
use crate::credentials::token::Token;
use crate::credentials::username::TypedName;
use crate::host::clock::after;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::session::{NewSessionRow, SessionRow};
use crate::records::accounts::user::{Role, UserRow};
use crate::service::metrics;
use crate::service::youku::Youku;
use crate::sessions::handle::{Session, SessionUser};

/// How often a log-in starts over because the user changed under it.
const TRIES: usize = 3;

/// The longest `peer` that is stored, in characters.
const MAX_PEER_CHARS: usize = 255;

/// What a user logs in with. `Debug` does not show the password.
#[derive(Clone)]
pub struct Credentials {
    /// The name, in any case.
    pub username: String,
    /// The password.
    pub password: String,
    /// The role that the user must have, if the client names one. A user with another role gets the
    /// same answer as for a wrong password.
    pub role: Option<Role>,
    /// Where the request comes from, such as an address; kept with the session for people who
    /// look into a theft. At most 255 characters of it are stored; it may be empty.
    pub peer: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("role", &self.role)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

impl Youku {
    /// Logs in. By default this ends the user's previous session, and a client that still uses that
    /// session gets [`Code::SessionReplaced`](crate::Code::SessionReplaced).
    ///
    /// An unknown name, a wrong password and a wrong role get the same answer after the same work: if
    /// stored passwords have different [costs](crate::Policy::password_cost), unknown names get them
    /// as often as users do.
    /// At most one password per core is compared at a time; other log-ins wait.
    ///
    /// Failed log-ins are counted by name, for all nodes together, and also for names that no user
    /// has. [`Policy::login_attempts`](crate::Policy::login_attempts) of them lock the name for
    /// [`Policy::login_lockout`](crate::Policy::login_lockout). While it is locked, every log-in
    /// under that name, even with the correct password, fails with
    /// [`Code::Locked`](crate::Code::Locked) and has an
    /// [`Error::retry_after`](crate::Error::retry_after). Every name can be locked, so the lock
    /// does not reveal who is registered.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated): the name is unknown, or the
    ///   password or the role does not match.
    /// - [`Code::Locked`](crate::Code::Locked): there were too many failed log-ins under the name.
    ///   Or an administrator has [locked](crate::Admin::lock_user) the user; then there is no time
    ///   to wait, and only a client with the correct password gets this answer.
    /// - [`Code::BadRequest`](crate::Code::BadRequest): the password is longer than any valid one;
    ///   the field is `password`.
    /// - [`Code::Unavailable`](crate::Code::Unavailable),
    ///   [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the log-in may have taken place: the older session may have
    /// ended, and the new one expires unused. A failure may or may not have been counted.
    pub async fn login(&self, credentials: Credentials) -> Result<Session> {
        for _ in 0..TRIES {
            if let Some(session) = self.try_login(&credentials).await? {
                return Ok(session);
            }
        }
        Err(Error::wrong_credentials())
    }

    /// Returns nothing when the user changed between the comparison of the password and the log-in.
    async fn try_login(&self, credentials: &Credentials) -> Result<Option<Session>> {
        let service = &*self.0;
        let password = Password::attempt(credentials.password.clone(), &service.policy)?;
        let name = TypedName::parse(&credentials.username);
        let user = self.user_named(name.as_ref()).await?;
        let counted = match &user {
            Some(user) => Some(CountedName::of(user)),
            None => name.as_ref().map(CountedName::new),
        };
        if let Some(counted) = &counted {
            let unlocked = counted.require_unlocked(service).await;
            unlocked.inspect_err(metrics::login_failed)?;
        }
        let known = user.as_ref().map(|user| user.u_id);
        let peer = peer(&credentials.peer);
        let stored = match (&user, &name) {
            (Some(user), _) => Stored::Hash(user.password_hash.clone()),
            (None, Some(name)) => Stored::Nothing(service.cost_for_unknown(&name.key)),
            (None, None) => Stored::Nothing(service.hasher.cost()),
        };
        metrics::compared(&stored);
        let verdict = service.hasher.verify(password.clone(), stored).await?;
        let right = verdict != Verdict::Wrong;
        let fits = |user: &UserRow| credentials.role.is_none_or(|role| role == user.user_type);
        let (Some(user), Some(counted)) = (user.filter(|user| right && fits(user)), &counted)
        else {
            tracing::info!(peer = ?credentials.peer, "log-in refused");
            metrics::login("refused");
            let refused = RefusedLogin {
                counted: counted.as_ref(),
                user: known,
                peer: &peer,
            };
            return Err(self.failed_login(refused).await?);
        };
        if user.locked_at.is_some() {
            metrics::login("locked");
            return Err(Error::locked_by_administrator());
        }
        let rehashed = match verdict {
            Verdict::Outdated => Some(service.hasher.hash(password, &*service.randomness).await?),
            _ => None,
        };
        let token = Token::generate(&*service.randomness)?;
        let login = Login {
            user: &user,
            counted,
            rehashed,
            token: &token,
            peer: &peer,
        };
        let now = service.now();
        if !service
            .write(async |tx| self.begin_session(&login, now, tx).await)
            .await?
        {
            return Ok(None);
        }
        tracing::info!(user = %user.u_id, "logged in");
        metrics::login("ok");
        let user = SessionUser {
            id: user.u_id.into(),
            username: user.username,
            role: user.user_type,
            member_until: user.member_until,
        };
        Ok(Some(Session::new(self.clone(), token, user)))
    }

    /// Counts the failure and returns the error for it. A name that breaks the rules for names is
    /// not counted.
    async fn failed_login(&self, refused: RefusedLogin<'_>) -> Result<Error> {
        let service = &*self.0;
        let Some(counted) = refused.counted else {
            return Ok(Error::wrong_credentials());
        };
        let now = service.now();
        let locks = service
            .write(async |tx| {
                let locks = counted.count(now, &service.policy, &mut *tx).await?;
                if locks {
                    let locked = NewAuditRow::new(Act::NameLocked, None, refused.peer, now);
                    locked.about_user(refused.user).write(tx).await?;
                }
                Ok(locks)
            })
            .await?;
        if locks {
            tracing::warn!("a name is locked after failed log-ins");
        }
        Ok(Error::wrong_credentials())
    }

    /// The user of that name. A user whose name is spelled just so under older rules comes first.
    pub(crate) async fn user_named(&self, name: Option<&TypedName>) -> Result<Option<UserRow>> {
        let Some(name) = name else {
            return Ok(None);
        };
        let named = UserRow::filter(UserRow::USERNAME_KEY.in_(name.keys()));
        let mut found = named.all(&self.0.db).await?;
        found.sort_by_key(|user| !name.is_exactly(&user.username_key));
        Ok(found.into_iter().next())
    }

    /// False when the user has changed since it was read: another password, another role, or
    /// locked.
    async fn begin_session(
        &self,
        login: &Login<'_>,
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<bool> {
        let policy = &self.0.policy;
        let user = login.user.u_id;
        if !login.holds(&mut *tx).await? {
            return Ok(false);
        }
        login.counted.forget(now, &mut *tx).await?;
        if policy.one_session_per_user {
            replace_session(user, now, tx).await?;
        }
        let expires_at = after(now, policy.session_lifetime);
        let new = NewSessionRow {
            user_id: user,
            token_digest: login.token.digest(),
            only_of: policy.one_session_per_user.then_some(user),
            replaced_at: None,
            peer: login.peer.to_owned(),
            created_at: now,
            idle_until: after(now, policy.session_idle).min(expires_at),
            expires_at,
        };
        // Of two log-ins at the same moment, the second finds that a session exists, and replaces
        // it when its transaction is run again.
        new.insert(&mut *tx).await.map_err(Error::lost_if_taken)?;
        NewAuditRow::new(Act::LoggedIn, Some(user), login.peer, now)
            .write(tx)
            .await?;
        Ok(true)
    }
}

/// A log-in that was refused.
struct RefusedLogin<'a> {
    counted: Option<&'a CountedName>,
    user: Option<Id<UserRow>>,
    peer: &'a str,
}

/// A log-in whose password was found right.
struct Login<'a> {
    user: &'a UserRow,
    counted: &'a CountedName,
    rehashed: Option<String>,
    token: &'a Token,
    peer: &'a str,
}

/// Where a log-in comes from, as it is stored.
pub(crate) fn peer(said: &str) -> String {
    text::line(said).chars().take(MAX_PEER_CHARS).collect()
}

impl Login<'_> {
    /// Whether the user is unchanged. If so, the row belongs to this transaction until its end: a
    /// change of password, role or lock comes before or after the log-in, never in between.
    async fn holds(&self, tx: &mut Transaction) -> Result<bool> {
        let same = UserRow::filter(UserRow::U_ID.eq(self.user.u_id))
            .filter(UserRow::PASSWORD_HASH.eq(&self.user.password_hash))
            .filter(UserRow::USER_TYPE.eq(self.user.user_type))
            .filter(UserRow::LOCKED_AT.is_null());
        let mut row = same.set(UserRow::REVISION, UserRow::REVISION + 1);
        if let Some(hash) = &self.rehashed {
            row = row.set(UserRow::PASSWORD_HASH, hash.clone());
        }
        Ok(row.update(tx).await? == 1)
    }
}

async fn replace_session(user: Id<UserRow>, now: Timestamp, tx: &mut Transaction) -> Result<()> {
    SessionRow::filter(SessionRow::ONLY_OF.eq(user))
        .set(SessionRow::ONLY_OF, None)
        .set(SessionRow::REPLACED_AT, now)
        .update(tx)
        .await?;
    Ok(())
}
