//! What a host adds to the service: subscribers of events, a check of uploads.

mod events;
mod upload_checks;
