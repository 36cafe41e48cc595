//! Protocol 2 over raw bytes.

mod accounts;
mod administration;
mod cursors;
mod downloads;
mod fields;
mod held_uploads;
mod hello;
mod identity;
mod lists;
mod refused_uploads;
mod uploads;
mod waits;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::raw::Raw;
use crate::support::{PASSWORD, Server};

/// The digest of some bytes in the form that replies use.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A raw connection that has said hello, and the session that its requests name.
pub(crate) struct Two {
    pub(crate) raw: Raw,
    pub(crate) session: Value,
}

impl Two {
    /// Connects and says hello.
    pub(crate) async fn connect(server: &Server) -> Self {
        Self::over(server.connect().await).await
    }

    /// Says hello over an existing connection.
    pub(crate) async fn over(mut raw: Raw) -> Self {
        let reply = raw.ask(json!({"type": "hello", "proto": 2})).await;
        assert_eq!(reply["flag"], true, "{reply}");
        Self {
            raw,
            session: Value::Null,
        }
    }

    /// A new connection that has logged in.
    pub(crate) async fn log_in(server: &Server, username: &str) -> Self {
        let mut two = Self::connect(server).await;
        two.session = two.new_session(username).await;
        two
    }

    /// Logs in and returns the session, without naming it in later requests.
    pub(crate) async fn new_session(&mut self, username: &str) -> Value {
        let request = json!({"type": "login", "username": username, "password": PASSWORD});
        self.done(request).await["session"].clone()
    }

    /// A new user who has logged in.
    pub(crate) async fn user(server: &Server, username: &str) -> Self {
        let mut two = Self::connect(server).await;
        let request = json!({"type": "register", "username": username, "password": PASSWORD});
        two.done(request).await;
        Self::log_in(server, username).await
    }

    /// An administrator who has logged in.
    pub(crate) async fn administrator(server: &Server) -> Self {
        server.create_admin("admin").await;
        Self::log_in(server, "admin").await
    }

    /// Sends a request, with the session unless the request has one.
    pub(crate) async fn send(&mut self, mut request: Value) {
        let fields = request.as_object_mut().unwrap();
        fields
            .entry("session")
            .or_insert_with(|| self.session.clone());
        self.raw.send_text(request.to_string().as_bytes()).await;
    }

    /// Sends a request and returns the reply.
    pub(crate) async fn ask(&mut self, request: Value) -> Value {
        self.send(request).await;
        self.raw.receive().await
    }

    /// Sends a request and asserts that it succeeds.
    pub(crate) async fn done(&mut self, request: Value) -> Value {
        let text = request.to_string();
        let reply = self.ask(request).await;
        assert_eq!(
            (&reply["flag"], &reply["code"]),
            (&json!(true), &json!("ok")),
            "{text}: {reply}"
        );
        reply
    }

    /// Sends a request and asserts how it is refused.
    pub(crate) async fn refused(&mut self, request: Value, code: &str) -> Value {
        let text = request.to_string();
        let reply = self.ask(request).await;
        assert_eq!(
            (&reply["flag"], &reply["code"]),
            (&json!(false), &json!(code)),
            "{text}: {reply}"
        );
        reply
    }
}
