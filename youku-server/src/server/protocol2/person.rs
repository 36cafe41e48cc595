//! What belongs to a person: their sessions, their data and their account. With `user_id`, an
//! administrator does the same for another user.

use serde::{Deserialize, Serialize};
use youku_core::{Export, SessionId, UserId};

use crate::message::objects::OpenSession;
use crate::message::{Number, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::server::protocol2::fields::{OwnOrUserFields, UserFields};
use crate::server::protocol2::list;
use crate::server::protocol2::list::PageRequest;

/// The fields of `sessions`.
#[derive(Debug, Deserialize)]
pub(crate) struct Sessions {
    session: Option<String>,
    user_id: Option<Number>,
    limit: Option<Number>,
    after: Option<String>,
}

/// The fields of `end_session`.
#[derive(Debug, Deserialize)]
pub(crate) struct EndSession {
    session: Option<String>,
    session_id: Number,
    user_id: Option<Number>,
}

/// The fields of `delete_account`.
#[derive(Deserialize)]
pub(crate) struct DeleteAccount {
    session: Option<String>,
    password: String,
}

#[derive(Serialize)]
struct Exported {
    export: Export,
}

/// Replies with a page of the open sessions, newest first.
pub(super) async fn sessions(fields: Sessions, client: &mut ClientConnection) -> Outcome {
    let token = fields.session.as_deref();
    let page = PageRequest::read("sessions", fields.limit, fields.after)?;
    if let Some(user) = fields.user_id {
        let (admin, user) = (client.admin(token).await?, UserId::new(user.get()));
        let read = |page| admin.sessions(user, page);
        return list::reply::<_, OpenSession, _>(client, "session_list", page, read).await;
    }
    let session = client.session(token).await?;
    let read = |page| session.sessions(page);
    list::reply::<_, OpenSession, _>(client, "session_list", page, read).await
}

/// Ends a session by its id.
pub(super) async fn end_session(fields: EndSession, client: &mut ClientConnection) -> Outcome {
    let token = fields.session.as_deref();
    let session = SessionId::new(fields.session_id.get());
    match fields.user_id {
        Some(user) => {
            let admin = client.admin(token).await?;
            let user = UserId::new(user.get());
            admin.end_session(user, session).await?;
        }
        None => client.session(token).await?.end_session(session).await?,
    }
    client.reply(&Reply::empty()).await
}

/// Replies with everything that the service has about the user.
pub(super) async fn export(fields: OwnOrUserFields, client: &mut ClientConnection) -> Outcome {
    let token = fields.session.as_deref();
    let export = match fields.user_id {
        Some(user) => {
            let admin = client.admin(token).await?;
            admin.export(UserId::new(user.get())).await?
        }
        None => client.session(token).await?.export().await?,
    };
    client.reply(&Reply::with(Exported { export })).await
}

/// Deletes the account of the user, who has to give the password again.
pub(super) async fn delete_account(
    fields: DeleteAccount,
    client: &mut ClientConnection,
) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    session.delete_account(fields.password).await?;
    client.forget_session();
    client.reply(&Reply::empty()).await
}

/// Deletes the account of another user.
pub(super) async fn delete_user(fields: UserFields, client: &mut ClientConnection) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    admin.delete_user(UserId::new(fields.user_id.get())).await?;
    client.reply(&Reply::empty()).await
}
