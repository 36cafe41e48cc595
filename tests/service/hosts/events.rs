//! Events: written with the act, delivered in order, repeated until they are accepted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use youku_core::{Admin, Code, Event, EventKind, EventPolicy, Policy, Youku, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{
    DAY, HOUR, SECOND, World, as_role, bad_field, charged, credentials, finish, policy, read_all,
    refused, upload,
};

both_databases![
    nothing_is_written_without_a_subscriber,
    every_act_is_told_in_order,
    each_subscriber_is_told_and_what_happened_before_is_not,
    act_that_fails_has_no_event,
    refused_event_is_offered_again_before_the_next_one,
    pause_between_offers_grows,
    subscriber_that_takes_too_long_has_refused,
    one_node_delivers_and_another_takes_over,
    lease_of_a_clock_that_was_ahead_counts_for_nothing,
    event_that_was_accepted_without_a_trace_is_offered_again,
    events_are_removed_when_they_are_too_old_or_too_many,
    subscribers_are_listed_and_removed_with_their_events,
    names_and_numbers_of_subscribers_are_limited,
    delivery_runs_until_the_service_closes,
];

/// A subscriber that records what it is told.
#[derive(Debug, Clone, Default)]
struct Told {
    events: Arc<Mutex<Vec<Event>>>,
    count: watch::Sender<usize>,
}

impl Told {
    fn hear(&self, event: Event) {
        self.events
            .lock()
            .expect("no test panics with it")
            .push(event);
        self.count.send_modify(|count| *count += 1);
    }

    fn events(&self) -> Vec<Event> {
        self.events.lock().expect("no test panics with it").clone()
    }

    fn kinds(&self) -> Vec<EventKind> {
        self.events().iter().map(|event| event.kind).collect()
    }

    async fn have_been(&self, count: usize) -> Result {
        self.count
            .subscribe()
            .wait_for(|told| *told >= count)
            .await?;
        Ok(())
    }
}

/// Delivers what waits to a subscriber that accepts everything.
async fn told(youku: &Youku, subscriber: &str) -> Result<Told> {
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
async fn offer(youku: &Youku, subscriber: &str) -> Result<Option<Event>> {
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

async fn nothing_is_written_without_a_subscriber(world: World) -> Result {
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    assert_eq!(world.rows("event").await?, 0);
    world.youku.subscribe("mailer").await?;
    world.youku.unsubscribe("mailer").await?;
    upload(&admin, "b", b"bcd").await?;
    assert_eq!(world.rows("event").await?, 0);
    Ok(())
}

async fn every_act_is_told_in_order(world: World) -> Result {
    world.youku.subscribe("mailer").await?;
    world.youku.subscribe("mailer").await?;
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let movie = finish(&admin, charged("a", b"abc"), b"abc").await?.movie.id;
    neo.renew_membership().await?;
    let download = neo.download(movie).open().await?;
    read_all(download.body().await?).await?;
    admin.delete(movie).await?;
    admin.restore(movie).await?;
    admin.purge(movie).await?;
    admin.lock_user(neo.user_id()).await?;
    let told = told(&world.youku, "mailer").await?;
    use EventKind::{
        Bought, Deleted, Downloaded, Listed, Locked, Purged, Registered, Restored, Uploaded,
    };
    let expected = [
        Registered, Registered, Uploaded, Listed, Bought, Bought, Downloaded, Deleted, Restored,
        Listed, Purged, Locked,
    ];
    assert_eq!(told.kinds(), expected);
    let events = told.events();
    let (root, neo) = (Some(admin.session().user_id()), Some(neo.user_id()));
    let about = |place: usize| (events[place].actor, events[place].user, events[place].movie);
    assert_eq!(about(0), (None, root, None));
    assert_eq!(about(1), (neo, neo, None));
    assert_eq!(about(2), (root, None, Some(movie)));
    assert_eq!((about(4), events[4].price_fen), ((neo, neo, None), Some(0)));
    assert_eq!(
        (about(5), events[5].price_fen),
        ((neo, neo, Some(movie)), Some(500))
    );
    assert_eq!(about(6), (neo, neo, Some(movie)));
    assert_eq!(about(11), (root, neo, None));
    assert!(events.is_sorted_by_key(|event| event.id));
    assert_eq!(world.rows("event").await?, 0);
    Ok(())
}

async fn each_subscriber_is_told_and_what_happened_before_is_not(world: World) -> Result {
    let admin = world.admin().await?;
    world.youku.subscribe("first").await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    world.youku.subscribe("second").await?;
    admin.delete(movie).await?;
    use EventKind::{Deleted, Listed, Uploaded};
    assert_eq!(
        told(&world.youku, "first").await?.kinds(),
        [Uploaded, Listed, Deleted]
    );
    assert_eq!(told(&world.youku, "second").await?.kinds(), [Deleted]);
    Ok(())
}

async fn act_that_fails_has_no_event(world: World) -> Result {
    let admin = world.admin().await?;
    world.youku.subscribe("mailer").await?;
    upload(&admin, "a", b"abc").await?;
    world
        .youku
        .register(crate::world::registration("ROOT"))
        .await
        .expect_err("it is taken");
    admin
        .delete(youku_core::MovieId::new(99))
        .await
        .expect_err("it does not exist");
    finish(&admin, charged("b", b"abc"), b"abc").await?;
    let wrong = as_role("root", youku_core::Role::User);
    world
        .youku
        .login(wrong)
        .await
        .expect_err("the role is wrong");
    assert_eq!(told(&world.youku, "mailer").await?.kinds().len(), 2);
    Ok(())
}

async fn refused_event_is_offered_again_before_the_next_one(world: World) -> Result {
    world.youku.subscribe("mailer").await?;
    world.user("neo").await?;
    world.user("ann").await?;
    let refused = offer(&world.youku, "mailer").await?.expect("it waits");
    // Not at once.
    assert_eq!(offer(&world.youku, "mailer").await?, None);
    world.clock.advance(SECOND);
    let again = offer(&world.youku, "mailer").await?.expect("it waits");
    assert_eq!(again, refused);
    world.clock.advance(2 * SECOND);
    let told = told(&world.youku, "mailer").await?.events();
    assert_eq!((told.len(), &told[0]), (2, &refused));
    Ok(())
}

async fn pause_between_offers_grows(world: World) -> Result {
    world.youku.subscribe("mailer").await?;
    world.user("neo").await?;
    for seconds in [1, 2, 4, 8] {
        assert!(offer(&world.youku, "mailer").await?.is_some());
        world.clock.advance(seconds * SECOND - SECOND / 10);
        assert_eq!(offer(&world.youku, "mailer").await?, None, "{seconds}");
        world.clock.advance(SECOND / 10);
    }
    assert_eq!(world.youku.subscribers().await?[0].refusals, 4);
    told(&world.youku, "mailer").await?;
    // The next event starts from the shortest pause again.
    world.user("ann").await?;
    assert!(offer(&world.youku, "mailer").await?.is_some());
    world.clock.advance(SECOND);
    assert!(offer(&world.youku, "mailer").await?.is_some());
    Ok(())
}

fn with(events: EventPolicy) -> Policy {
    Policy { events, ..policy() }
}

async fn subscriber_that_takes_too_long_has_refused(database: TestDatabase) -> Result {
    let brief = with(EventPolicy {
        timeout: Duration::from_millis(10),
        ..EventPolicy::default()
    });
    let world = World::with_policy(&database, brief).await;
    world.youku.subscribe("mailer").await?;
    world.user("neo").await?;
    let never = |_| std::future::pending::<Result<(), &str>>();
    let delivered = world.youku.deliver_waiting("mailer", never).await?;
    assert!(delivered.retry_at.is_some() && delivered.accepted == 0);
    Ok(())
}

async fn one_node_delivers_and_another_takes_over(world: World) -> Result {
    let other = world.another_node().await;
    world.youku.subscribe("mailer").await?;
    world.user("neo").await?;
    let here = Told::default();
    let (hearing, youku) = (here.clone(), world.youku.clone());
    let stuck = tokio::spawn(async move {
        let stuck = |event| {
            hearing.hear(event);
            std::future::pending::<Result<(), &str>>()
        };
        youku.deliver("mailer", stuck).await
    });
    here.have_been(1).await?;
    let accept = |_| std::future::ready(Ok::<(), &str>(()));
    let elsewhere = other.deliver_waiting("mailer", accept).await?;
    assert!(elsewhere.is_elsewhere && elsewhere.accepted == 0);
    // Its node dies in the middle of the delivery.
    stuck.abort();
    assert!(stuck.await.is_err());
    world.clock.advance(59 * SECOND);
    assert!(other.deliver_waiting("mailer", accept).await?.is_elsewhere);
    world.clock.advance(2 * SECOND);
    assert_eq!(told(&other, "mailer").await?.events(), here.events());
    Ok(())
}

async fn lease_of_a_clock_that_was_ahead_counts_for_nothing(world: World) -> Result {
    world.youku.subscribe("mailer").await?;
    world.user("neo").await?;
    let far = "UPDATE event_subscriber SET owner = 'x', leased_until = '2100-01-01 00:00:00.000000', \
               retry_at = '2100-01-01 00:00:00.000000'";
    world.execute(far).await?;
    assert_eq!(
        told(&world.youku, "mailer").await?.kinds(),
        [EventKind::Registered]
    );
    Ok(())
}

async fn event_that_was_accepted_without_a_trace_is_offered_again(world: World) -> Result {
    world.youku.subscribe("mailer").await?;
    world.user("neo").await?;
    let heard = Told::default();
    {
        let accept = |event| {
            heard.hear(event);
            std::future::pending::<Result<(), &str>>()
        };
        let delivery = world.youku.deliver_waiting("mailer", accept);
        tokio::select! {
            _ = delivery => return Err("it hangs".into()),
            told = heard.have_been(1) => told?,
        }
    }
    world.clock.advance(61 * SECOND);
    assert_eq!(told(&world.youku, "mailer").await?.events(), heard.events());
    Ok(())
}

async fn events_are_removed_when_they_are_too_old_or_too_many(database: TestDatabase) -> Result {
    let few = with(EventPolicy {
        max_waiting: 2,
        ..EventPolicy::default()
    });
    let world = World::with_policy(&database, few).await;
    world.youku.subscribe("mailer").await?;
    for name in ["a", "b", "c"] {
        world.user(name).await?;
    }
    assert_eq!(world.youku.maintain_once().await?.events, 1);
    world.clock.advance(7 * DAY - HOUR);
    let late = world.user("d").await?.user_id();
    assert_eq!(world.youku.maintain_once().await?.events, 1);
    world.clock.advance(2 * HOUR);
    assert_eq!(world.youku.maintain_once().await?.events, 1);
    let told = told(&world.youku, "mailer").await?.events();
    assert_eq!((told.len(), told[0].user), (1, Some(late)));
    Ok(())
}

async fn subscribers_are_listed_and_removed_with_their_events(world: World) -> Result {
    assert_eq!(world.youku.subscribers().await?, []);
    world.youku.subscribe("mailer").await?;
    world.youku.subscribe("search").await?;
    let admin: Admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let listed = world.youku.subscribers().await?;
    let names: Vec<_> = listed
        .iter()
        .map(|one| (one.name.as_str(), one.waiting))
        .collect();
    assert_eq!(names, [("mailer", 3), ("search", 3)]);
    assert!(listed[0].oldest.is_some());
    world.youku.unsubscribe("mailer").await?;
    world.youku.unsubscribe("mailer").await?;
    assert_eq!(world.rows("event").await?, 3);
    let accept = |_| std::future::ready(Ok::<(), &str>(()));
    assert_eq!(
        refused(world.youku.deliver_waiting("mailer", accept).await),
        Code::NotFound
    );
    assert_eq!(
        refused(world.youku.deliver("mailer", accept).await),
        Code::NotFound
    );
    // An act that was under way at that moment has written for a subscriber that is gone.
    world.execute("UPDATE event SET subscriber_id = 77").await?;
    assert_eq!(world.youku.maintain_once().await?.events, 3);
    assert_eq!(admin.audit(first(9)).await?.len(), 3);
    Ok(())
}

async fn names_and_numbers_of_subscribers_are_limited(database: TestDatabase) -> Result {
    let few = with(EventPolicy {
        max_subscribers: 1,
        ..EventPolicy::default()
    });
    let world = World::with_policy(&database, few).await;
    for name in ["", " x", "a\u{202e}b", &"x".repeat(65)] {
        assert_eq!(
            bad_field(world.youku.subscribe(name).await),
            Some("subscriber")
        );
    }
    world.youku.subscribe("mailer").await?;
    assert_eq!(
        refused(world.youku.subscribe("other").await),
        Code::QuotaExceeded
    );
    world.youku.subscribe("mailer").await?;
    Ok(())
}

async fn delivery_runs_until_the_service_closes(world: World) -> Result {
    world.youku.subscribe("mailer").await?;
    let told = Told::default();
    let (hearing, youku) = (told.clone(), world.youku.clone());
    let delivery = tokio::spawn(async move {
        let accept = |event| {
            hearing.hear(event);
            async { Ok::<(), std::io::Error>(()) }
        };
        youku.deliver("mailer", accept).await
    });
    for number in 1..4 {
        world.clock.sleepers(1).await;
        world
            .youku
            .register(crate::world::registration(&format!("user{number}")))
            .await?;
        world.clock.advance(SECOND);
        told.have_been(number).await?;
    }
    world.youku.login(credentials("user1")).await?;
    world.youku.clone().close().await?;
    delivery.await??;
    Ok(())
}
