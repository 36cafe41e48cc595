//! Events that a subscriber has not accepted yet.

use youku_orm::{ColumnEnum, Id, Model, Timestamp};

use crate::records::accounts::user::UserRow;
use crate::records::events::subscriber::EventSubscriberRow;
use crate::records::movies::movie::MovieRow;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ColumnEnum)]
#[non_exhaustive]
pub enum EventKind {
    /// A user was registered.
    Registered,
    /// An upload ended with a movie. [`Listed`](Self::Listed) follows.
    Uploaded,
    /// A movie appeared in the lists: it was uploaded or restored, or its bytes are back.
    Listed,
    /// A movie was deleted, and can be restored.
    Deleted,
    /// A deleted movie was restored. [`Listed`](Self::Listed) follows.
    Restored,
    /// The bytes of a movie were removed for good.
    Purged,
    /// A movie disappeared from the lists because its bytes are missing.
    Hidden,
    /// A user paid for a movie or, if the event names none, for a membership.
    Bought,
    /// The bytes of a download began, and it entered the user's history.
    Downloaded,
    /// A user was locked by an administrator or, if the event names no actor, a name was locked after failed log-ins. Then the
    /// event names a user only if one has that name.
    Locked,
}

impl EventKind {
    /// The kind as it is stored: lower case, words joined by `_`. It never changes.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.name()
    }
}

/// One event for one subscriber. The transaction of the act writes a row for each subscriber there is, and a subscriber that
/// accepts the event deletes its own. So no position can skip an event whose transaction took long.
///
/// Its columns are not foreign keys, for the same reasons as those of the audit.
#[derive(Debug, Clone, Model)]
#[model(table = "event")]
pub(crate) struct EventRow {
    #[model(primary_key, auto)]
    pub(crate) e_id: Id<EventRow>,
    #[model(index, no_foreign_key)]
    pub(crate) subscriber_id: Id<EventSubscriberRow>,
    pub(crate) kind: EventKind,
    #[model(index)]
    pub(crate) create_time: Timestamp,
    #[model(no_foreign_key)]
    pub(crate) actor_id: Option<Id<UserRow>>,
    #[model(no_foreign_key)]
    pub(crate) user_id: Option<Id<UserRow>>,
    #[model(no_foreign_key)]
    pub(crate) movie_id: Option<Id<MovieRow>>,
    /// What was paid, in fen.
    pub(crate) price_fen: Option<u64>,
}
