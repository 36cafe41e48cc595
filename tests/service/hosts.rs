//! What a host adds to the service: subscribers of events, a check of uploads, transactions of its own.

mod told;

mod event_deliveries;
mod events;
mod registrations;
mod upload_checks;
