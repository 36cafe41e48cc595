//! A request and its reply, over a connection that may have to be re-established.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::client::wire::{Message, ReceivedReply, Request};
use crate::client::{Client, ClientError, Page, Result};
use crate::message::objects::HelloReply;
use crate::{Connection, Frame, Transport};

/// How long a reply may take. A server that syncs a large upload to its disk needs a while.
const REPLY_TIME: Duration = Duration::from_secs(120);

/// The longest reply that the client accepts, in bytes. The buffer grows as bytes arrive.
const MAX_REPLY: usize = 64 << 20;

impl Client {
    /// Reconnects and greets the server.
    pub(super) async fn reconnect(&mut self) -> Result<()> {
        self.connection = None;
        let (connection, greeting) = self.connect_and_greet().await?;
        self.greeting = greeting;
        self.connection = Some(connection);
        Ok(())
    }

    /// A new connection, on which `hello` has been sent and answered.
    pub(super) async fn connect_and_greet(&self) -> Result<(Connection<Transport>, HelloReply)> {
        let mut connection = self.builder.open().await?;
        let hello = Request::Hello { proto: 2 };
        connection.write_frame(&self.frame(&hello)?).await?;
        let greeting = read_reply(&mut connection).await?.into_body()?;
        Ok((connection, greeting))
    }

    /// Sends a request that is safe to repeat; sends it once more if the connection turns out to be
    /// broken.
    pub(super) async fn read<B: DeserializeOwned>(&mut self, request: &Request<'_>) -> Result<B> {
        let was_connected = self.is_connected();
        match self.exchange(request).await {
            Err(error) if was_connected && error.is_connection_lost() => {
                self.exchange(request).await?.into_body()
            }
            reply => reply?.into_body(),
        }
    }

    /// Sends a request that may change something; never sends it twice.
    pub(super) async fn write<B: DeserializeOwned>(&mut self, request: &Request<'_>) -> Result<B> {
        self.drop_if_closed().await;
        self.exchange(request).await?.into_body()
    }

    /// All pages of the list `name`; `request` makes the request for the page after a cursor.
    pub(super) async fn list<'r, T: DeserializeOwned>(
        &mut self,
        name: &str,
        request: impl Fn(Option<String>) -> Request<'r>,
    ) -> Result<Vec<T>> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = self.page(name, &request(after)).await?;
            all.extend(page.entries);
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(all),
            }
        }
    }

    pub(super) async fn page<T: DeserializeOwned>(
        &mut self,
        name: &str,
        request: &Request<'_>,
    ) -> Result<Page<T>> {
        #[derive(Deserialize)]
        struct Next {
            next: Option<String>,
        }
        let mut body: serde_json::Value = self.read(request).await?;
        let entries = body.get_mut(name).map(serde_json::Value::take);
        let entries = serde_json::from_value(entries.unwrap_or_default());
        let Next { next } = serde_json::from_value(body).map_err(ClientError::reply)?;
        let entries = entries.map_err(ClientError::reply)?;
        Ok(Page { entries, next })
    }

    /// One request and its reply. If it fails or is cancelled, the client has no connection.
    async fn exchange(&mut self, request: &Request<'_>) -> Result<ReceivedReply> {
        if self.connection.is_none() {
            self.reconnect().await?;
        }
        let frame = self.frame(request)?;
        let mut connection = self.connection.take().ok_or_else(ClientError::closed)?;
        let sent = connection.write_frame(&frame).await;
        // The server may have sent the reason before it closed the connection.
        let reply = read_reply(&mut connection).await;
        match (sent, reply) {
            (Ok(()), Ok(reply)) => {
                if !reply.closes_connection() {
                    self.connection = Some(connection);
                }
                Ok(reply)
            }
            (Err(_), Ok(reply)) if reply.closes_connection() => Ok(reply),
            (Err(error), _) => Err(error.into()),
            (_, Err(error)) => Err(error),
        }
    }

    /// Drops a connection that the server has closed since the last call, as it does after a long silence.
    pub(super) async fn drop_if_closed(&mut self) {
        if let Some(connection) = &mut self.connection {
            // Lets the runtime poll the socket, so that a close that has arrived is seen.
            tokio::task::yield_now().await;
            // Between requests the server sends nothing, so a readable connection has ended.
            let ended = timeout(Duration::ZERO, connection.ready()).await;
            if ended.is_ok() {
                self.connection = None;
            }
        }
    }

    pub(super) fn frame(&self, request: &Request<'_>) -> Result<Frame> {
        let message = Message {
            // The session is held back until the server has shown that it speaks this protocol.
            session: self
                .session
                .as_deref()
                .filter(|_| !matches!(request, Request::Hello { .. })),
            lang: self.builder.language_tag(),
            request,
        };
        Frame::encode(&message).map_err(ClientError::from_frame)
    }
}

pub(super) async fn read_reply(connection: &mut Connection<Transport>) -> Result<ReceivedReply> {
    let read = timeout(REPLY_TIME, connection.read_frame(MAX_REPLY, REPLY_TIME)).await;
    let json = match read {
        Ok(json) => json?.ok_or_else(ClientError::closed)?,
        Err(_) => return Err(ClientError::silent(REPLY_TIME)),
    };
    ReceivedReply::parse(&json)
}
