//! Registration, sessions and membership.

use youku_core::Role;

use crate::client::wire::Request;
use crate::client::{Client, Result};
use crate::message::objects::{Identity, LoggedIn, Membership, Prices, Registered};
use crate::message::{NoFields, UserType};

impl Client {
    /// Registers a user and returns their id. Registering does not log in.
    ///
    /// For [`Role::Admin`] the operator must have opened the registration of administrators, and some
    /// servers [need an invite](Self::needs_invite) for users too; see
    /// [`register_invited`](Self::register_invited).
    ///
    /// # Errors
    ///
    /// Refused with `bad_request` (a name or password that the server does not allow), `exists`,
    /// `forbidden`; or the connection is lost, and then the user may be registered.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the user may be registered.
    pub async fn register(&mut self, username: &str, password: &str, role: Role) -> Result<u64> {
        self.register_as(username, password, role, None).await
    }

    /// Registers a user or an administrator with an invite, the single-use code of an administrator
    /// for that role.
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
        role: Role,
        invite: &str,
    ) -> Result<u64> {
        self.register_as(username, password, role, Some(invite))
            .await
    }

    async fn register_as(
        &mut self,
        username: &str,
        password: &str,
        role: Role,
        invite: Option<&str>,
    ) -> Result<u64> {
        let request = Request::Register {
            username,
            password,
            user_type: role.into(),
            invite,
        };
        let Registered { user_id } = self.write(&request).await?;
        Ok(user_id)
    }

    /// Logs in; the calls that follow use the new session. Any other session of the user ends, unless
    /// the operator allows several. With a role, only a user who has that role can log in.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` when there is no such user, the password is wrong or the user
    /// has another role; the refusal does not tell which. Refused with `locked` after too many wrong
    /// passwords; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Not safe: an earlier session may have ended.
    pub async fn login(
        &mut self,
        username: &str,
        password: &str,
        role: impl Into<Option<Role>>,
    ) -> Result<Identity> {
        let request = Request::Login {
            username,
            password,
            user_type: role.into().map(UserType::from),
        };
        let LoggedIn { session, identity } = self.write(&request).await?;
        self.session = Some(session);
        Ok(identity)
    }

    /// Ends the session.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` or `session_replaced` when it had ended before; or the
    /// connection is lost. The client forgets the session in any case.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the session may still be valid.
    pub async fn logout(&mut self) -> Result<()> {
        let ended = self.write::<NoFields>(&Request::Logout).await;
        self.session = None;
        ended.map(drop)
    }

    /// Who is logged in.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated` or `session_replaced`; or the connection is lost.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn whoami(&mut self) -> Result<Identity> {
        self.read(&Request::Whoami).await
    }

    /// Changes the password. This session stays valid; the user's other sessions end.
    ///
    /// # Errors
    ///
    /// Refused with `bad_request` and the [field](crate::client::ClientError::field) `old_password` when that
    /// is wrong, `new_password` when it is not allowed; `locked` after too many wrong ones; or the
    /// connection is lost, and then the password may be changed.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the password may be changed.
    pub async fn change_password(&mut self, old: &str, new: &str) -> Result<()> {
        let request = Request::ChangePassword {
            old_password: old,
            new_password: new,
        };
        self.write::<NoFields>(&request).await.map(drop)
    }

    /// The prices and durations. Works without a session.
    ///
    /// # Errors
    ///
    /// The connection is lost, or the server cannot carry out the request.
    ///
    /// # Cancel safety
    ///
    /// Safe.
    pub async fn prices(&mut self) -> Result<Prices> {
        self.read(&Request::Prices).await
    }

    /// Buys one period of membership, or extends the membership by one. `max_price` is the highest price
    /// that the user agrees to, in fen; [`prices`](Self::prices) says what it costs.
    ///
    /// # Errors
    ///
    /// Refused with `unauthenticated`, `session_replaced`, `price_changed` (it costs more than
    /// `max_price`), `payment_declined`; or the connection is lost, and then it may have been bought.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the membership may have been bought.
    pub async fn renew_membership(&mut self, max_price: u64) -> Result<Membership> {
        let request = Request::ChargeVip {
            key: None,
            max_price,
        };
        self.write(&request).await
    }

    /// Buys one period of membership, once for each `key`. Another call with the same `key`, also
    /// over another connection or after a lost reply, returns the same answer and charges nothing.
    /// `key` is a text of 1 to 255 characters that the caller makes up for this purchase, such as a
    /// random one.
    ///
    /// # Errors
    ///
    /// As [`renew_membership`](Self::renew_membership); `bad_request` for a key that is empty or too
    /// long.
    ///
    /// # Cancel safety
    ///
    /// Not safe: the membership may have been bought. Call it again with the same key to find out.
    pub async fn renew_membership_once(&mut self, key: &str, max_price: u64) -> Result<Membership> {
        let request = Request::ChargeVip {
            key: Some(key),
            max_price,
        };
        self.read(&request).await
    }
}
