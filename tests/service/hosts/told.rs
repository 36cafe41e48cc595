//! Subscribers of events that record what they are told.

use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use youku_core::{Event, EventKind, EventPolicy, Policy, Youku};
use youku_tests::Result;

use crate::world::policy;

/// A subscriber that records what it is told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    events: Arc<Mutex<Vec<Event>>>,
    count: watch::Sender<usize>,
}

impl Told {
    pub(crate) fn hear(&self, event: Event) {
        self.events
            .lock()
            .expect("no test panics with it")
            .push(event);
        self.count.send_modify(|count| *count += 1);
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().expect("no test panics with it").clone()
    }

    pub(crate) fn kinds(&self) -> Vec<EventKind> {
        self.events().iter().map(|event| event.kind).collect()
    }

    pub(crate) async fn have_been(&self, count: usize) -> Result {
        self.count
            .subscribe()
            .wait_for(|told| *told >= count)
            .await?;
        Ok(())
    }
}

/// Delivers what waits to a subscriber that accepts everything.
pub(crate) async fn told(youku: &Youku, subscriber: &str) -> Result<Told> {
    let told = Told::default();
    let accept = |event| {
        told.hear(event);
        std::future::ready(Ok::<(), &str>(()))
    };
    let delivered = youku.deliver_waiting(subscriber, accept).await?;
    assert_eq!(delivered.accepted, told.events().len() as u64);
    assert_eq!((delivered.retry_at, delivered.is_elsewhere), (None, false));
    Ok(told)
}

/// Offers what waits to a subscriber that refuses everything. Returns the event that was offered, if any was.
pub(crate) async fn offer(youku: &Youku, subscriber: &str) -> Result<Option<Event>> {
    let told = Told::default();
    let refuse = |event| {
        told.hear(event);
        std::future::ready(Err("not now"))
    };
    let delivered = youku.deliver_waiting(subscriber, refuse).await?;
    assert_eq!(delivered.accepted, 0);
    let mut events = told.events();
    assert!(events.len() < 2, "{events:?}");
    Ok(events.pop())
}

/// The policy of a service whose events are delivered like this.
pub(crate) fn with(events: EventPolicy) -> Policy {
    Policy { events, ..policy() }
}
