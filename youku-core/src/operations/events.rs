//! Events: what happened, told to each subscriber until it has accepted it.
//!
//! The transaction of an act writes a row for each subscriber, so an event exists if and only if the act was done. One node
//! delivers to each subscriber, in the order of the rows, and deletes a row when the subscriber has accepted it. A subscriber may
//! get an event twice, when its answer is lost; it never misses one that is younger than
//! [`EventPolicy::max_age`](crate::EventPolicy::max_age).

pub(crate) mod subscriber;

pub(crate) mod delivery;

pub(crate) mod expiry;

use jiff::Timestamp;

use crate::basics::id::{MovieId, UserId};
use crate::records::accounts::audit::{Act, NewAuditRow};
use crate::records::events::event::{EventKind, EventRow};
use crate::service::outbox::Happened;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The number of the event for this subscriber. It is the same each time the event is offered, so that a subscriber can tell
    /// that it has accepted it before.
    pub id: u64,
    /// What happened.
    pub kind: EventKind,
    /// When.
    pub time: Timestamp,
    /// Who did it; none when no logged-in user did.
    pub actor: Option<UserId>,
    /// The user whom it concerns.
    pub user: Option<UserId>,
    /// The movie that it concerns.
    pub movie: Option<MovieId>,
    /// What was paid, in fen.
    pub price_fen: Option<u64>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.e_id.get(),
            kind: row.kind,
            time: row.create_time,
            actor: row.actor_id.map(UserId::from),
            user: row.user_id.map(UserId::from),
            movie: row.movie_id.map(MovieId::from),
            price_fen: row.price_fen,
        }
    }
}

/// The events of an act that is audited.
pub(crate) fn kinds_of(act: Act) -> &'static [EventKind] {
    match act {
        Act::Registered | Act::AdminCreated | Act::InviteUsed => &[EventKind::Registered],
        Act::MovieUploaded => &[EventKind::Uploaded, EventKind::Listed],
        Act::MovieDeleted => &[EventKind::Deleted],
        Act::MovieRestored => &[EventKind::Restored, EventKind::Listed],
        Act::MoviePurged => &[EventKind::Purged],
        Act::UserLocked | Act::NameLocked => &[EventKind::Locked],
        _ => &[],
    }
}

impl From<&NewAuditRow> for Happened {
    fn from(row: &NewAuditRow) -> Self {
        // Those who register themselves are the ones whom it concerns; the audit names who invited them.
        let user = match row.act {
            Act::Registered | Act::InviteUsed => row.actor_id,
            _ => row.user_id,
        };
        Self {
            actor: row.actor_id,
            user,
            movie: row.movie_id,
            price_fen: None,
        }
    }
}
