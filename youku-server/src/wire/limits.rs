//! How much of the server one client may use.

use std::time::Duration;

use crate::CHALLENGE_TIME;

/// The limits that the server sets for its clients.
///
/// These numbers, and not what a client sends, determine how much memory is allocated, how long a task
/// lives and how many connections stay open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest JSON text that a request may have, in bytes. 64 KiB by default.
    pub max_frame: usize,
    /// The size, in bytes, that a reply to an existing client stays under if its content allows. The
    /// oldest entries of a history or of the notices move to a further page for this; a list of movies
    /// is never shortened. 16 KiB by default: what an old client reads with one `recv`.
    pub preferred_reply: usize,
    /// How long a new connection may take before its first frame: for TLS and for the answer to the
    /// challenge of a [`SharedSecret`](crate::SharedSecret). 10 s by default.
    pub handshake: Duration,
    /// How long a whole frame may take from its first byte on before a log-in. 10 s by default.
    pub frame_time: Duration,
    /// The same after a log-in. 60 s by default.
    pub frame_time_in_session: Duration,
    /// How long a connection may be idle between two requests before a log-in. 300 s by default,
    /// because people type.
    pub idle: Duration,
    /// The same after a log-in. 3600 s by default.
    pub idle_in_session: Duration,
    /// How long a reply or the bytes of a movie may make no progress before the connection is closed.
    /// 30 s by default.
    pub body_idle: Duration,
    /// How many announced bytes of a refused upload the server reads and discards, so that the client
    /// gets the reply; after them it closes the connection. 1 GiB by default.
    pub max_drain: u64,
    /// How long discarding them may take in all; then the connection is closed. 300 s by default:
    /// enough for 1 GiB at 4 MiB a second.
    pub drain_time: Duration,
    /// How many connections may be open at once. At the limit, the server closes the connection without
    /// a session that has been idle the longest. If all have a session, it closes the longest idle
    /// one of the user who has the most, if that is more than one. A session of the existing clients
    /// ends with its connection, so such a connection goes last. A request under way is never
    /// interrupted for this, with one exception: a refused upload without a session whose reply has
    /// been sent and whose bytes are being discarded. 10 000 by default.
    pub max_connections: usize,
    /// How many of them may come from one address. At this limit, one of the address's connections is
    /// closed by the same rule. All addresses of an IPv6 network (the first 64 bits) count as one. 256
    /// by default.
    pub max_connections_per_address: usize,
    /// How many times one address may try to log in within a minute; 0 means unlimited. All addresses of
    /// an IPv6 network (the first 64 bits) count as one. 60 by default.
    pub logins_per_minute: u32,
    /// The same for registrations. 60 by default: a class room may be behind one address.
    pub registrations_per_minute: u32,
    /// How many addresses the server remembers for each of these two rates; beyond that it forgets the
    /// one that will regain all its attempts first. 65 536 by default, which takes about 4 MiB.
    pub max_remembered_addresses: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_frame: 64 * 1024,
            preferred_reply: 16 * 1024,
            handshake: CHALLENGE_TIME,
            frame_time: Duration::from_secs(10),
            frame_time_in_session: Duration::from_secs(60),
            idle: Duration::from_secs(300),
            idle_in_session: Duration::from_secs(3600),
            body_idle: Duration::from_secs(30),
            max_drain: 1 << 30,
            drain_time: Duration::from_secs(300),
            max_connections: 10_000,
            max_connections_per_address: 256,
            logins_per_minute: 60,
            registrations_per_minute: 60,
            max_remembered_addresses: 1 << 16,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The defaults in the documentation of the fields.
    #[test]
    fn limits_have_their_defaults() {
        let limits = Limits::default();
        let bytes = [limits.max_frame, limits.preferred_reply];
        assert_eq!(bytes, [65_536, 16_384]);
        assert_eq!(limits.max_drain, 1_073_741_824);
        let seconds = [
            limits.handshake,
            limits.frame_time,
            limits.frame_time_in_session,
            limits.idle,
            limits.idle_in_session,
            limits.body_idle,
            limits.drain_time,
        ]
        .map(|time| time.as_secs());
        assert_eq!(seconds, [10, 10, 60, 300, 3600, 30, 300]);
        let counts = [limits.max_connections, limits.max_connections_per_address];
        assert_eq!(counts, [10_000, 256]);
        let rates = [limits.logins_per_minute, limits.registrations_per_minute];
        assert_eq!(rates, [60, 60]);
        assert_eq!(limits.max_remembered_addresses, 65_536);
    }
}
