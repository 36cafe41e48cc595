//! `hello`: switches the connection to protocol 2.

use serde::Deserialize;
use youku_core::RegistrationMode;

use crate::Language;
use crate::message::objects::{HelloReply, REGISTRATION_BY_INVITE};
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;

/// The generation that this server speaks in addition to the existing dialects.
const PROTO: u64 = 2;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct Hello {
    /// The newest generation that the client speaks.
    proto: Number,
    /// What the client can do beyond that. Nothing is defined yet, so anything is accepted.
    #[serde(rename = "caps")]
    _caps: Option<Vec<String>>,
    /// The language of this reply and of all that follow; English if it is left out.
    lang: Option<String>,
}

/// Switches the connection to protocol 2. Replies with the generation that both sides speak and with
/// the limits of the server.
pub(crate) async fn hello(fields: Hello, client: &mut ClientConnection) -> Outcome {
    if fields.proto.get() < PROTO {
        return Err(Refusal::bad_field("proto").into());
    }
    let language = fields.lang.as_deref().and_then(Language::from_tag);
    client.switch_to_protocol2(language.unwrap_or(Language::English));
    let mode = client.youku.policy().registration;
    let mut caps = Vec::new();
    if client.options.open_admin_registration && mode == RegistrationMode::Open {
        caps.push("open_admin_registration".to_owned());
    }
    match mode {
        RegistrationMode::Open => {}
        RegistrationMode::Invite => caps.push(REGISTRATION_BY_INVITE.to_owned()),
        RegistrationMode::Closed => caps.push("registration_closed".to_owned()),
    }
    let body = HelloReply {
        proto: PROTO,
        caps,
        max_frame: client.options.limits.max_frame,
        max_size: client.youku.policy().max_movie_bytes,
    };
    client.reply(&Reply::with(body)).await
}
