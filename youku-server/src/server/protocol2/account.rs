//! Accounts and sessions, and what users have.

use serde::Deserialize;
use youku_core::{Credentials, PasswordChange, Registration};

use crate::message::objects::{
    Identity, LoggedIn, Membership, Prices, Purchase, Record, Registered,
};
use crate::message::{NoFields, Number, Refusal, Reply, UserType, whole_seconds};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::server::protocol2::fields::{ListFields, SessionFields};
use crate::server::protocol2::list;

/// The fields of `register`.
#[derive(Deserialize)]
pub(crate) struct Register {
    username: String,
    password: String,
    /// `user` if it is left out.
    user_type: Option<UserType>,
    /// The single-use code of an administrator's invitation.
    invite: Option<String>,
}

/// The fields of `login`.
#[derive(Deserialize)]
pub(crate) struct Login {
    username: String,
    password: String,
    /// The role that the user must have; any role if it is left out.
    user_type: Option<UserType>,
}

/// The fields of `change_password`.
#[derive(Deserialize)]
pub(crate) struct ChangePassword {
    session: Option<String>,
    old_password: String,
    new_password: String,
}

/// The fields of `charge_vip`.
#[derive(Debug, Deserialize)]
pub(crate) struct ChargeVip {
    session: Option<String>,
    /// Identifies this purchase of the user, so that repeating the request buys nothing more.
    key: Option<String>,
    /// The highest price that the user agrees to, in fen; 0 if it is left out.
    max_price: Option<Number>,
}

/// Replies that the server is ready: it listens only after it has opened the service, and closes the connection when it shuts
/// down.
pub(super) async fn ping(_: NoFields, client: &mut ClientConnection) -> Outcome {
    client.reply(&Reply::empty()).await
}

/// Registers a user, or an administrator where that is allowed, and replies with the id.
pub(super) async fn register(fields: Register, client: &mut ClientConnection) -> Outcome {
    let registration = Registration {
        username: fields.username,
        password: fields.password,
    };
    let user_type = fields.user_type.unwrap_or(UserType::User);
    let user = client
        .register(registration, user_type, fields.invite)
        .await?;
    let user_id = user.get();
    client.reply(&Reply::with(Registered { user_id })).await
}

/// Opens a session that outlives its connection. Replies with the session that further requests name,
/// over this connection or any other, and with its user.
pub(super) async fn login(fields: Login, client: &mut ClientConnection) -> Outcome {
    let credentials = Credentials {
        username: fields.username,
        password: fields.password,
        role: fields.user_type.map(Into::into),
        peer: client.address().to_string(),
    };
    let session = client.log_in(credentials).await?;
    let body = LoggedIn {
        session: session.token().to_owned(),
        identity: Identity::from(&session),
    };
    client.reply(&Reply::with(body)).await
}

/// Ends the session, on every connection that uses it.
pub(super) async fn logout(fields: SessionFields, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    session.logout().await?;
    client.forget_session();
    client.reply(&Reply::empty()).await
}

/// Replies with the user of the session, their role and their membership.
pub(super) async fn whoami(fields: SessionFields, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    client.reply(&Reply::with(Identity::from(&session))).await
}

/// Sets a new password and ends the user's other sessions. The session of the request stays valid.
pub(super) async fn change_password(
    fields: ChangePassword,
    client: &mut ClientConnection,
) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let change = PasswordChange {
        old: fields.old_password,
        new: fields.new_password,
    };
    let changed = session.change_password(change).await;
    changed.map_err(|error| Refusal::from(error).rename_field("password", "new_password"))?;
    client.reply(&Reply::empty()).await
}

/// Buys membership, or extends it. Replies with its end and its price.
pub(super) async fn charge_vip(fields: ChargeVip, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let at_most = fields.max_price.map_or(0, Number::get);
    let membership = match &fields.key {
        Some(key) => session.renew_membership_once(key, at_most).await?,
        None => session.renew_membership(at_most).await?,
    };
    let body = Membership {
        until: membership.until,
        price_fen: membership.price_fen,
    };
    client.reply(&Reply::with(body)).await
}

/// Replies with the current prices, also without a session.
pub(super) async fn prices(_: NoFields, client: &mut ClientConnection) -> Outcome {
    let policy = client.youku.policy();
    let prices = Prices {
        movie_fen: policy.price_fen,
        member_movie_fen: policy.member_price_fen,
        membership_fen: policy.membership_price_fen,
        membership_seconds: whole_seconds(policy.membership_period),
        wait_seconds: whole_seconds(policy.download_wait),
    };
    client.reply(&Reply::with(prices)).await
}

/// Replies with a page of the user's downloads, newest first.
pub(super) async fn check_record(fields: ListFields, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let page = fields.page("records")?;
    let read = |page| session.history(page);
    list::reply::<_, Record, _>(client, "record_list", page, read).await
}

/// Replies with a page of the movies that the user has paid for, newest first.
pub(super) async fn purchases(fields: ListFields, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let page = fields.page("purchases")?;
    let read = |page| session.purchases(page);
    list::reply::<_, Purchase, _>(client, "purchase_list", page, read).await
}
