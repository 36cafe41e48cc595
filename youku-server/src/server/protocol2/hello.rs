//! `hello`: switches the connection to protocol 2.

use serde::{Deserialize, Serialize};

use crate::Language;
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;

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

#[derive(Serialize)]
struct Greeting {
    proto: u64,
    caps: Vec<&'static str>,
    /// The longest JSON text of a request, and of a page of a list, in bytes.
    max_frame: usize,
    /// The largest movie, in bytes.
    max_size: u64,
}

impl Hello {
    /// Replies with the generation that both sides speak and with the limits of the server.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        if self.proto.get() < PROTO {
            return Err(Refusal::bad_field("proto").into());
        }
        let language = self.lang.as_deref().and_then(Language::from_tag);
        client.switch_to_protocol2(language.unwrap_or(Language::English));
        let mut caps = Vec::new();
        if client.options.open_admin_registration {
            caps.push("open_admin_registration");
        }
        let greeting = Greeting {
            proto: PROTO,
            caps,
            max_frame: client.options.limits.max_frame,
            max_size: client.youku.policy().max_movie_bytes,
        };
        client.reply(&Reply::with(greeting)).await
    }
}
