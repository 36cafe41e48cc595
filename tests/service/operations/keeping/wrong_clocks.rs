//! A clock that stays wrong, and stored moments that a wrong clock must not bring forward.

use youku_core::{Clock, Hold, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use super::clocks::{YEARS, nothing_is_lost, something_to_lose};
use crate::world::{DAY, HOUR, World, credentials, policy, refused, upload};

both_databases![
    a_clock_that_stays_wrong_is_not_believed_by_later_rounds,
    a_clock_that_has_jumped_is_believed_after_its_grace,
    a_clock_that_is_behind_makes_nothing_due_earlier,
    moments_in_the_near_future_are_kept,
    a_program_that_sweeps_once_limits_nothing,
];

async fn a_clock_that_stays_wrong_is_not_believed_by_later_rounds(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    assert_eq!(world.youku.sweep().await?.hold, None);
    let right = world.clock.now();
    world.clock.set(right + YEARS);
    for round in 0..3 {
        // In this process, and in one that has just begun.
        for youku in [world.youku.clone(), world.another_node().await] {
            let swept = youku.maintain_once().await?.sweep;
            assert_eq!(swept.hold, Some(Hold::ClockJumped), "{round}");
            assert_eq!((swept.uploads, swept.sessions), (0, 0));
        }
        world.clock.advance(HOUR);
    }
    world.clock.set(right + 3 * HOUR);
    assert_eq!(world.youku.sweep().await?.hold, Some(Hold::ClockJumped));
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep().await?.hold, None);
    nothing_is_lost(&world, &half).await
}

async fn a_clock_that_has_jumped_is_believed_after_its_grace(world: World) -> Result {
    let movie = upload(&world.admin().await?, "a", b"abc").await?;
    let root = world.youku.login(credentials("root")).await?;
    root.admin().await?.delete(movie.id).await?;
    world.clock.set(world.clock.now() + YEARS);
    for day in 0..30 {
        let swept = world.youku.sweep().await?;
        assert_eq!(swept.hold, Some(Hold::ClockJumped), "{day}");
        world.clock.advance(DAY);
    }
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.hold, swept.collected_movies), (None, 1));
    Ok(())
}

/// What was deleted by a right clock looks as if it was deleted in the future.
async fn a_clock_that_is_behind_makes_nothing_due_earlier(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    assert_eq!(world.youku.maintain_once().await?.sweep.hold, None);
    let right = world.clock.now();
    world.clock.set("2000-01-01T00:00:00Z".parse()?);
    for _ in 0..3 {
        world.youku.maintain_once().await?;
        world.clock.advance(HOUR);
    }
    world.clock.set(right + 3 * HOUR);
    for _ in 0..2 {
        world.youku.maintain_once().await?;
        world.clock.advance(HOUR);
    }
    nothing_is_lost(&world, &half).await
}

async fn moments_in_the_near_future_are_kept(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    let stranger = world
        .path("objects")
        .join("0123456789abcdef0123456789abcdef");
    std::fs::write(stranger, "x")?;
    world.clock.advance(2 * HOUR);
    world.youku.maintain_once().await?;
    let soon = world.clock.now() + 10 * DAY;
    let soon = soon.strftime("%Y-%m-%d %H:%M:%S.000000");
    for (table, column) in [("movie", "deleted_at"), ("orphan", "found_at")] {
        let set = format!("UPDATE `{table}` SET `{column}` = '{soon}'");
        world.execute(set).await?;
    }
    for (days, expected) in [(0, 0), (30, 0), (9, 0), (1, 1)] {
        world.clock.advance(days * DAY);
        let swept = world.youku.maintain_once().await?.sweep;
        let removed = (swept.collected_movies, swept.objects);
        assert_eq!(removed, (expected, expected), "{days}");
    }
    Ok(())
}

/// An operator runs `youku-server sweep` without the options of the server.
async fn a_program_that_sweeps_once_limits_nothing(database: TestDatabase) -> Result {
    let long = Policy {
        session_idle: 90 * DAY,
        session_lifetime: 90 * DAY,
        ..policy()
    };
    let world = World::with_policy(&database, long).await;
    let neo = world.user("neo").await?;
    assert_eq!(world.another_node().await.sweep().await?.hold, None);
    world.clock.advance(60 * DAY);
    world.youku.session(neo.token()).await?;
    // The service itself does, with its own policy.
    world.another_node().await.maintain_once().await?;
    world.clock.advance(2 * DAY);
    refused(world.youku.session(neo.token()).await);
    Ok(())
}
