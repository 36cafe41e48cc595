//! What a program chooses when it connects: options, the URL that carries them, TLS, and the policy of retries.

pub(crate) mod options;
pub(crate) mod tls;
pub(crate) mod url;

pub(crate) mod retry;
pub(crate) mod transaction_options;

pub(crate) mod observers;
