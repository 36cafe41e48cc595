//! One connection from its first byte to its last: read a frame, carry the request out, reply.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use tokio::time::timeout;
use tracing::Instrument as _;
use youku_core::{UserId, Youku};

use crate::message::{Dialect, Fields, NamedText, Protocol, Refusal, Reply, Text};
use crate::server::announced::{announced_bytes, may_announce_bytes};
use crate::server::bound_sessions::{BoundSession, SharedTickets};
use crate::server::connections::Admitted;
use crate::server::failure::{Failure, Outcome};
use crate::server::identify::end;
use crate::server::protocol2::ConnectionUpload;
use crate::server::rate_limits::RateLimits;
use crate::server::request_id::RequestId;
use crate::server::shutdown::Shutdown;
use crate::server::{Options, Shared};
use crate::server::{existing, protocol2};
use crate::{Code, Connection, ConnectionError, Frame, Language, Transport};

/// A connection to a client, and what the server remembers about the client.
pub(crate) struct ClientConnection {
    pub(crate) connection: Connection<Transport>,
    pub(crate) youku: Youku,
    pub(crate) options: Arc<Options>,
    pub(super) rate_limits: Arc<RateLimits>,
    pub(super) admitted: Admitted,
    pub(super) tickets: SharedTickets,
    /// The session that was opened over this connection in an existing dialect and ends with it.
    pub(super) session: Option<BoundSession>,
    /// The user whose session a request on this connection has named; `None` until one does.
    pub(super) user: Option<UserId>,
    /// The upload that this connection is sending.
    pub(super) upload: Option<Box<ConnectionUpload>>,
    pub(super) protocol: Protocol,
    /// Whether every request before `hello` is refused.
    pub(super) protocol2_only: bool,
    /// The language of a reply when its request names none.
    default_language: Language,
    language: Language,
    /// Whether a request is being carried out whose reply has not been sent. It is cleared before the
    /// reply is written, so a request that is cancelled in the middle of its reply gets no second one.
    reply_pending: bool,
    /// The name of the request that is being carried out.
    pub(super) request_id: Option<RequestId>,
}

impl ClientConnection {
    pub(super) fn new(stream: Transport, shared: Shared, admitted: Admitted) -> Self {
        Self {
            connection: Connection::new(stream, shared.options.limits.body_idle),
            youku: shared.youku,
            options: shared.options,
            rate_limits: shared.rate_limits,
            tickets: shared.tickets,
            admitted,
            session: None,
            user: None,
            upload: None,
            protocol: Protocol::default(),
            protocol2_only: false,
            default_language: Language::default(),
            language: Language::default(),
            reply_pending: false,
            request_id: None,
        }
    }

    /// Serves the client until it disconnects, violates the framing, is idle for too long or is evicted, or
    /// the server shuts down.
    ///
    /// Every future except the wait for a request is boxed: a task is as large as the largest future
    /// that it ever holds, and most connections are idle most of the time.
    pub(crate) async fn serve(mut self, mut shutdown: Shutdown) {
        tracing::debug!("connected");
        match self.serve_requests(&mut shutdown).await {
            Ok(()) => tracing::debug!("disconnected"),
            Err(error) => {
                tracing::debug!(%error, "disconnected");
                Box::pin(self.refuse_and_close(&error)).await;
            }
        }
        if let Some(upload) = self.upload.take() {
            Box::pin(upload.suspend()).await;
        }
        if let Some(session) = self.session.take() {
            Box::pin(end(session.session())).await;
        }
    }

    async fn serve_requests(&mut self, shutdown: &mut Shutdown) -> Result<(), ConnectionError> {
        while let Some(json) = self.next_frame(shutdown).await? {
            self.admitted.mark_busy();
            tokio::select! {
                handled = Box::pin(self.handle(json)) => handled?,
                () = shutdown.cancelling() => return Box::pin(self.cancel_request()).await,
            }
        }
        Ok(())
    }

    /// The JSON of the next request; `None` when the connection is to be closed without a reply.
    async fn next_frame(
        &mut self,
        shutdown: &mut Shutdown,
    ) -> Result<Option<Vec<u8>>, ConnectionError> {
        let limits = &self.options.limits;
        let (idle, time) = if self.user.is_some() {
            (limits.idle_in_session, limits.frame_time_in_session)
        } else {
            (limits.idle, limits.frame_time)
        };
        let max_frame = limits.max_frame;
        self.admitted.mark_idle(self.user, self.session.is_some());
        // The reasons to close come first: a client that sends its requests in advance always has
        // bytes to read, and would be served until it stops.
        tokio::select! {
            biased;
            () = self.admitted.evicted() => return Ok(None),
            () = shutdown.draining() => return Ok(None),
            ready = timeout(idle, self.connection.ready()) => match ready {
                Ok(ready) => if !ready? { return Ok(None) },
                Err(_) => return Ok(None),
            },
        }
        tokio::select! {
            biased;
            () = self.admitted.evicted() => Ok(None),
            () = shutdown.cancelling() => Ok(None),
            json = self.connection.read_frame(max_frame, time) => json,
        }
    }

    /// Tells the client that the shutdown cancelled its request, unless the reply has been sent and
    /// only the bytes of a movie were to follow.
    async fn cancel_request(&mut self) -> Result<(), ConnectionError> {
        if self.reply_pending {
            self.refuse(Refusal::new(Code::ShuttingDown)).await?;
            self.connection.linger().await;
        }
        Ok(())
    }

    /// Carries out a request. A refusal is sent to the client and is not an error here.
    async fn handle(&mut self, json: Vec<u8>) -> Result<(), ConnectionError> {
        self.reply_pending = true;
        self.request_id = RequestId::generate();
        let id = self.request_id.map(tracing::field::display);
        let span = tracing::info_span!("request", id);
        let handled = self.carry_out(json).instrument(span).await;
        self.request_id = None;
        handled
    }

    async fn carry_out(&mut self, json: Vec<u8>) -> Result<(), ConnectionError> {
        match self.dispatch(json).await {
            Ok(()) => Ok(()),
            Err(Failure::Refused(refusal)) => self.refuse(refusal).await,
            Err(Failure::Lost(error)) => Err(error),
        }
    }

    async fn dispatch(&mut self, json: Vec<u8>) -> Outcome {
        self.language = self.default_language;
        let fields = match Fields::parse(&json) {
            Ok(fields) => fields,
            Err(refusal) => {
                let announced = (!may_announce_bytes(&json)).then_some(0);
                return self.refuse_unread(refusal, announced).await;
            }
        };
        drop(json);
        if let Some(language) = fields.text("lang").and_then(Language::from_tag) {
            self.language = language;
        }
        match self.protocol {
            Protocol::Two => {
                let announced = announced_bytes(&fields, self.protocol);
                match fields.strict_request::<protocol2::Request>() {
                    Ok(request) => Box::pin(request.apply(self)).await,
                    Err(refusal) => self.refuse_unread(refusal, announced).await,
                }
            }
            Protocol::Existing(dialect) => {
                self.protocol = Protocol::Existing(Dialect::of(&fields).unwrap_or(dialect));
                self.dispatch_existing(fields).await
            }
        }
    }

    async fn dispatch_existing(&mut self, fields: Fields) -> Outcome {
        let announced = announced_bytes(&fields, self.protocol);
        if self.protocol2_only && fields.operation() != Some("hello") {
            let refusal = Refusal::unknown_type().with_text(Text::Protocol2Only);
            return self.refuse_unread(refusal, announced).await;
        }
        let is_newer = fields.operation().is_some_and(protocol2::has_operation);
        match fields.request::<existing::Request>() {
            Ok(request) => Box::pin(request.apply(self)).await,
            Err(refusal) if is_newer && refusal.code() == Code::UnknownType => {
                let refusal = refusal.with_text(Text::HelloFirst);
                self.refuse_unread(refusal, announced).await
            }
            Err(refusal) => self.refuse_unread(refusal, announced).await,
        }
    }

    /// Sends a reply in one write.
    pub(crate) async fn reply(&mut self, reply: &impl Serialize) -> Outcome {
        let frame = Frame::encode(&self.identified(reply)).map_err(|error| {
            tracing::error!(%error, "cannot encode a reply as a frame");
            Refusal::new(Code::Internal)
        })?;
        self.reply_pending = false;
        Ok(self.connection.write_frame(&frame).await?)
    }

    /// Sends a reply that consists of a text.
    pub(crate) async fn done(&mut self, text: Text) -> Outcome {
        let reply = Reply::done(self.text(text));
        self.reply(&reply).await
    }

    /// Sends a reply that consists of a text about something with a name.
    pub(crate) async fn done_with(&mut self, text: NamedText, name: &str) -> Outcome {
        let text = text.of(name, self.language);
        self.reply(&Reply::empty().with_text(text)).await
    }

    /// The text about something with a name, in the language of the current request.
    pub(crate) fn text_of(&self, text: NamedText, name: &str) -> String {
        text.of(name, self.language)
    }

    /// Sends a refusal in one write.
    pub(crate) async fn refuse(&mut self, refusal: Refusal) -> Result<(), ConnectionError> {
        tracing::debug!(code = %refusal.code(), %refusal, "refused");
        let reply = Reply::refused(&refusal, self.language, self.protocol);
        let frame = Frame::encode(&self.identified(&reply))?;
        self.reply_pending = false;
        self.connection.write_frame(&frame).await
    }

    /// Makes the connection speak protocol 2 from now on, in this language unless a request names
    /// another.
    pub(crate) fn switch_to_protocol2(&mut self, language: Language) {
        self.protocol = Protocol::Two;
        self.default_language = language;
    }

    pub(crate) fn address(&self) -> IpAddr {
        self.admitted.address()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.protocol.dialect()
    }

    /// The text in the language and the protocol of the current request.
    pub(crate) fn text(&self, text: Text) -> &'static str {
        text.in_language(self.language, self.protocol)
    }

    /// A time for people: `2019-12-22 20:46:57` in the server's zone.
    pub(crate) fn time(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned(self.options.time_zone.clone());
        local.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

#[cfg(test)]
mod tests;
