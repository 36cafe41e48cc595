//! How much of this program one user may use at once.

pub(crate) mod request_rates;

pub(crate) mod download_permits;
