//! The name of a request: it is in the reply and in every line of the log about the request, so that a client can say which one
//! went wrong.

use std::fmt;

use serde::{Serialize, Serializer};
use youku_core::{Randomness, SystemRandomness};

use crate::server::client_connection::ClientConnection;

/// A random name, written as 16 hexadecimal characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestId(u64);

impl RequestId {
    /// A new name; nothing when the system has no randomness, without which a request has no name.
    pub(crate) fn generate() -> Option<Self> {
        let mut bytes = [0; 8];
        SystemRandomness.fill(&mut bytes).ok()?;
        Some(Self(u64::from_le_bytes(bytes)))
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A reply with the name of its request.
#[derive(Serialize)]
pub(crate) struct Identified<R> {
    #[serde(flatten)]
    pub(crate) reply: R,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<RequestId>,
}

impl ClientConnection {
    /// The reply with the name of its request.
    pub(crate) fn identified<R>(&self, reply: R) -> Identified<R> {
        let request_id = self.request_id;
        Identified { reply, request_id }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;
    use crate::message::Reply;

    #[test]
    fn the_name_follows_the_fields_of_the_reply() {
        let request_id = Some(RequestId(0xabc));
        let reply = to_value(Identified {
            reply: Reply::empty(),
            request_id,
        })
        .unwrap();
        assert_eq!(
            reply,
            json!({"flag": true, "code": "ok", "request_id": "0000000000000abc"})
        );
        let reply = to_value(Identified {
            reply: Reply::empty(),
            request_id: None,
        })
        .unwrap();
        assert_eq!(reply, json!({"flag": true, "code": "ok"}));
    }

    #[test]
    fn names_differ() {
        assert_ne!(RequestId::generate(), RequestId::generate());
    }
}
