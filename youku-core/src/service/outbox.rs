//! Writing events, in the transaction of what they are about.

use jiff::Timestamp;
use youku_orm::{Id, Model, Transaction};

use crate::basics::error::Result;
use crate::records::accounts::user::UserRow;
use crate::records::events::event::{EventKind, EventRow, NewEventRow};
use crate::records::events::subscriber::EventSubscriberRow;
use crate::records::movies::movie::MovieRow;

/// Something that happened, and whom and what it concerns.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Happened {
    pub(crate) actor: Option<Id<UserRow>>,
    pub(crate) user: Option<Id<UserRow>>,
    pub(crate) movie: Option<Id<MovieRow>>,
    /// What was paid, in fen.
    pub(crate) price_fen: Option<u64>,
}

impl Happened {
    /// Something that a user did for themselves.
    pub(crate) fn to(user: Id<UserRow>) -> Self {
        Self {
            actor: Some(user),
            user: Some(user),
            ..Self::default()
        }
    }

    /// Something that the service did to a movie.
    pub(crate) fn with(movie: Id<MovieRow>) -> Self {
        Self {
            movie: Some(movie),
            ..Self::default()
        }
    }

    /// Writes an event of each kind for each subscriber. Without a subscriber that is one look at an empty table.
    pub(crate) async fn write(
        self,
        kinds: &[EventKind],
        now: Timestamp,
        tx: &mut Transaction,
    ) -> Result<()> {
        if kinds.is_empty() {
            return Ok(());
        }
        let subscribers = EventSubscriberRow::query().select(EventSubscriberRow::ES_ID);
        let mut rows = Vec::new();
        for subscriber in subscribers.all(&mut *tx).await? {
            rows.extend(kinds.iter().map(|kind| NewEventRow {
                subscriber_id: subscriber,
                kind: *kind,
                create_time: now,
                actor_id: self.actor,
                user_id: self.user,
                movie_id: self.movie,
                price_fen: self.price_fen,
            }));
        }
        if !rows.is_empty() {
            EventRow::insert_many(tx, rows).await?;
        }
        Ok(())
    }
}
