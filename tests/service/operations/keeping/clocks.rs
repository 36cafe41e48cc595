//! A clock that jumps, for one round of maintenance or for longer.

use std::time::Duration;

use youku_core::testing::ManualClock;
use youku_core::{Clock, Code, Credentials, Hold, Sleep, SystemClock, Timestamp};
use youku_tests::{Result, both_databases};

use crate::uploads::resumed_uploads;
use crate::world::{
    DAY, HOUR, World, bytes, credentials, new_movie, policy, read_all, refused, registration,
    upload,
};

both_databases![
    a_clock_that_is_years_ahead_for_one_round_removes_nothing,
    a_clock_that_is_years_ahead_in_another_process_removes_nothing,
    a_system_clock_is_compared_with_the_database,
    a_clock_is_compared_with_that_of_a_database_on_another_machine,
    a_long_pause_is_believed_when_the_operator_accepts_it,
    a_lock_of_a_clock_that_was_ahead_ends_as_the_policy_says,
    stored_moments_are_believed_only_within_the_policy,
];

pub(super) const YEARS: Duration = Duration::from_secs(4 * 365 * 86_400);

fn ahead(now: Timestamp) -> Timestamp {
    now + YEARS
}

/// A deleted movie and half an upload, which a round must keep.
pub(super) async fn something_to_lose(world: &World) -> Result<youku_core::UploadId> {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    let content = bytes(1, 1000);
    let mut half = resumed_uploads::open(&admin, new_movie("half", &content)).await?;
    half.write_chunk(&resumed_uploads::chunk(0, 400), &content[..400])
        .await?;
    let id = half.id().clone();
    half.suspend().await?;
    Ok(id)
}

pub(super) async fn nothing_is_lost(world: &World, upload: &youku_core::UploadId) -> Result {
    has_objects(world, upload, 1).await
}

async fn has_objects(world: &World, upload: &youku_core::UploadId, objects: usize) -> Result {
    let admin = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    let deleted = admin.deleted_movies().page(youku_core::first(9)).await?;
    assert_eq!((deleted.len(), world.objects().len()), (1, objects));
    admin.restore(deleted[0].id).await?;
    admin.delete(deleted[0].id).await?;
    let upload = admin.resume_upload(upload).await?;
    assert_eq!(upload.offset(), 400);
    upload.suspend().await?;
    Ok(())
}

async fn a_clock_that_is_years_ahead_for_one_round_removes_nothing(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep().await?.hold, None);
    let now = world.clock.now();
    world.clock.set(ahead(now));
    let swept = world.youku.maintain_once().await?.sweep;
    assert_eq!(swept.hold, Some(Hold::ClockJumped));
    assert_eq!(
        (swept.uploads, swept.collected_movies, swept.sessions),
        (0, 0, 0)
    );
    world.clock.set(now);
    assert_eq!(world.youku.sweep().await?.hold, Some(Hold::ClockJumped));
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep().await?.hold, None);
    nothing_is_lost(&world, &half).await
}

async fn a_clock_that_is_years_ahead_in_another_process_removes_nothing(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    let clock = ManualClock::new(ahead(world.clock.now()));
    let other = world.reopen_with(policy(), clock).await;
    assert_eq!(other.sweep().await?.hold, Some(Hold::ClockJumped));
    nothing_is_lost(&world, &half).await
}

/// The clock of the system, set wrong.
#[derive(Debug)]
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        ahead(Timestamp::now())
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        SystemClock.sleep_until(deadline)
    }
}

async fn a_system_clock_is_compared_with_the_database(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    let right = world.reopen_with(policy(), SystemClock).await;
    assert_eq!(right.sweep().await?.hold, None);
    let wrong = world.reopen_with(policy(), Ahead).await;
    assert_eq!(wrong.sweep().await?.hold, Some(Hold::ClockJumped));
    let right = world.reopen_with(policy(), SystemClock).await;
    assert_eq!(right.sweep().await?.hold, Some(Hold::ClockJumped));
    assert_eq!(right.sweep().await?.hold, None);
    nothing_is_lost(&world, &half).await
}

/// Since the last round the machine was restarted. The clock of the database may be that of the same machine.
async fn a_long_pause_is_believed_when_the_operator_accepts_it(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    let long_ago = "'2020-01-01 00:00:00.000000'";
    world
        .execute(format!(
            "UPDATE `maintenance` SET `round_at` = {long_ago}, `round_clock` = 'before', \
             `trusted_at` = {long_ago}, `trusted_clock` = 'before'"
        ))
        .await?;
    let youku = world.reopen_with(policy(), SystemClock).await;
    for _ in 0..3 {
        assert_eq!(youku.sweep_plan().await?.hold, Some(Hold::ClockJumped));
        assert_eq!(youku.sweep().await?.hold, Some(Hold::ClockJumped));
    }
    assert!(youku.accept_clock().await?);
    assert!(!youku.accept_clock().await?);
    assert_eq!(youku.sweep_plan().await?.hold, None);
    assert_eq!(youku.sweep().await?.hold, None);
    nothing_is_lost(&world, &half).await
}

async fn a_lock_of_a_clock_that_was_ahead_ends_as_the_policy_says(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let now = world.clock.now();
    world.clock.set(ahead(now));
    for _ in 0..10 {
        let wrong = Credentials {
            password: "battery staple".to_owned(),
            ..credentials("neo")
        };
        refused(world.youku.login(wrong).await);
    }
    world.clock.set(now);
    let error = world.youku.login(credentials("neo")).await;
    let error = error.expect_err("the name is locked");
    assert_eq!(error.code(), Code::Locked);
    assert_eq!(error.retry_after(), Some(HOUR / 4));
    world.clock.advance(HOUR / 4);
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn stored_moments_are_believed_only_within_the_policy(world: World) -> Result {
    let half = something_to_lose(&world).await?;
    let admin = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    admin.invite().await?;
    let neo = world.user("neo").await?;
    let movie = upload(&admin, "b", b"abcd").await?;
    let download = neo.download(movie.id).open().await?;
    world.clock.advance(HOUR);
    read_all(download.body().await?).await?;
    neo.download(movie.id).open().await?;
    let later = "'2999-01-01 00:00:00.000000'";
    let columns = [
        ("session", "expires_at"),
        ("session", "idle_until"),
        ("invite", "expires_at"),
        ("upload", "expires_at"),
        ("movie", "deleted_at"),
        ("download_wait", "ready_at"),
    ];
    for (table, column) in columns {
        let set = format!("UPDATE `{table}` SET `{column}` = {later} WHERE `{column}` IS NOT NULL");
        world.execute(set).await?;
    }
    world.youku.maintain_once().await?;
    has_objects(&world, &half, 2).await?;
    world.clock.advance(30 * DAY);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.uploads, swept.invites, swept.waits), (1, 1, 1));
    assert_eq!(swept.collected_movies, 1);
    assert!(swept.sessions >= 2, "{swept:?}");
    Ok(())
}

/// The clock of the system, three days ahead.
#[derive(Debug)]
struct DaysAhead;

impl Clock for DaysAhead {
    fn now(&self) -> Timestamp {
        Timestamp::now() + 3 * DAY
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        SystemClock.sleep_until(deadline)
    }
}

/// The machine of the last round was another one, so only the database can tell. SQLite has no clock of its own.
async fn a_clock_is_compared_with_that_of_a_database_on_another_machine(world: World) -> Result {
    let is_mysql = matches!(world.database.backend(), youku_tests::Backend::Mysql);
    let right = world.reopen_with(policy(), SystemClock).await;
    right.accept_clock().await?;
    let elsewhere =
        "UPDATE `maintenance` SET `round_clock` = 'another', `trusted_clock` = 'another'";
    world.execute(elsewhere).await?;
    assert_eq!(right.sweep().await?.hold, None);
    world.execute(elsewhere).await?;
    let wrong = world.reopen_with(policy(), DaysAhead).await;
    let expected = is_mysql.then_some(Hold::ClockJumped);
    assert_eq!(wrong.sweep_plan().await?.hold, expected);
    assert_eq!(wrong.sweep().await?.hold, expected);
    Ok(())
}
