//! Connections: which are accepted, with which secret or certificate, and how they end.

mod limits;

mod addresses;
mod crowd;

mod secret;
mod tls;

mod decoder;
mod request_ids;

mod shutdown;
