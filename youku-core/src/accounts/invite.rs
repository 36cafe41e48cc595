//! Invitations of administrators.

use std::fmt;

use jiff::Timestamp;
use youku_orm::New;

use crate::basics::error::Result;
use crate::credentials::token::Token;
use crate::host::clock::after;
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::accounts::invite::NewInviteRow;
use crate::sessions::admin::Admin;

/// An invitation to become an administrator. `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Invite {
    /// The secret that [`Youku::register_admin`](crate::Youku::register_admin) takes once: 64
    /// lower-case hexadecimal characters. The database stores only its digest.
    pub code: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl Admin {
    /// Creates an invite. One person can register as an administrator with it, once.
    ///
    /// # Errors
    ///
    /// - [`Code::Unauthenticated`](crate::Code::Unauthenticated),
    ///   [`Code::SessionReplaced`](crate::Code::SessionReplaced) and
    ///   [`Code::Forbidden`](crate::Code::Forbidden): the session has ended, or the user is no
    ///   longer an administrator.
    /// - [`Code::Unavailable`](crate::Code::Unavailable), [`Code::Internal`](crate::Code::Internal).
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, an invite may stay whose code was never returned; it expires.
    pub async fn invite(&self) -> Result<Invite> {
        let service = self.session().service();
        let code = Token::generate(&*service.randomness)?;
        let now = service.now();
        let expires_at = after(now, service.policy.invite_lifetime);
        service
            .write(async |tx| {
                let caller = self.session().authorize_admin(&mut *tx, now).await?;
                let new = NewInviteRow {
                    code_digest: code.digest(),
                    user_id: caller.user,
                    created_at: now,
                    expires_at,
                    used_at: None,
                };
                new.insert(&mut *tx).await?;
                let invited = NewAuditRow::by(&caller, Act::AdminInvited, now);
                invited.write(tx).await
            })
            .await?;
        tracing::info!(user = %self.session().user_id(), "administrator invited");
        Ok(Invite {
            code: code.as_str().to_owned(),
            expires_at,
        })
    }
}

/// Does not show the code.
impl fmt::Debug for Invite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invite")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
