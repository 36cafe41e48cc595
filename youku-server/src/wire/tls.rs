//! Encrypted connections: TLS 1.2 and 1.3 (RFC 5246, RFC 8446) by `rustls`, in front of the wire
//! protocol.

mod client;
mod server;

mod fingerprint;
mod self_signed;

mod error;

#[cfg(test)]
mod tests;

pub use client::ClientTls;
pub use error::TlsError;
pub use fingerprint::Fingerprint;
pub use self_signed::SelfSigned;
pub use server::ServerTls;

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// The cryptography of both sides. Named here, because a program that embeds this may have none, or
/// another one, set for its whole process.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
