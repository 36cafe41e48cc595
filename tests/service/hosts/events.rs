//! Events: each is written with its act, for each subscriber, and is kept for a while.

use youku_core::{Admin, Code, EventKind, EventPolicy, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::hosts::told::{told, with};
use crate::world::{
    DAY, HOUR, World, as_role, bad_field, charged, finish, read_all, refused, registration, upload,
};

both_databases![
    nothing_is_written_without_a_subscriber,
    every_act_is_told_in_order,
    each_subscriber_is_told_and_what_happened_before_is_not,
    act_that_fails_has_no_event,
    events_are_removed_when_they_are_too_old_or_too_many,
    subscribers_are_listed_and_removed_with_their_events,
    names_and_numbers_of_subscribers_are_limited,
];

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
    neo.renew_membership(0).await?;
    let download = neo.download(movie).at_most(500).open().await?;
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
        .register(registration("ROOT"))
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
