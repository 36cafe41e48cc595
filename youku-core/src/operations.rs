//! What an operator needs: audit, events, sweep, verification, statistics, health.

pub(crate) mod audit;

pub(crate) mod events;

pub(crate) mod batch;

pub(crate) mod skeletons;

pub(crate) mod maintenance;

pub(crate) mod sweep;

pub(crate) mod verify;

pub(crate) mod health;
pub(crate) mod statistics;
