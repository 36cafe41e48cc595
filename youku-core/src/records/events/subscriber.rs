//! Subscribers of events, and which node delivers to each.

use youku_orm::{Id, Model, Timestamp};

/// A subscriber, named by the host.
#[derive(Debug, Clone, Model)]
#[model(table = "event_subscriber")]
pub(crate) struct EventSubscriberRow {
    #[model(primary_key, auto)]
    pub(crate) es_id: Id<EventSubscriberRow>,
    #[model(unique, length = 64)]
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    /// The random name of the call that delivers; none if no call does.
    #[model(default = None, length = 32)]
    pub(crate) owner: Option<String>,
    /// Until when no other call delivers.
    #[model(default = None)]
    pub(crate) leased_until: Option<Timestamp>,
    /// How often in a row the oldest event was not accepted.
    #[model(default = 0)]
    pub(crate) attempts: u32,
    /// When it is offered again; none if it has not been refused.
    #[model(default = None)]
    pub(crate) retry_at: Option<Timestamp>,
}
