//! Users, invites, the audit and the statistics, for administrators.

use serde::Deserialize;
use youku_core::{InviteId, UserId};

use crate::message::objects::{AuditLine, Invite, OpenInvite, Statistics, User};
use crate::message::{Number, Reply, UserType};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::server::protocol2::fields::{ListFields, SessionFields, UserFields};
use crate::server::protocol2::list;

/// The fields of `change_role`.
#[derive(Debug, Deserialize)]
pub(crate) struct ChangeRole {
    session: Option<String>,
    user_id: Number,
    user_type: UserType,
}

/// The fields of `revoke_invite`.
#[derive(Debug, Deserialize)]
pub(crate) struct InviteFields {
    session: Option<String>,
    invite_id: Number,
}

/// Replies with a page of the users.
pub(super) async fn list_users(fields: ListFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let page = fields.page("users")?;
    list::reply::<_, User, _>(client, "user_list", page, |page| admin.users(page)).await
}

/// Keeps a user from logging in. Replies with the user, all of whose sessions have ended.
pub(super) async fn lock_user(fields: UserFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let user = admin.lock_user(UserId::new(fields.user_id.get())).await?;
    client.reply(&Reply::with(User::from(user))).await
}

/// Lets a user log in again. Replies with the user.
pub(super) async fn unlock_user(fields: UserFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let user = admin.unlock_user(UserId::new(fields.user_id.get())).await?;
    client.reply(&Reply::with(User::from(user))).await
}

/// Replies with the user. If the role has changed, all sessions of the user have ended.
pub(super) async fn change_role(fields: ChangeRole, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let user = UserId::new(fields.user_id.get());
    let changed = admin.change_role(user, fields.user_type.into()).await?;
    client.reply(&Reply::with(User::from(changed))).await
}

/// Replies with the code of an invite, with which one person can register as an administrator. The
/// code is stored nowhere else.
pub(super) async fn invite_admin(fields: SessionFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let invite = admin.invite().await?;
    client.reply(&Reply::with(Invite::from(invite))).await
}

/// The same for a user.
pub(super) async fn invite_user(fields: SessionFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let invite = admin.invite_user().await?;
    client.reply(&Reply::with(Invite::from(invite))).await
}

/// Replies with a page of the invites that can still be used, newest first.
pub(super) async fn invites(fields: ListFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let page = fields.page("invites")?;
    let read = |page| admin.invites(page);
    list::reply::<_, OpenInvite, _>(client, "invite_list", page, read).await
}

/// Revokes an invite that was not used.
pub(super) async fn revoke_invite(fields: InviteFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let invite = InviteId::new(fields.invite_id.get());
    admin.revoke_invite(invite).await?;
    client.reply(&Reply::empty()).await
}

/// Replies with a page of the audit, newest first.
pub(super) async fn audit(fields: ListFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let page = fields.page("audit")?;
    list::reply::<_, AuditLine, _>(client, "audit_list", page, |page| admin.audit(page)).await
}

/// Replies with counts of what the service has.
pub(super) async fn statistics(fields: SessionFields, client: &mut ClientConnection) -> Outcome {
    client.admin(fields.session.as_deref()).await?;
    let statistics = client.youku.statistics().await?;
    client
        .reply(&Reply::with(Statistics::from(statistics)))
        .await
}
