//! What is on the wire, on both of its ends: frames, their bounds, and what carries them.

pub(crate) mod code;
pub(crate) mod language;

pub(crate) mod connection;
pub(crate) mod frame;
pub(crate) mod limits;

pub(crate) mod secret;
pub(crate) mod tls;
pub(crate) mod transport;
