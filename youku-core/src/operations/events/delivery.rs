//! Delivering events to one subscriber: by one call at a time, whichever node it runs on.
//!
//! The call that delivers has a lease, which is in the row of the subscriber and longer than one event may take. An event's row
//! is deleted after the subscriber has accepted it. So a crash at any moment leaves the event, and a second delivery is possible
//! while a missed one is not.

use std::fmt;
use std::future::Future;

use jiff::Timestamp;
use tokio::time::timeout;
use youku_orm::{Model, Query, Transaction, Writable};

use crate::basics::code::Code;
use crate::basics::error::{Error, Result};
use crate::host::clock::after;
use crate::host::randomness::random_hex;
use crate::operations::events::Event;
use crate::operations::events::subscriber::named;
use crate::records::events::event::EventRow;
use crate::records::events::subscriber::EventSubscriberRow;
use crate::service::shared::Service;
use crate::service::youku::Youku;

/// What became of the events that waited for a subscriber.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivered {
    /// How many it has accepted.
    pub accepted: u64,
    /// When the next one is offered again, if it was refused.
    pub retry_at: Option<Timestamp>,
    /// Whether another call delivers to this subscriber, here or at another node.
    pub is_elsewhere: bool,
}

impl Youku {
    /// Delivers events to a subscriber until the service is [closed](Self::close): each to `accept`, in order, again and again
    /// until it returns `Ok`. The next event is offered after that.
    ///
    /// Every node may run it: one of them delivers, and another one takes over within a minute of its end. A subscriber may get
    /// an event twice, if the database does not answer after it has accepted it, or if its node stood still for longer than a
    /// [lease](crate::EventPolicy::lease); the event then has the same [`id`](Event::id). Events of acts that were done at the
    /// same time come in any order.
    ///
    /// ```no_run
    /// # async fn example(youku: youku_core::Youku) -> youku_core::Result<()> {
    /// youku.subscribe("mailer").await?;
    /// let mailer = youku.clone();
    /// tokio::spawn(async move {
    ///     mailer
    ///         .deliver("mailer", |event| async move {
    ///             println!("{event:?}");
    ///             Ok::<(), std::io::Error>(())
    ///         })
    ///         .await
    /// });
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Code::NotFound`]: no subscriber has this name. Other failures are logged, and the delivery is tried again.
    ///
    /// # Cancel safety
    ///
    /// When the future is dropped, the event that was being delivered is delivered again, by the next call that delivers.
    pub async fn deliver<A, F, E>(&self, subscriber: &str, accept: A) -> Result<()>
    where
        A: Fn(Event) -> F,
        F: Future<Output = Result<(), E>>,
        E: fmt::Display,
    {
        let service = &*self.0;
        let delivery = Delivery::new(self, subscriber)?;
        let mut closed = service.closed.subscribe();
        let deliver = async {
            loop {
                match delivery.run(&accept).await {
                    Err(error) if error.code() == Code::NotFound => return Err(error),
                    Err(error) => tracing::warn!(?error, subscriber, "cannot deliver events"),
                    Ok(_) => {}
                }
                let next = after(service.clock.now(), service.policy.events.interval);
                service.clock.sleep_until(next).await;
            }
        };
        tokio::select! {
            // The sender lives in `self`, so the channel does not close.
            _ = closed.wait_for(|closed| *closed) => Ok(()),
            ended = deliver => ended,
        }
    }

    /// Delivers the events that wait for a subscriber now, as [`deliver`](Self::deliver) does, until there are none or one is
    /// refused. It is for jobs that run from time to time.
    ///
    /// # Errors
    ///
    /// - [`Code::NotFound`]: no subscriber has this name.
    /// - [`Code::Unavailable`], [`Code::Internal`].
    ///
    /// # Cancel safety
    ///
    /// That of [`deliver`](Self::deliver).
    pub async fn deliver_waiting<A, F, E>(&self, subscriber: &str, accept: A) -> Result<Delivered>
    where
        A: Fn(Event) -> F,
        F: Future<Output = Result<(), E>>,
        E: fmt::Display,
    {
        let delivery = Delivery::new(self, subscriber)?;
        let delivered = delivery.run(&accept).await;
        if let Err(error) = delivery.release().await {
            tracing::debug!(
                ?error,
                subscriber,
                "cannot release the lease of a subscriber; it expires"
            );
        }
        delivered
    }
}

/// One call that delivers.
struct Delivery<'d> {
    service: &'d Service,
    subscriber: &'d str,
    /// Its random name.
    owner: String,
}

impl<'d> Delivery<'d> {
    fn new(youku: &'d Youku, subscriber: &'d str) -> Result<Self> {
        let service = &*youku.0;
        Ok(Self {
            service,
            subscriber,
            owner: random_hex::<16>(&*service.randomness)?,
        })
    }

    async fn run<A, F, E>(&self, accept: &A) -> Result<Delivered>
    where
        A: Fn(Event) -> F,
        F: Future<Output = Result<(), E>>,
        E: fmt::Display,
    {
        let service = self.service;
        let mut delivered = Delivered::default();
        let Some(row) = self.lease().await? else {
            delivered.is_elsewhere = true;
            return Ok(delivered);
        };
        let mut refusals = row.attempts;
        if let Some(retry_at) = self.pause(&row) {
            delivered.retry_at = Some(retry_at);
            return Ok(delivered);
        }
        loop {
            let waiting = EventRow::filter(EventRow::SUBSCRIBER_ID.eq(row.es_id));
            let next = waiting.order_by(EventRow::E_ID.asc());
            let Some(event) = next.first(&service.db).await? else {
                return Ok(delivered);
            };
            let (id, kind) = (event.e_id, event.kind);
            let offered = timeout(service.policy.events.timeout, accept(event.into()));
            let reason = match offered.await {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(_) => Some("it took too long".to_owned()),
            };
            if let Some(reason) = reason {
                refusals = refusals.saturating_add(1);
                let retry_at = self.refused(refusals).await?;
                let subscriber = self.subscriber;
                tracing::warn!(subscriber, event = %id, ?kind, reason, refusals, "an event was not accepted");
                delivered.retry_at = Some(retry_at);
                return Ok(delivered);
            }
            refusals = 0;
            let is_leased = service
                .write(async |tx| {
                    // Whoever has the lease now need not deliver it again.
                    EventRow::filter(EventRow::E_ID.eq(id))
                        .delete(&mut *tx)
                        .await?;
                    self.renew(0, None, tx).await
                })
                .await?;
            delivered.accepted += 1;
            if !is_leased {
                delivered.is_elsewhere = true;
                return Ok(delivered);
            }
        }
    }

    /// Takes or renews the lease, and returns the row of the subscriber; nothing when another call has the lease.
    async fn lease(&self) -> Result<Option<EventSubscriberRow>> {
        let service = self.service;
        let now = service.now();
        let until = self.until(now);
        // A clock that was ahead may have written a moment in the far future, which counts for nothing.
        let latest = after(until, service.policy.max_clock_error);
        let free = EventSubscriberRow::LEASED_UNTIL.is_null();
        let free = free.or(EventSubscriberRow::LEASED_UNTIL.le(now));
        let free = free.or(EventSubscriberRow::LEASED_UNTIL.gt(latest));
        let free = free.or(EventSubscriberRow::OWNER.eq(self.owner.as_str()));
        let row = service
            .write(async |tx| {
                let row = named(self.subscriber).filter(free.clone());
                let row = row.set(EventSubscriberRow::OWNER, self.owner.as_str());
                let row = row.set(EventSubscriberRow::LEASED_UNTIL, until);
                row.update(&mut *tx).await?;
                Ok(named(self.subscriber).first(tx).await?)
            })
            .await?;
        let missing = || Error::new(Code::NotFound, "there is no subscriber of that name");
        let row = row.ok_or_else(missing)?;
        Ok(Some(row).filter(|row| row.owner.as_deref() == Some(&self.owner)))
    }

    /// When the oldest event is offered again, if that is not yet. A moment that is too far away was written by a clock that was
    /// ahead.
    fn pause(&self, row: &EventSubscriberRow) -> Option<Timestamp> {
        let now = self.service.now();
        let latest = after(now, self.service.policy.events.last_retry);
        row.retry_at
            .filter(|retry_at| *retry_at > now && *retry_at <= latest)
    }

    /// Records a refusal, and returns when the event is offered again.
    async fn refused(&self, refusals: u32) -> Result<Timestamp> {
        let service = self.service;
        let retry_at = after(service.now(), service.policy.events.retry_after(refusals));
        service
            .write(async |tx| self.renew(refusals, Some(retry_at), tx).await)
            .await?;
        Ok(retry_at)
    }

    /// Renews the lease with the state of the delivery, and returns whether this call still has it.
    async fn renew(
        &self,
        refusals: u32,
        retry_at: Option<Timestamp>,
        tx: &mut Transaction,
    ) -> Result<bool> {
        let row = self.owned().set(EventSubscriberRow::ATTEMPTS, refusals);
        let row = row.set(EventSubscriberRow::RETRY_AT, retry_at);
        let row = row.set(
            EventSubscriberRow::LEASED_UNTIL,
            self.until(self.service.now()),
        );
        Ok(row.update(tx).await? == 1)
    }

    async fn release(&self) -> Result<()> {
        let released = async |tx: &mut Transaction| {
            let row = self.owned().set(EventSubscriberRow::OWNER, None);
            let row = row.set(EventSubscriberRow::LEASED_UNTIL, None);
            Ok(row.update(tx).await?)
        };
        self.service.write(released).await.map(drop)
    }

    fn owned(&self) -> Query<EventSubscriberRow, Writable> {
        named(self.subscriber).filter(EventSubscriberRow::OWNER.eq(self.owner.as_str()))
    }

    /// Until when the lease lasts if it is renewed now.
    fn until(&self, now: Timestamp) -> Timestamp {
        let policy = &self.service.policy.events;
        after(
            after(now, policy.timeout),
            policy.lease.max(policy.interval),
        )
    }
}
