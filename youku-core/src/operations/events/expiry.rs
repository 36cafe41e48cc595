//! Events that are not kept any longer.

use youku_orm::Model;

use crate::basics::error::Result;
use crate::host::clock::before;
use crate::operations::batch::delete_by_batches;
use crate::records::events::event::EventRow;
use crate::records::events::subscriber::EventSubscriberRow;
use crate::service::shared::Service;

/// Removes events that are too old or too many, and those whose subscriber is gone. Returns their number.
pub(crate) async fn remove(service: &Service) -> Result<u64> {
    let policy = &service.policy.events;
    let over = before(service.now(), policy.max_age);
    let old = EventRow::filter(EventRow::CREATE_TIME.lt(over));
    let mut removed = delete_by_batches(service, EventRow::E_ID, old).await?;
    let subscribers = EventSubscriberRow::query().select(EventSubscriberRow::ES_ID);
    let subscribers = subscribers.all(&service.db).await?;
    for subscriber in &subscribers {
        let waiting = EventRow::filter(EventRow::SUBSCRIBER_ID.eq(*subscriber));
        let newest = waiting.clone().order_by(EventRow::E_ID.desc());
        let spare = newest
            .offset(policy.max_waiting)
            .limit(1)
            .select(EventRow::E_ID);
        if let Some(newest) = spare.first(&service.db).await? {
            let spare = waiting.filter(EventRow::E_ID.le(newest));
            removed += delete_by_batches(service, EventRow::E_ID, spare).await?;
        }
    }
    if removed > 0 {
        tracing::warn!(
            removed,
            "events were removed before they were delivered: they were too old or too many"
        );
    }
    Ok(removed + orphans(service).await?)
}

/// An act that was under way while its subscriber was removed has written an event for it.
async fn orphans(service: &Service) -> Result<u64> {
    let subscriber = EventSubscriberRow::query();
    let subscriber = subscriber.exists_for(EventSubscriberRow::ES_ID.on(EventRow::SUBSCRIBER_ID));
    delete_by_batches(service, EventRow::E_ID, EventRow::filter(!subscriber)).await
}
