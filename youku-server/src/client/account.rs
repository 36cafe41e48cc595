//! Registration, log-in and membership.

use serde::Deserialize;
use youku_core::Role;

use super::wire::{Nothing, Request};
use super::{Client, Result};
use crate::message::UserType;

/// What the server says about the user who logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Login {
    /// Whether the user is a member: no wait before downloads, and lower prices.
    pub is_vip: bool,
}

#[derive(Deserialize)]
struct LoginReply {
    session: String,
    is_vip: bool,
}

#[derive(Deserialize)]
struct MembershipReply {
    until: Option<String>,
}

impl Client {
    /// Registers a user. Registering does not log in.
    ///
    /// For [`Role::Admin`] the server has to be open for that; see
    /// [`register_invited`](Self::register_invited).
    ///
    /// # Errors
    ///
    /// Refused with `bad_request` (a name or password that the server does not allow), `exists`,
    /// `forbidden`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards, and the user may be registered.
    pub async fn register(&mut self, username: &str, password: &str, role: Role) -> Result<()> {
        let user_type = role.into();
        let request = Request::Register {
            username,
            password,
            user_type,
            invite: None,
        };
        self.call::<Nothing>(request).await.map(drop)
    }

    /// Registers an administrator with an invite, the single-use code of an administrator.
    ///
    /// # Errors
    ///
    /// As [`register`](Self::register); `forbidden` when the invite is not valid.
    ///
    /// # Cancel safety
    ///
    /// As [`register`](Self::register).
    pub async fn register_invited(
        &mut self,
        username: &str,
        password: &str,
        invite: &str,
    ) -> Result<()> {
        let (user_type, invite) = (UserType::Admin, Some(invite));
        let request = Request::Register {
            username,
            password,
            user_type,
            invite,
        };
        self.call::<Nothing>(request).await.map(drop)
    }

    /// Logs in; the calls that follow are this user's. An earlier session over this connection
    /// ends.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` when there is no such user, the password is wrong or the user
    /// has another role, all alike; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards.
    pub async fn login(&mut self, username: &str, password: &str, role: Role) -> Result<Login> {
        let request = Request::Login {
            username,
            password,
            user_type: role.into(),
        };
        let LoginReply { session, is_vip } = self.call(request).await?;
        self.session = Some(session);
        Ok(Login { is_vip })
    }

    /// Buys membership, or prolongs it. Returns when it ends, as the server writes that for
    /// people; `None` when the server does not say.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `payment_declined`; or the connection is
    /// lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the client is not usable afterwards, and the membership may have been bought.
    pub async fn renew_membership(&mut self) -> Result<Option<String>> {
        let MembershipReply { until } = self.call(Request::ChargeVip).await?;
        Ok(until)
    }
}

impl From<Role> for UserType {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::User => Self::User,
        }
    }
}
