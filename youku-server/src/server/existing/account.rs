//! Registration, log-in and membership.

use serde::{Deserialize, Serialize};
use youku_core::{Credentials, Registration};

use crate::message::{Reply, Text, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;

/// The existing clients cannot name a price, so they are charged by the policy.
pub(super) const ANY_PRICE: u64 = u64::MAX;

/// The fields of `register`.
#[derive(Deserialize)]
pub(crate) struct Register {
    #[serde(alias = "name")]
    username: String,
    password: String,
    user_type: UserType,
    /// The single-use code with which a user can register as an administrator. Existing clients do not
    /// send it.
    invite: Option<String>,
}

/// The fields of `login`.
#[derive(Deserialize)]
pub(crate) struct Login {
    #[serde(alias = "name")]
    username: String,
    password: String,
    /// Has to be the role of the user.
    user_type: UserType,
}

#[derive(Serialize)]
struct LoggedIn {
    /// Good on this connection, and for clients of the design half on others from the same address while it is open.
    session: String,
    is_vip: bool,
}

/// The fields of `charge_vip`.
#[derive(Debug, Deserialize)]
pub(crate) struct ChargeVip {
    #[serde(alias = "session")]
    cookies: Option<String>,
}

#[derive(Serialize)]
struct Charged {
    /// When the membership ends, as people read it.
    until: String,
    /// What this period cost, in fen.
    price: u64,
}

/// Registers a user, and replies with a text. An administrator needs an invite, unless the operator
/// has opened the registration of administrators.
pub(super) async fn register(fields: Register, client: &mut ClientConnection) -> Outcome {
    let registration = Registration {
        username: fields.username,
        password: fields.password,
    };
    client
        .register(registration, fields.user_type, fields.invite)
        .await?;
    client.done(Text::Registered).await
}

/// Opens a session that ends with the connection. Replies with the session that further requests name,
/// and whether the user is a member. The refusal is the same for an unknown user, a wrong password and a
/// wrong role.
pub(super) async fn login(fields: Login, client: &mut ClientConnection) -> Outcome {
    let credentials = Credentials {
        username: fields.username,
        password: fields.password,
        role: Some(fields.user_type.into()),
        peer: client.address().to_string(),
    };
    let session = client.log_in(credentials).await?;
    let is_vip = session.is_vip();
    let body = LoggedIn {
        session: client.keep_session(session).await?,
        is_vip,
    };
    let reply = Reply::with(body).with_text(client.text(Text::LoggedIn));
    client.reply(&reply).await
}

/// Buys membership, or extends it. Replies with a text, the end of the membership and its
/// price.
pub(super) async fn charge_vip(fields: ChargeVip, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.cookies.as_deref()).await?;
    let membership = session.renew_membership(ANY_PRICE).await?;
    let body = Charged {
        until: client.time(membership.until),
        price: membership.price_fen,
    };
    let reply = Reply::with(body).with_text(client.text(Text::MembershipRenewed));
    client.reply(&reply).await
}
