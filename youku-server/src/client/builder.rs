//! How a client reaches its server.

use std::fmt;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{BODY_IDLE, Client, ClientError, Result};
use crate::{ClientTls, Connection, Language, SharedSecret, Transport};

/// How long making a connection may take.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// Where the server is and how to talk to it; made by [`Client::builder`]. It is used again when the
/// client reconnects.
#[derive(Clone)]
pub struct ClientBuilder {
    address: String,
    session: Option<String>,
    language: Language,
    tls: Option<ClientTls>,
    secret: Option<SharedSecret>,
}

/// Leaves out the session, which is a secret.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("address", &self.address)
            .field("language", &self.language)
            .field("is_encrypted", &self.tls.is_some())
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    pub(super) fn new(address: String) -> Self {
        Self {
            address,
            session: None,
            language: Language::English,
            tls: None,
            secret: None,
        }
    }

    /// Encrypts the connection; the server's certificate has to be for the host of the address.
    #[must_use]
    pub fn tls(self, tls: ClientTls) -> Self {
        let tls = Some(tls);
        Self { tls, ..self }
    }

    /// Answers the server's challenge with `secret`. The server has to ask for one.
    #[must_use]
    pub fn secret(self, secret: SharedSecret) -> Self {
        let secret = Some(secret);
        Self { secret, ..self }
    }

    /// Chooses the language of the server's texts; English unless it is called.
    #[must_use]
    pub fn language(self, language: Language) -> Self {
        Self { language, ..self }
    }

    /// Uses the session of an earlier log-in, as [`Client::session`] returned it. Connecting does not
    /// check whether it is still valid; the first request does. [`Client::whoami`] asks the server.
    #[must_use]
    pub fn session(self, session: impl Into<String>) -> Self {
        let session = Some(session.into());
        Self { session, ..self }
    }

    /// Connects, within 10 seconds, and greets the server.
    ///
    /// # Errors
    ///
    /// A [lost connection](ClientError::is_connection_lost) when no server answers; a
    /// [bad reply](ClientError::is_bad_reply) when the peer is not a Youku server; refused with
    /// `unknown_type` by a server that does not speak protocol 2.
    ///
    /// # Cancel safety
    ///
    /// Safe: no connection is left behind.
    pub async fn connect(&self) -> Result<Client> {
        let mut client = Client::disconnected(self.clone());
        client.session.clone_from(&self.session);
        client.reconnect().await?;
        Ok(client)
    }

    /// A new connection, on which nothing has been sent yet.
    pub(super) async fn open(&self) -> Result<Connection<Transport>> {
        let stream = timeout(CONNECT_TIME, self.stream())
            .await
            .map_err(|_| ClientError::silent(CONNECT_TIME))??;
        Ok(Connection::new(stream, BODY_IDLE))
    }

    async fn stream(&self) -> Result<Transport> {
        let stream = TcpStream::connect(&self.address)
            .await
            .map_err(ClientError::transport)?;
        stream.set_nodelay(true).map_err(ClientError::transport)?;
        let mut stream = match &self.tls {
            Some(tls) => tls
                .connect(host(&self.address), stream)
                .await
                .map_err(ClientError::tls)?,
            None => stream.into(),
        };
        if let Some(secret) = &self.secret {
            secret.answer(&mut stream).await?;
        }
        Ok(stream)
    }

    /// The spelling of the language on the wire.
    pub(super) fn language_tag(&self) -> &'static str {
        self.language.tag()
    }
}

/// The host of an address, without its port.
fn host(address: &str) -> &str {
    address.rsplit_once(':').map_or(address, |(host, _)| host)
}
