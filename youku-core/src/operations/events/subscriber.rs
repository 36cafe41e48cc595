//! Who is told about events.

use jiff::Timestamp;
use youku_orm::{Model, Query, Writable};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::basics::rule::{Rule, require_length};
use crate::basics::text;
use crate::operations::batch::delete_by_batches;
use crate::records::events::event::EventRow;
use crate::records::events::subscriber::{EventSubscriberRow, NewEventSubscriberRow};
use crate::service::youku::Youku;

/// The longest name of a subscriber, in characters.
const MAX_NAME_CHARS: usize = 64;

/// A subscriber of events.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subscriber {
    /// Its name.
    pub name: String,
    /// When it was registered. It is told about what happened since then.
    pub since: Timestamp,
    /// How many events wait for it.
    pub waiting: u64,
    /// When the oldest of them happened.
    pub oldest: Option<Timestamp>,
    /// How often in a row it has refused that one.
    pub refusals: u32,
}

impl Youku {
    /// Registers a subscriber of events under a name of the host. From now on each event is written for it, until it is
    /// [delivered](Self::deliver). A name that is registered stays as it is.
    ///
    /// As long as no subscriber is registered, no event is written. An act that is under way at this moment may be left out.
    ///
    /// # Errors
    ///
    /// - [`Code::BadRequest`]: the field `subscriber` is empty, longer than 64 characters, or has invisible ones.
    /// - [`Code::QuotaExceeded`]: there are as many as
    ///   [`EventPolicy::max_subscribers`](crate::EventPolicy::max_subscribers) allows.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the subscriber may be registered; another call makes sure that it is.
    pub async fn subscribe(&self, subscriber: &str) -> Result<()> {
        require_length("subscriber", subscriber, 1..=MAX_NAME_CHARS)?;
        if text::line(subscriber) != subscriber {
            return Err(Error::broken("subscriber", Rule::VisibleCharacters));
        }
        let service = &*self.0;
        let (now, most) = (service.now(), service.policy.events.max_subscribers);
        service
            .write(async |tx| {
                if named(subscriber).exists(&mut *tx).await? {
                    return Ok(());
                }
                if EventSubscriberRow::query().count(&mut *tx).await? >= most {
                    let text = format!("there may be {most} subscribers of events at most");
                    return Err(Error::new(Code::QuotaExceeded, text));
                }
                let new = NewEventSubscriberRow {
                    name: subscriber.to_owned(),
                    created_at: now,
                };
                let new = EventSubscriberRow::insert(new);
                new.exec(tx).await.map_err(Error::lost_if_taken)?;
                Ok(())
            })
            .await
    }

    /// Removes a subscriber and the events that wait for it. Succeeds if there is none of that name.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the subscriber may be removed; maintenance removes its events.
    pub async fn unsubscribe(&self, subscriber: &str) -> Result<()> {
        let service = &*self.0;
        let Some(row) = named(subscriber).first(&service.db).await? else {
            return Ok(());
        };
        service.delete(&named(subscriber)).await?;
        let events = EventRow::filter(EventRow::SUBSCRIBER_ID.eq(row.es_id));
        delete_by_batches(service, EventRow::E_ID, events).await?;
        Ok(())
    }

    /// All subscribers, in the order in which they were registered, with what waits for them.
    ///
    /// # Errors
    ///
    /// [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has no effect.
    pub async fn subscribers(&self) -> Result<Vec<Subscriber>> {
        let db = &self.0.db;
        let rows = EventSubscriberRow::query().order_by(EventSubscriberRow::ES_ID.asc());
        let mut subscribers = Vec::new();
        for row in rows.all(db).await? {
            let waiting = EventRow::filter(EventRow::SUBSCRIBER_ID.eq(row.es_id));
            let oldest = waiting.clone().order_by(EventRow::E_ID.asc());
            let oldest = oldest.select(EventRow::CREATE_TIME).first(db).await?;
            subscribers.push(Subscriber {
                name: row.name,
                since: row.created_at,
                waiting: waiting.count(db).await?,
                oldest,
                refusals: row.attempts,
            });
        }
        Ok(subscribers)
    }
}

pub(super) fn named(subscriber: &str) -> Query<EventSubscriberRow, Writable> {
    EventSubscriberRow::filter(EventSubscriberRow::NAME.eq(subscriber))
}
