//! An open service: its limits, what its handles share, and its store of movies.

pub(crate) mod youku;

pub(crate) mod shared;

pub(crate) mod store_generation;
pub(crate) mod store_identity;

pub(crate) mod process;
pub(crate) mod rounds;

pub(crate) mod password_costs;

pub(crate) mod upload_id;

pub(crate) mod open_uploads;

pub(crate) mod charges_in_flight;
pub(crate) mod download_permits;

pub(crate) mod metrics;
pub(crate) mod outbox;
