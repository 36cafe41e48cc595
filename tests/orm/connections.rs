//! Connections: opening, pooling, losing and closing them.

mod connecting;
#[cfg(feature = "sqlite")]
mod files;
#[cfg(feature = "mysql")]
mod tls;

#[cfg(feature = "mysql")]
mod lending;
mod rounds;
mod sessions;
mod timeouts;

#[cfg(feature = "mysql")]
mod slow_connections;

#[cfg(feature = "mysql")]
mod broken_connections;
#[cfg(feature = "mysql")]
mod lost_replies;

mod closing;
#[cfg(feature = "mysql")]
mod giving_up;
