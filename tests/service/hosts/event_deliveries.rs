//! The delivery of events: in order, by one node, repeated until they are accepted.

use std::time::Duration;

use youku_core::{EventKind, EventPolicy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::hosts::told::{Told, offer, told, with};
use crate::world::{SECOND, World, credentials, registration};

both_databases![
    refused_event_is_offered_again_before_the_next_one,
    pause_between_offers_grows,
    subscriber_that_takes_too_long_has_refused,
    one_node_delivers_and_another_takes_over,
    lease_of_a_clock_that_was_ahead_counts_for_nothing,
    event_that_was_accepted_without_a_trace_is_offered_again,
    delivery_runs_until_the_service_closes,
];

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
            .register(registration(&format!("user{number}")))
            .await?;
        world.clock.advance(SECOND);
        told.have_been(number).await?;
    }
    world.youku.login(credentials("user1")).await?;
    world.youku.clone().close().await?;
    delivery.await??;
    Ok(())
}
