//! What administrators do about users.

use serde_json::json;
use youku_server::Client;
use youku_server::client::{AuditLine, OpenInvite, Role, Statistics, User};
use youku_server::terminal::{TextTable, local_time, size, yuan};

use super::list::{self, table_or};
use super::person;
use crate::arguments::{self, Admin};
use crate::context::Context;
use crate::exit::Failure;
use crate::json;
use crate::texts::{Texts, fill};

pub(super) async fn run(command: Admin, context: &Context) -> Result<(), Failure> {
    match command {
        Admin::DeleteUser { user } => person::delete_user(context, user).await,
        Admin::Sessions { user } => person::sessions(context, Some(user)).await,
        Admin::EndSession { user, session } => {
            person::end_session(context, session, Some(user)).await
        }
        Admin::Export { user } => person::export(context, Some(user)).await,
        command => run_on(&mut context.client().await?, command, context).await,
    }
}

async fn run_on(client: &mut Client, command: Admin, context: &Context) -> Result<(), Failure> {
    match command {
        Admin::Users => show_users(context, &client.users().await?),
        Admin::Lock { user } => show_user(context, &client.lock_user(user).await?),
        Admin::Unlock { user } => show_user(context, &client.unlock_user(user).await?),
        Admin::Role { user, role } => {
            let role = match role {
                arguments::Role::Admin => Role::Admin,
                arguments::Role::User => Role::User,
            };
            show_user(context, &client.change_role(user, role).await?);
        }
        Admin::Invite { user } => {
            let invite = if user {
                client.invite_user().await?
            } else {
                client.invite_admin().await?
            };
            let until = fill(context.texts.invite_until, local_time(invite.expires_at));
            let json = json!({"invite": json::invite(&invite)});
            context.write(&json, [invite.code, until]);
        }
        Admin::Invites => show_invites(context, &client.invites().await?),
        Admin::RevokeInvite { invite } => {
            client.revoke_invite(invite).await?;
            let text = fill(context.texts.revoked, invite);
            context.write(&json!({"revoked": invite}), [text]);
        }
        Admin::Audit => show_audit(context, &client.audit().await?),
        Admin::Statistics => show_statistics(context, &client.statistics().await?),
        Admin::Deleted(filter) => {
            let query = list::query(String::new(), &filter);
            list::show(context, &client.find_deleted_movies(&query).await?);
        }
        // The others are carried out by `run`.
        _ => {}
    }
    Ok(())
}

fn show_user(context: &Context, user: &User) {
    let lines = users(context.texts, std::slice::from_ref(user));
    context.write(&json!({"user": json::user(user)}), lines);
}

fn show_users(context: &Context, found: &[User]) {
    let json = json::list("users", found, json::user);
    context.write(&json, users(context.texts, found));
}

fn users(texts: &Texts, users: &[User]) -> Vec<String> {
    let heads = [texts.id, texts.name, texts.role, texts.time, texts.locked];
    let mut table = TextTable::new(heads).right(0);
    for user in users {
        table.row([
            user.id.to_string(),
            user.username.clone(),
            texts.roles[usize::from(user.role == Role::User)].to_owned(),
            local_time(user.registered_at),
            user.locked_at.map(local_time).unwrap_or_default(),
        ]);
    }
    table_or(&table, "")
}

fn show_invites(context: &Context, invites: &[OpenInvite]) {
    let texts = context.texts;
    let heads = [texts.id, texts.role, texts.actor, texts.time, texts.until];
    let mut table = TextTable::new(heads).right(0);
    for invite in invites {
        table.row([
            invite.id.to_string(),
            texts.roles[usize::from(invite.role == Role::User)].to_owned(),
            invite.inviter_name.clone(),
            local_time(invite.created_at),
            local_time(invite.expires_at),
        ]);
    }
    let json = json::list("invites", invites, json::open_invite);
    context.write(&json, table_or(&table, texts.no_invites));
}

fn show_statistics(context: &Context, statistics: &Statistics) {
    let texts = context.texts;
    let mut table = TextTable::new([texts.name, texts.value]).right(1);
    for (name, value) in texts.statistics.into_iter().zip(figures(statistics)) {
        table.row([name.to_owned(), value]);
    }
    let json = json!({"statistics": statistics});
    context.write(&json, table_or(&table, ""));
}

/// The figures for a person, in the order of [`Texts::statistics`].
fn figures(statistics: &Statistics) -> [String; 16] {
    [
        statistics.users.to_string(),
        statistics.admins.to_string(),
        statistics.members.to_string(),
        statistics.locked_users.to_string(),
        statistics.sessions.to_string(),
        statistics.movies.to_string(),
        size(statistics.movie_bytes),
        statistics.deleted_movies.to_string(),
        size(statistics.deleted_bytes),
        statistics.hidden_movies.to_string(),
        statistics.uploads.to_string(),
        statistics.downloads.to_string(),
        statistics.purchases.to_string(),
        yuan(statistics.purchase_fen),
        statistics.memberships.to_string(),
        yuan(statistics.membership_fen),
    ]
}

fn show_audit(context: &Context, audit: &[AuditLine]) {
    let texts = context.texts;
    let heads = [texts.time, texts.actor, texts.peer, texts.act, texts.about];
    let mut table = TextTable::new(heads);
    for line in audit {
        let about = [
            line.user_name.clone(),
            line.movie_id.map(|id| id.to_string()),
            line.notice_id.map(|id| id.to_string()),
        ];
        table.row([
            local_time(line.time),
            line.actor_name.clone().unwrap_or_default(),
            line.peer.clone(),
            line.act.clone(),
            about.into_iter().flatten().collect::<Vec<_>>().join(" "),
        ]);
    }
    let json = json::list("audit", audit, json::audit);
    context.write(&json, table_or(&table, ""));
}
