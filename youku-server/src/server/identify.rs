//! Who a client is: registration, log-in, and the session that a request names.

use youku_core::{Admin, Credentials, Registration, RegistrationMode, Session, UserId};

use crate::Code;
use crate::message::{Protocol, Refusal, Text, UserType};
use crate::server::bound_sessions::BoundSession;
use crate::server::client_connection::ClientConnection;

impl ClientConnection {
    /// Registers a user. An administrator needs an invite, unless the operator has opened the
    /// registration of administrators; a user needs one if the policy says so.
    pub(crate) async fn register(
        &mut self,
        registration: Registration,
        user_type: UserType,
        invite: Option<String>,
    ) -> Result<UserId, Refusal> {
        self.rate_limits.register(self.address())?;
        let (youku, from) = (&self.youku, self.address().to_string());
        let mode = youku.policy().registration;
        let is_invited = invite.is_some();
        let registered = match (user_type, invite) {
            (UserType::User, None) => youku.register_from(registration, &from).await,
            (UserType::User, Some(invite)) => {
                youku.register_invited(registration, &invite, &from).await
            }
            (UserType::Admin, Some(invite)) => {
                youku
                    .register_admin_from(registration, &invite, &from)
                    .await
            }
            (UserType::Admin, None)
                if self.options.open_admin_registration && mode == RegistrationMode::Open =>
            {
                youku.create_admin(registration).await
            }
            (UserType::Admin, None) => return Err(forbidden(mode, is_invited)),
        };
        registered.map_err(|error| match error.code() {
            youku_core::Code::Forbidden => forbidden(mode, is_invited),
            _ => with_text(error, Code::Exists, Text::UserExists),
        })
    }

    /// Opens a session. The refusal is the same for an unknown user, a wrong password and a wrong role.
    pub(crate) async fn log_in(&mut self, credentials: Credentials) -> Result<Session, Refusal> {
        self.rate_limits.log_in(self.address())?;
        let session = self
            .youku
            .login(credentials)
            .await
            .map_err(|error| with_text(error, Code::Unauthenticated, Text::BadCredentials))?;
        self.user = Some(session.user_id());
        Ok(session)
    }

    /// The session that a request names; a missing or empty text names none. From then on the
    /// connection belongs to the user of the session.
    pub(crate) async fn session(&mut self, named: Option<&str>) -> Result<Session, Refusal> {
        let token = named.and_then(|named| self.token(named));
        let token = token.ok_or_else(Refusal::unauthenticated)?;
        let session = self.youku.session(&token).await?;
        self.user = Some(session.user_id());
        Ok(session)
    }

    /// The token of the session that a request names: by the ticket of this connection, and otherwise as the protocol says.
    fn token(&self, named: &str) -> Option<String> {
        match (&self.session, self.protocol) {
            (Some(own), _) if own.ticket() == named => Some(own.session().token().to_owned()),
            (_, Protocol::Existing(_)) => self.tickets.token(named, self.address()),
            (_, Protocol::Two) => (!named.is_empty()).then(|| named.to_owned()),
        }
    }

    /// The same, for a session of an administrator.
    pub(crate) async fn admin(&mut self, token: Option<&str>) -> Result<Admin, Refusal> {
        Ok(self.session(token).await?.admin().await?)
    }

    /// Binds a new session to the connection, and ends the session that was bound to it before. Returns
    /// what the client names it by.
    pub(crate) async fn keep_session(&mut self, session: Session) -> Result<String, Refusal> {
        let dialect = self.dialect();
        let bound = BoundSession::new(session, dialect, self.address(), &self.tickets)?;
        let ticket = bound.ticket().to_owned();
        if let Some(earlier) = self.session.replace(bound) {
            end(earlier.session()).await;
        }
        Ok(ticket)
    }

    /// After a log-out the connection no longer belongs to a user.
    pub(crate) fn forget_session(&mut self) {
        self.user = None;
    }
}

/// The refusal of a registration that is not allowed.
fn forbidden(mode: RegistrationMode, is_invited: bool) -> Refusal {
    let text = match (mode, is_invited) {
        (RegistrationMode::Closed, _) => Text::RegistrationClosed,
        (_, false) => Text::InviteNeeded,
        (_, true) => Text::InvalidInvite,
    };
    Refusal::forbidden().with_text(text)
}

/// Ends a session. If that fails, the session has ended already or will expire.
pub(super) async fn end(session: &Session) {
    if let Err(error) = session.logout().await {
        tracing::debug!(%error, "a session was not ended");
    }
}

/// The refusal, with `text` if its code is `code`.
fn with_text(error: youku_core::Error, code: Code, text: Text) -> Refusal {
    let refusal = Refusal::from(error);
    if refusal.code() == code {
        refusal.with_text(text)
    } else {
        refusal
    }
}
