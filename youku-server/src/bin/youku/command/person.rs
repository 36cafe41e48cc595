//! Sessions, the export of one's data, and the end of an account.

use serde_json::json;
use youku_server::terminal::{TextTable, local_time};

use super::list::table_or;
use crate::arguments::PasswordSource;
use crate::context::Context;
use crate::exit::Failure;
use crate::texts::fill;
use crate::{json, password};

pub(super) async fn sessions(context: &Context, user: Option<u64>) -> Result<(), Failure> {
    let sessions = context.client().await?.sessions(user).await?;
    let texts = context.texts;
    let heads = [texts.id, texts.peer, texts.time, texts.until, texts.current];
    let mut table = TextTable::new(heads).right(0);
    for session in &sessions {
        table.row([
            session.id.to_string(),
            session.peer.clone(),
            local_time(session.created_at),
            local_time(session.expires_at),
            if session.is_current { "*" } else { "" }.to_owned(),
        ]);
    }
    let json = json::list("sessions", &sessions, json::open_session);
    context.write(&json, table_or(&table, texts.no_sessions));
    Ok(())
}

pub(super) async fn end_session(
    context: &Context,
    session: u64,
    user: Option<u64>,
) -> Result<(), Failure> {
    let mut client = context.client().await?;
    client.end_session(session, user).await?;
    let text = fill(context.texts.session_ended, session);
    context.write(&json!({"ended": session}), [text]);
    Ok(())
}

/// Writes the same object with and without `--json`.
pub(super) async fn export(context: &Context, user: Option<u64>) -> Result<(), Failure> {
    let export = context.client().await?.export(user).await?;
    let text = format!("{export:#}");
    context.write(&json!({"export": export}), [text]);
    Ok(())
}

pub(super) async fn delete_account(
    context: &Context,
    password: &PasswordSource,
) -> Result<(), Failure> {
    let password = password::existing(password, context.texts)?;
    let mut client = context.client().await?;
    client.delete_account(&password).await?;
    context.forget()?;
    let text = context.texts.account_deleted.to_owned();
    context.write(&json!({"account_deleted": true}), [text]);
    Ok(())
}

pub(super) async fn delete_user(context: &Context, user: u64) -> Result<(), Failure> {
    context.client().await?.delete_user(user).await?;
    let text = fill(context.texts.user_deleted, user);
    context.write(&json!({"deleted_user": user}), [text]);
    Ok(())
}
