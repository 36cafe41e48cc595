//! Sessions of the existing dialects, which are bound to the connection that opened them.
//!
//! A client gets a ticket in place of the session's token: a random text that only this server knows, and only for as long as
//! the connection lives. So what a thief could copy is of no use on another connection, at another server or in protocol 2. The
//! clients of the design half use one session on several connections; such a ticket is also good on others from the same
//! address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use youku_core::{Randomness, Session, SystemRandomness};

use crate::Code;
use crate::message::{Dialect, Refusal};
use crate::server::rate_limits::network;

/// The tickets of this server that are good on several connections, each as long as its connection is open.
#[derive(Debug, Default, Clone)]
pub(super) struct SharedTickets(Arc<Mutex<HashMap<String, Shared>>>);

#[derive(Debug)]
struct Shared {
    address: IpAddr,
    token: String,
}

impl SharedTickets {
    /// The token of the session that the ticket stands for, if a connection from `address` may use it.
    pub(super) fn token(&self, ticket: &str, address: IpAddr) -> Option<String> {
        let tickets = self.tickets();
        let shared = tickets.get(ticket)?;
        let is_near = network(shared.address) == network(address);
        is_near.then(|| shared.token.clone())
    }

    fn tickets(&self) -> MutexGuard<'_, HashMap<String, Shared>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session that a connection has opened. Dropping it makes its ticket invalid.
#[derive(Debug)]
pub(super) struct BoundSession {
    session: Session,
    ticket: String,
    tickets: SharedTickets,
}

impl BoundSession {
    /// Binds a session that a client of `dialect` has opened at `address`.
    ///
    /// # Errors
    ///
    /// `internal` when the system gives no random bytes.
    pub(super) fn new(
        session: Session,
        dialect: Dialect,
        address: IpAddr,
        tickets: &SharedTickets,
    ) -> Result<Self, Refusal> {
        let mut bytes = [0; 32];
        if let Err(error) = SystemRandomness.fill(&mut bytes) {
            tracing::error!(%error, "cannot make a ticket for a session");
            return Err(Refusal::new(Code::Internal));
        }
        let ticket: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        if dialect == Dialect::Design {
            let token = session.token().to_owned();
            let shared = Shared { address, token };
            tickets.tickets().insert(ticket.clone(), shared);
        }
        Ok(Self {
            session,
            ticket,
            tickets: tickets.clone(),
        })
    }

    pub(super) fn ticket(&self) -> &str {
        &self.ticket
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }
}

impl Drop for BoundSession {
    fn drop(&mut self) {
        self.tickets.tickets().remove(&self.ticket);
    }
}
