//! Registration, log-in and membership.

use serde_json::json;
use youku_server::Code;
use youku_server::client::{ClientError, Identity, Role};
use youku_server::terminal::{local_time, renew_membership, yuan};

use crate::arguments::{Consent, PasswordSource};
use crate::command::consent;
use crate::context::Context;
use crate::exit::Failure;
use crate::texts::fill;
use crate::{json, password};

pub(super) async fn login(
    context: &Context,
    username: Option<String>,
    password: &PasswordSource,
) -> Result<(), Failure> {
    let texts = context.texts;
    let username = password::username(username, texts)?;
    let password = password::existing(password, texts)?;
    let mut client = context.server.connect().await?;
    let identity = client.login(&username, &password, None).await?;
    context.keep(&client, &identity.username)?;
    let text = fill(texts.logged_in, &identity.username);
    context.write(&json!({"user": json::identity(&identity)}), [text]);
    Ok(())
}

pub(super) async fn register(
    context: &Context,
    username: Option<String>,
    password: &PasswordSource,
    (is_admin, is_invited): (bool, bool),
) -> Result<(), Failure> {
    let texts = context.texts;
    let username = password::username(username, texts)?;
    let password = password::new(password, texts)?;
    let role = if is_admin { Role::Admin } else { Role::User };
    let invite = if is_admin || is_invited {
        password::invite(texts)?
    } else {
        None
    };
    let mut client = context.server.connect().await?;
    let user_id = match invite {
        Some(invite) => {
            client
                .register_invited(&username, &password, role, &invite)
                .await?
        }
        None => client.register(&username, &password, role).await?,
    };
    let json = json!({"user_id": user_id, "username": username, "role": json::role(role)});
    context.write(&json, [fill(texts.registered, &username)]);
    Ok(())
}

pub(super) async fn logout(context: &Context) -> Result<(), Failure> {
    let ended = context.client().await?.logout().await;
    // A session that had already ended is forgotten too; one that may still be valid is kept.
    let had_ended = |error: &ClientError| error.code() == Some(Code::Unauthenticated);
    if ended.as_ref().err().is_none_or(had_ended) {
        context.forget()?;
    }
    ended?;
    let text = context.texts.logged_out.to_owned();
    context.write(&json!({"logged_out": true}), [text]);
    Ok(())
}

pub(super) async fn whoami(context: &Context) -> Result<(), Failure> {
    let identity = context.client().await?.whoami().await?;
    let lines = describe(context, &identity);
    context.write(&json!({"user": json::identity(&identity)}), lines);
    Ok(())
}

fn describe(context: &Context, identity: &Identity) -> [String; 2] {
    let texts = context.texts;
    let role = texts.roles[usize::from(identity.role == Role::User)];
    let membership = match identity.member_until {
        Some(until) if identity.is_vip => fill(texts.member_until, local_time(until)),
        _ => texts.no_member.to_owned(),
    };
    [format!("{} [{role}]", identity.username), membership]
}

pub(super) async fn password(context: &Context, password: &PasswordSource) -> Result<(), Failure> {
    let (old, new) = password::change(password, context.texts)?;
    let mut client = context.client().await?;
    client.change_password(&old, &new).await?;
    let text = context.texts.password_changed.to_owned();
    context.write(&json!({"password_changed": true}), [text]);
    Ok(())
}

pub(super) async fn prices(context: &Context) -> Result<(), Failure> {
    let prices = context.client().await?.prices().await?;
    let texts = context.texts;
    let lines = [
        fill(texts.movie_price, yuan(prices.movie_fen)),
        fill(texts.member_price, yuan(prices.member_movie_fen)),
        fill(texts.membership_price, yuan(prices.membership_fen)),
    ];
    context.write(&json!({"prices": json::prices(&prices)}), lines);
    Ok(())
}

pub(super) async fn vip(context: &Context, consent: &Consent) -> Result<(), Failure> {
    let mut client = context.client().await?;
    let price = match consent.max_price {
        Some(price) => price,
        None => {
            let price = client.prices().await?.membership_fen;
            consent::ask(context, price, context.texts.buy_membership)?
        }
    };
    let state = context.state()?;
    let membership = renew_membership(&mut client, &state, &context.server_key, price).await?;
    let lines = [
        fill(context.texts.charged, yuan(membership.price_fen)),
        fill(context.texts.member_until, local_time(membership.until)),
    ];
    context.write(&json!({"membership": json::membership(&membership)}), lines);
    Ok(())
}
