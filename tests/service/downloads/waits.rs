//! The wait of users without a membership.

use std::time::Duration;

use tokio::task::JoinHandle;
use youku_core::testing::ManualClock;
use youku_core::{Body, Clock, Download, Policy, Session};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{HOUR, SECOND, World, policy, read_all, upload};

const CONTENT: &[u8] = b"There is no spoon";

/// A user without a membership, and the download of a movie that the user may start.
async fn granted(world: &World) -> Result<(Session, Download)> {
    let movie = upload(&world.admin().await?, "matrix.mp4", CONTENT).await?;
    let session = world.user("neo").await?;
    let download = session.download(movie.id).open().await?;
    Ok((session, download))
}

async fn again(session: &Session, download: &Download) -> Result<Download> {
    Ok(session.download(download.movie_id).open().await?)
}

fn start(download: Download) -> JoinHandle<youku_core::Result<Body>> {
    tokio::spawn(download.body())
}

both_databases![
    bytes_start_when_the_wait_is_over_and_not_before,
    reconnecting_neither_restarts_nor_skips_the_wait,
    leaving_during_the_wait_does_not_use_it_up,
    every_download_from_the_start_waits,
    interrupted_download_resumes_without_a_wait,
    downloads_of_one_viewing_share_its_wait,
    wait_that_was_not_used_for_long_is_waited_again,
    membership_ends_the_waiting,
    wait_of_the_policy_is_waited,
    clock_that_was_set_back_prolongs_no_wait,
    waits_are_separate_for_movies_and_users,
];

async fn bytes_start_when_the_wait_is_over_and_not_before(world: World) -> Result {
    let (_, download) = granted(&world).await?;
    assert_eq!(download.wait, 30 * SECOND);
    let body = start(download);
    world.clock.sleepers(1).await;
    world.clock.advance(29 * SECOND);
    assert_eq!(world.rows("download_record").await?, 0);
    assert!(!body.is_finished());
    world.clock.advance(SECOND);
    assert_eq!(read_all(body.await??).await?, CONTENT);
    assert_eq!(world.rows("download_record").await?, 1);
    Ok(())
}

async fn reconnecting_neither_restarts_nor_skips_the_wait(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    let first = download.ready_at;
    world.clock.advance(20 * SECOND);
    let second = again(&session, &download).await?;
    assert_eq!((second.ready_at, second.wait), (first, 10 * SECOND));
    let elsewhere = world.another_node().await.session(session.token()).await?;
    assert_eq!(again(&elsewhere, &download).await?.ready_at, first);
    let resumed = session.download(download.movie_id).from(5).open().await?;
    assert_eq!(resumed.ready_at, first);
    world.clock.advance(HOUR);
    assert!(again(&session, &download).await?.wait.is_zero());
    assert_eq!(world.rows("download_wait").await?, 1);
    Ok(())
}

async fn leaving_during_the_wait_does_not_use_it_up(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    let movie = download.movie_id;
    let body = start(download);
    world.clock.sleepers(1).await;
    body.abort();
    assert!(body.await.is_err());
    world.clock.advance(30 * SECOND);
    let download = session.download(movie).open().await?;
    assert!(download.wait.is_zero());
    assert_eq!(read_all(download.body().await?).await?, CONTENT);
    Ok(())
}

async fn every_download_from_the_start_waits(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    let movie = download.movie_id;
    world.clock.advance(30 * SECOND);
    download.body().await?;
    let second = session.download(movie).open().await?;
    assert_eq!(second.wait, 30 * SECOND);
    assert_eq!(again(&session, &second).await?.ready_at, second.ready_at);
    Ok(())
}

async fn interrupted_download_resumes_without_a_wait(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    let movie = download.movie_id;
    world.clock.advance(30 * SECOND);
    download.body().await?;
    world.clock.advance(HOUR);
    let rest = session.download(movie).from(10).open().await?;
    assert!(rest.wait.is_zero());
    assert_eq!(read_all(rest.body().await?).await?, &CONTENT[10..]);
    for _ in 0..2 {
        world.clock.advance(12 * HOUR);
        session.renew_membership(0).await?;
    }
    world
        .execute("UPDATE `user` SET `member_until` = NULL")
        .await?;
    assert_eq!(
        session.download(movie).from(10).open().await?.wait,
        30 * SECOND
    );
    Ok(())
}

async fn downloads_of_one_viewing_share_its_wait(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    let twin = again(&session, &download).await?;
    assert_eq!(
        (twin.ready_at, &twin.watch_id),
        (download.ready_at, &download.watch_id)
    );
    let bodies = [start(download), start(twin)];
    world.clock.sleepers(2).await;
    world.clock.advance(30 * SECOND);
    for body in bodies {
        assert_eq!(read_all(body.await??).await?, CONTENT);
    }
    assert_eq!(world.rows("download_record").await?, 1);
    assert_eq!(world.rows("download_wait").await?, 0);
    Ok(())
}

/// The wait of the viewing that was granted has ended, and was swept.
async fn wait_that_was_not_used_for_long_is_waited_again(world: World) -> Result {
    let (session, first) = granted(&world).await?;
    world.clock.advance(23 * HOUR);
    world.youku.session(session.token()).await?;
    world.clock.advance(2 * HOUR);
    assert_eq!(world.youku.sweep().await?.waits, 1);
    let body = start(first);
    world.clock.sleepers(1).await;
    world.clock.advance(29 * SECOND);
    assert!(!body.is_finished());
    world.clock.advance(SECOND);
    assert_eq!(read_all(body.await??).await?, CONTENT);
    assert_eq!(world.rows("download_record").await?, 1);
    Ok(())
}

async fn membership_ends_the_waiting(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    session.renew_membership(0).await?;
    let member = again(&session, &download).await?;
    assert!(member.wait.is_zero());
    assert_eq!(read_all(member.body().await?).await?, CONTENT);
    Ok(())
}

async fn wait_of_the_policy_is_waited(database: TestDatabase) -> Result {
    let impatient = Policy {
        download_wait: 5 * SECOND,
        ..policy()
    };
    let world = World::with_policy(&database, impatient).await;
    let (session, download) = granted(&world).await?;
    assert_eq!(download.wait, 5 * SECOND);
    let none = Policy {
        download_wait: Duration::ZERO,
        ..policy()
    };
    let session = world.reopen(none).await.session(session.token()).await?;
    let download = again(&session, &download).await?;
    assert_eq!(read_all(download.body().await?).await?, CONTENT);
    Ok(())
}

async fn clock_that_was_set_back_prolongs_no_wait(world: World) -> Result {
    let movie = upload(&world.admin().await?, "matrix.mp4", CONTENT).await?;
    let session = world.user("neo").await?;
    let mut ahead = world.clock.now();
    ahead += HOUR;
    let ahead = world.reopen_with(policy(), ManualClock::new(ahead)).await;
    let there = ahead.session(session.token()).await?;
    assert_eq!(there.download(movie.id).open().await?.wait, 30 * SECOND);
    let download = session.download(movie.id).open().await?;
    assert_eq!(download.wait, 30 * SECOND);
    assert_eq!(
        again(&session, &download).await?.ready_at,
        download.ready_at
    );
    world.clock.advance(30 * SECOND);
    assert_eq!(read_all(download.body().await?).await?, CONTENT);
    Ok(())
}

async fn waits_are_separate_for_movies_and_users(world: World) -> Result {
    let (session, download) = granted(&world).await?;
    world.clock.advance(20 * SECOND);
    let admin = world
        .youku
        .login(crate::world::credentials("root"))
        .await?
        .admin()
        .await?;
    let other = upload(&admin, "memento.mp4", b"abc").await?;
    assert_eq!(session.download(other.id).open().await?.wait, 30 * SECOND);
    let trinity = world.user("trinity").await?;
    assert_eq!(again(&trinity, &download).await?.wait, 30 * SECOND);
    Ok(())
}
