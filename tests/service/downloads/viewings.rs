//! Viewings: one wait and one entry in the history, however many parts of a movie are requested.

use youku_core::{Download, MovieId, Page, Policy, Session};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{DAY, HOUR, SECOND, World, charged, finish, policy, read_all, upload};

const CONTENT: &[u8] = b"Follow the white rabbit";

both_databases![
    all_parts_of_a_viewing_have_one_wait_and_one_entry,
    viewing_of_a_member_is_one_entry,
    viewing_ends_with_the_resume_window,
    new_viewing_does_not_end_the_earlier_one,
    id_of_another_user_or_movie_counts_as_none,
    charge_is_once_whatever_the_viewings,
    viewing_of_an_earlier_version_is_continued,
    unused_wait_ends_and_is_swept,
    viewing_in_the_future_is_not_continued,
];

async fn start(world: &World) -> Result<(Session, MovieId)> {
    let movie = upload(&world.admin().await?, "matrix.mp4", CONTENT).await?;
    Ok((world.user("neo").await?, movie.id))
}

async fn part(session: &Session, movie: MovieId, from: u64, of: &Download) -> Result<Download> {
    let part = session.download(movie).from(from).watch_id(&of.watch_id);
    Ok(part.open().await?)
}

/// Waits for the first bytes of a new viewing.
async fn begun(world: &World, session: &Session, movie: MovieId) -> Result<String> {
    let download = session.download(movie).open().await?;
    world.clock.advance(download.wait);
    let watch_id = download.watch_id.clone();
    download.body().await?;
    Ok(watch_id)
}

async fn entries(session: &Session) -> Result<usize> {
    Ok(session.history(Page::first(9)).await?.len())
}

async fn all_parts_of_a_viewing_have_one_wait_and_one_entry(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    let first = neo.download(movie).open().await?;
    assert_eq!((first.wait, first.watch_id.len()), (30 * SECOND, 32));
    // A player asks for several parts before the wait is over.
    let second = part(&neo, movie, 7, &first).await?;
    assert_eq!(
        (second.ready_at, &second.watch_id),
        (first.ready_at, &first.watch_id)
    );
    world.clock.advance(30 * SECOND);
    assert_eq!(read_all(second.body().await?).await?, &CONTENT[7..]);
    for from in [0, 7, 0] {
        let again = part(&neo, movie, from, &first).await?;
        assert!(again.wait.is_zero());
        assert_eq!(again.watch_id, first.watch_id);
        let bytes = read_all(again.body().await?).await?;
        assert_eq!(bytes, &CONTENT[usize::try_from(from)?..]);
    }
    first.body().await?;
    assert_eq!(entries(&neo).await?, 1);
    assert_eq!(world.rows("download_wait").await?, 0);
    Ok(())
}

async fn viewing_of_a_member_is_one_entry(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    neo.renew_membership(0).await?;
    let first = neo.download(movie).open().await?;
    let second = part(&neo, movie, 0, &first).await?;
    assert!(first.wait.is_zero() && second.wait.is_zero());
    assert_eq!(first.watch_id, second.watch_id);
    let watch_id = first.watch_id.clone();
    first.body().await?;
    second.body().await?;
    assert_eq!(entries(&neo).await?, 1);
    let other = neo.download(movie).open().await?;
    assert_ne!(other.watch_id, watch_id);
    other.body().await?;
    assert_eq!(entries(&neo).await?, 2);
    Ok(())
}

async fn viewing_ends_with_the_resume_window(database: TestDatabase) -> Result {
    let short = Policy {
        resume_window: HOUR,
        ..policy()
    };
    let world = World::with_policy(&database, short).await;
    let (neo, movie) = start(&world).await?;
    let watch_id = begun(&world, &neo, movie).await?;
    let ask = async || neo.download(movie).watch_id(&watch_id).open().await;
    world.clock.advance(HOUR);
    assert!(ask().await?.wait.is_zero());
    world.clock.advance(SECOND);
    let late = ask().await?;
    assert_eq!(late.wait, 30 * SECOND);
    assert_ne!(late.watch_id, watch_id);
    Ok(())
}

async fn new_viewing_does_not_end_the_earlier_one(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    let first = begun(&world, &neo, movie).await?;
    let second = begun(&world, &neo, movie).await?;
    assert_ne!(first, second);
    for watch_id in [first, second] {
        let again = neo.download(movie).watch_id(&watch_id).open().await?;
        assert!(again.wait.is_zero());
        again.body().await?;
    }
    assert_eq!(entries(&neo).await?, 2);
    Ok(())
}

async fn id_of_another_user_or_movie_counts_as_none(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    let watch_id = begun(&world, &neo, movie).await?;
    let trinity = world.user("trinity").await?;
    let stolen = trinity.download(movie).watch_id(&watch_id).open().await?;
    assert_eq!(stolen.wait, 30 * SECOND);
    assert_ne!(stolen.watch_id, watch_id);
    let root = world.youku.login(crate::world::credentials("root")).await?;
    let other = upload(&root.admin().await?, "b.mp4", b"bytes").await?;
    for id in [&*watch_id, "", "no id"] {
        let other = neo.download(other.id).watch_id(id).open().await?;
        assert_eq!(other.wait, 30 * SECOND);
    }
    Ok(())
}

async fn charge_is_once_whatever_the_viewings(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("a.mp4", CONTENT), CONTENT).await?;
    let movie = movie.movie.id;
    let neo = world.user("neo").await?;
    let first = neo.download(movie).at_most(1000).open().await?;
    assert_eq!(first.price_fen, 1000);
    world.clock.advance(30 * SECOND);
    first.body().await?;
    for _ in 0..3 {
        begun(&world, &neo, movie).await?;
    }
    assert_eq!((entries(&neo).await?, world.rows("payment").await?), (4, 1));
    Ok(())
}

async fn viewing_of_an_earlier_version_is_continued(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    begun(&world, &neo, movie).await?;
    world
        .execute("UPDATE `download_record` SET `watch_id` = NULL")
        .await?;
    let rest = neo.download(movie).from(3).open().await?;
    assert!(rest.wait.is_zero());
    let whole = neo.download(movie).watch_id(&rest.watch_id).open().await?;
    assert!(whole.wait.is_zero());
    rest.body().await?;
    whole.body().await?;
    assert_eq!(entries(&neo).await?, 1);
    Ok(())
}

async fn unused_wait_ends_and_is_swept(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    neo.download(movie).open().await?;
    world.clock.advance(DAY);
    assert_eq!(world.youku.sweep().await?.waits, 0);
    world.clock.advance(HOUR);
    let neo = world.youku.login(crate::world::credentials("neo")).await?;
    // Also before it is swept.
    assert_eq!(neo.movie(movie).await?.wait, 30 * SECOND);
    assert_eq!(world.youku.sweep_plan().await?.waits, 1);
    assert_eq!(world.youku.sweep().await?.waits, 1);
    assert_eq!(world.rows("download_wait").await?, 0);
    assert_eq!(neo.download(movie).open().await?.wait, 30 * SECOND);
    Ok(())
}

async fn viewing_in_the_future_is_not_continued(world: World) -> Result {
    let (neo, movie) = start(&world).await?;
    let watch_id = begun(&world, &neo, movie).await?;
    world
        .execute("UPDATE `download_record` SET `download_time` = '2999-01-01 00:00:00.000000'")
        .await?;
    let again = neo.download(movie).watch_id(&watch_id).open().await?;
    assert_eq!(again.wait, 30 * SECOND);
    Ok(())
}
