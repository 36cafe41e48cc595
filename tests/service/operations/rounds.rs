//! Repeated work: the second and third round of maintenance, and lists longer than one batch.

use std::fs;

use youku_core::{Credentials, Policy, Youku};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{
    DAY, HOUR, SECOND, World, credentials, new_movie, open, policy, refused, upload,
};

both_databases![
    every_round_of_maintenance_does_its_work,
    round_after_a_failed_one_starts_sooner,
    more_than_a_batch_is_swept,
    second_sweep_collects_what_was_too_recent_for_the_first,
];

/// A failure counts for 30 seconds.
fn brief() -> Policy {
    Policy {
        login_window: 30 * SECOND,
        ..policy()
    }
}

async fn fail(youku: &Youku) {
    let wrong = Credentials {
        password: "battery staple".to_owned(),
        ..credentials("neo")
    };
    refused(youku.login(wrong).await);
}

/// The round that begins after that many seconds removes a failed log-in; no earlier round does.
async fn next_round_is_in(world: &World, seconds: u32) -> Result {
    fail(&world.youku).await;
    world.clock.advance((seconds - 1) * SECOND);
    // It sleeps.
    world.clock.sleepers(1).await;
    assert_eq!(world.rows("login_failure").await?, 1);
    world.clock.advance(SECOND);
    // The test's deadline bounds this wait.
    while world.rows("login_failure").await? == 1 {
        tokio::task::yield_now().await;
    }
    world.clock.sleepers(1).await;
    Ok(())
}

async fn every_round_of_maintenance_does_its_work(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, brief()).await;
    let running = tokio::spawn(world.youku.clone().maintenance());
    world.clock.sleepers(1).await;
    for _ in 0..3 {
        next_round_is_in(&world, 3600).await?;
    }
    world.youku.clone().close().await?;
    running.await?;
    Ok(())
}

async fn round_after_a_failed_one_starts_sooner(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, brief()).await;
    let (store, away) = (world.path("store-id"), world.path("away"));
    fs::rename(&store, &away)?;
    let running = tokio::spawn(world.youku.clone().maintenance());
    world.clock.sleepers(1).await;
    // It fails a second time, after the work that needs no store.
    next_round_is_in(&world, 60).await?;
    fs::rename(&away, &store)?;
    next_round_is_in(&world, 60).await?;
    next_round_is_in(&world, 3600).await?;
    world.youku.clone().close().await?;
    running.await?;
    Ok(())
}

/// More than two batches of 200.
const MANY: u64 = 401;

/// A key for each row of the table `t`, in the form of a table with a column `key`.
fn keys(kind: char) -> String {
    let keys = (0..MANY).map(|number| format!("SELECT '{}' AS `k`", key(kind, number)));
    keys.collect::<Vec<_>>().join(" UNION ALL ")
}

fn key(kind: char, number: u64) -> String {
    format!("{kind}{number:031x}")
}

async fn more_than_a_batch_is_swept(database: TestDatabase) -> Result {
    let policy = Policy {
        round_limit: 1000,
        ..policy()
    };
    let world = World::with_policy(&database, policy).await;
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let left = open(&admin, new_movie("b", b"abcd")).await?;
    let copies = [
        // Listed movies without bytes.
        format!(
            "INSERT INTO `movie` (`movie_name`, `search_name`, `movie_size`, `movie_path`, `kind`, \
             `sha256`, `live_digest`, `user_id`, `upload_time`, `is_delete`, `is_lost`, \
             `is_collected`) SELECT `movie_name`, `search_name`, `movie_size`, `k`, `kind`, `k`, \
             `k`, `user_id`, `upload_time`, 0, 0, 0 FROM `movie` CROSS JOIN ({}) AS `keys` \
             WHERE `movie_name` = 'a'",
            keys('1')
        ),
        // Deleted movies.
        format!(
            "INSERT INTO `movie` (`movie_name`, `search_name`, `movie_size`, `movie_path`, `kind`, \
             `sha256`, `user_id`, `upload_time`, `is_delete`, `is_lost`, `deleted_at`, \
             `is_collected`) SELECT 'c', `search_name`, `movie_size`, `k`, `kind`, `k`, `user_id`, \
             `upload_time`, 1, 0, `upload_time`, 0 FROM `movie` CROSS JOIN ({}) AS `keys` \
             WHERE `m_id` = 1",
            keys('2')
        ),
        format!(
            "INSERT INTO `upload` (`user_id`, `movie_name`, `movie_size`, `kind`, `movie_path`, \
             `created_at`, `expires_at`, `lease`, `received`) SELECT `user_id`, 'c', `movie_size`, \
             `kind`, `k`, `created_at`, `expires_at`, 0, 0 FROM `upload` CROSS JOIN ({}) AS `keys` \
             WHERE `movie_name` = 'b'",
            keys('3')
        ),
    ];
    for copy in copies {
        world.execute(copy).await?;
    }
    for number in 0..MANY {
        fs::write(world.path("objects").join(key('4', number)), "x")?;
        fs::write(world.path("objects").join(key('2', number)), "x")?;
        let staged = format!("{}.part", key('5', number));
        fs::write(world.path(".staging").join(staged), "x")?;
    }
    world.clock.advance(31 * DAY);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.uploads, swept.staged_files), (MANY + 1, MANY));
    assert_eq!((swept.lost_movies, swept.collected_movies), (MANY, MANY));
    assert_eq!((swept.objects, world.rows("orphan").await?), (0, MANY));
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    world.clock.advance(30 * DAY);
    assert_eq!(world.youku.sweep().await?.objects, MANY);
    assert_eq!((world.objects().len(), world.rows("orphan").await?), (1, 0));
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.objects, swept.hidden_movies), (0, MANY));
    drop(left);
    Ok(())
}

async fn second_sweep_collects_what_was_too_recent_for_the_first(world: World) -> Result {
    let admin = world.admin().await?;
    let movies = [
        upload(&admin, "a", b"a").await?.id,
        upload(&admin, "b", b"b").await?.id,
        upload(&admin, "c", b"c").await?.id,
    ];
    for movie in movies {
        admin.delete(movie).await?;
        world.clock.advance(HOUR);
    }
    world.clock.advance(30 * DAY - 4 * HOUR);
    for left in [3, 2, 1, 0] {
        let collected = world.youku.sweep().await?.collected_movies;
        assert_eq!(collected, u64::from(left < 3));
        assert_eq!(world.objects().len(), left);
        world.clock.advance(HOUR);
    }
    Ok(())
}
