//! What keeps the tables from growing without end.

use youku_core::{Code, Policy, Session, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{DAY, HOUR, SECOND, World, credentials, policy, refused, upload};

both_databases![
    a_user_who_sends_too_many_requests_has_to_wait,
    a_replaced_session_is_removed_after_a_day,
    a_history_keeps_the_newest_entries,
    a_history_that_is_too_long_becomes_shorter,
    a_membership_ends_before_the_horizon,
    a_renewal_that_is_repeated_is_no_renewal,
    audit_entries_are_removed_after_a_year,
];

async fn a_user_who_sends_too_many_requests_has_to_wait(database: TestDatabase) -> Result {
    let slow = Policy {
        requests_per_second: Some(2),
        request_burst: 3,
        ..policy()
    };
    let world = World::with_policy(&database, slow).await;
    let (neo, trinity) = (world.user("neo").await?, world.user("trinity").await?);
    for _ in 0..3 {
        world.youku.session(neo.token()).await?;
    }
    let error = world.youku.session(neo.token()).await.err();
    let error = error.ok_or("the request must be refused")?;
    assert_eq!(error.code(), Code::RateLimited);
    assert_eq!(error.retry_after(), Some(SECOND / 2));
    world.youku.session(trinity.token()).await?;
    world.clock.advance(SECOND / 2);
    world.youku.session(neo.token()).await?;
    refused(world.youku.session(neo.token()).await);
    Ok(())
}

async fn a_replaced_session_is_removed_after_a_day(world: World) -> Result {
    let replaced = world.user("neo").await?;
    let session = world.youku.login(credentials("neo")).await?;
    for _ in 0..23 {
        world.clock.advance(HOUR);
        world.youku.session(session.token()).await?;
    }
    assert_eq!(world.youku.sweep().await?.sessions, 0);
    let used = world.youku.session(replaced.token()).await;
    assert_eq!(refused(used), Code::SessionReplaced);
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep_plan().await?.sessions, 1);
    assert_eq!(world.youku.sweep().await?.sessions, 1);
    world.youku.session(session.token()).await?;
    assert_eq!(world.rows("session").await?, 1);
    Ok(())
}

fn short_history() -> Policy {
    Policy {
        max_history: 3,
        ..policy()
    }
}

async fn watch(session: &Session, movie: youku_core::MovieId) -> Result {
    session.download(movie).open().await?.body().await?;
    Ok(())
}

async fn a_history_keeps_the_newest_entries(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, short_history()).await;
    let admin = world.admin().await?;
    let movies = [
        upload(&admin, "a", b"a").await?.id,
        upload(&admin, "b", b"b").await?.id,
    ];
    let (neo, trinity) = (world.user("neo").await?, world.user("trinity").await?);
    for session in [&neo, &trinity] {
        session.renew_membership(u64::MAX).await?;
    }
    watch(&trinity, movies[0]).await?;
    for number in 0..7 {
        watch(&neo, movies[number % 2]).await?;
    }
    let names = |entries: Vec<youku_core::HistoryEntry>| -> Vec<_> {
        entries.into_iter().map(|entry| entry.movie_name).collect()
    };
    assert_eq!(names(neo.history(first(9)).await?.entries), ["a", "b", "a"]);
    assert_eq!(names(trinity.history(first(9)).await?.entries), ["a"]);
    Ok(())
}

/// An earlier version wrote it, or the policy has changed.
async fn a_history_that_is_too_long_becomes_shorter(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, short_history()).await;
    let movie = upload(&world.admin().await?, "a", b"a").await?.id;
    let neo = world.user("neo").await?;
    neo.renew_membership(u64::MAX).await?;
    watch(&neo, movie).await?;
    for _ in 0..8 {
        world
            .execute(
                "INSERT INTO `download_record` (`movie_id`, `user_id`, `download_time`) \
                 SELECT `movie_id`, `user_id`, `download_time` FROM `download_record`",
            )
            .await?;
    }
    assert_eq!(world.rows("download_record").await?, 256);
    for left in [57, 3, 3] {
        watch(&neo, movie).await?;
        assert_eq!(world.rows("download_record").await?, left);
    }
    Ok(())
}

async fn a_membership_ends_before_the_horizon(world: World) -> Result {
    let neo = world.user("neo").await?;
    for _ in 0..12 {
        neo.renew_membership(u64::MAX).await?;
    }
    let error = neo.renew_membership(u64::MAX).await.err();
    let error = error.ok_or("the renewal must be refused")?;
    // Thirteen periods of 30 days are 24 days more than the horizon.
    assert_eq!(error.code(), Code::RateLimited);
    assert_eq!(error.retry_after(), Some(24 * DAY));
    assert_eq!(
        (
            world.rows("membership").await?,
            world.rows("payment").await?
        ),
        (12, 12)
    );
    world.clock.advance(24 * DAY);
    let neo = world.youku.login(credentials("neo")).await?;
    neo.renew_membership(u64::MAX).await?;
    assert_eq!(
        refused(neo.renew_membership(u64::MAX).await),
        Code::RateLimited
    );
    Ok(())
}

async fn a_renewal_that_is_repeated_is_no_renewal(world: World) -> Result {
    let neo = world.user("neo").await?;
    let mut last = None;
    for number in 0..12 {
        last = Some(
            neo.renew_membership_once(&format!("{number}"), u64::MAX)
                .await?,
        );
    }
    assert_eq!(
        refused(neo.renew_membership_once("12", u64::MAX).await),
        Code::RateLimited
    );
    assert_eq!(Some(neo.renew_membership_once("11", u64::MAX).await?), last);
    Ok(())
}

async fn audit_entries_are_removed_after_a_year(world: World) -> Result {
    world.user("neo").await?;
    let written = world.rows("audit").await?;
    world.clock.advance(366 * DAY);
    assert_eq!(world.youku.maintain_once().await?.audit_entries, 0);
    world.clock.advance(SECOND);
    assert_eq!(world.youku.maintain_once().await?.audit_entries, written);
    Ok(())
}
