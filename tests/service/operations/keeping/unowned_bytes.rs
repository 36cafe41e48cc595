//! Stored bytes without a row: marked, and removed after a grace.

use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use youku_core::{Policy, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::stores::{Stored, every_store};
use crate::world::{DAY, HOUR, World, credentials, policy, upload};

every_store![
    bytes_without_a_row_are_removed_after_their_grace,
    bytes_whose_row_is_back_are_kept,
];

both_databases![
    one_round_removes_few_objects,
    a_plan_changes_nothing,
    one_node_lists_the_store_in_each_interval,
];

const STRANGER: &str = "0123456789abcdef0123456789abcdef";

async fn put_stranger(stored: &Stored) -> Result {
    let path = Path::from(format!("objects/{STRANGER}"));
    let bytes = PutPayload::from_static(b"of a movie");
    stored.store.put(&path, bytes).await?;
    Ok(())
}

async fn bytes_without_a_row_are_removed_after_their_grace(stored: Stored) -> Result {
    let world = &stored.world;
    upload(&world.admin().await?, "a", b"abc").await?;
    put_stranger(&stored).await?;
    assert_eq!(world.youku.sweep().await?.objects, 0);
    // Too young to be looked at.
    assert_eq!(world.rows("orphan").await?, 0);
    world.clock.advance(2 * HOUR);
    assert_eq!(world.youku.sweep().await?.objects, 0);
    assert_eq!(world.rows("orphan").await?, 1);
    world.clock.advance(30 * DAY - HOUR);
    assert_eq!(world.youku.sweep().await?.objects, 0);
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep().await?.objects, 1);
    assert_eq!(stored.objects().await?.len(), 1);
    assert_eq!(world.rows("orphan").await?, 0);
    assert_eq!(world.youku.verify().await?.movies, 1);
    Ok(())
}

/// The operator restored an older backup by mistake, and then the newest one.
async fn bytes_whose_row_is_back_are_kept(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    world
        .execute(format!(
            "UPDATE `movie` SET `movie_path` = '{STRANGER}', `is_lost` = 1, `live_digest` = NULL"
        ))
        .await?;
    let key = stored.objects().await?.remove(0);
    let key = key.filename().ok_or("a name")?.to_owned();
    world.clock.advance(2 * HOUR);
    world.youku.sweep().await?;
    assert_eq!(world.rows("orphan").await?, 1);
    world
        .execute(format!("UPDATE `movie` SET `movie_path` = '{key}'"))
        .await?;
    assert_eq!(world.youku.sweep().await?.found_movies, 1);
    assert_eq!(world.rows("orphan").await?, 0);
    world.clock.advance(31 * DAY);
    assert_eq!(world.youku.sweep().await?.objects, 0);
    let session = world.youku.login(credentials("root")).await?;
    assert_eq!(session.movies().page(first(9)).await?[0].id, movie.id);
    assert_eq!(world.youku.verify().await?.movies, 1);
    Ok(())
}

async fn one_round_removes_few_objects(world: World) -> Result {
    for number in 0..25 {
        std::fs::write(world.path("objects").join(format!("{number:032x}")), "x")?;
    }
    world.clock.advance(2 * HOUR);
    world.youku.sweep().await?;
    world.clock.advance(30 * DAY);
    for (removed, left) in [(10, 15), (10, 5), (5, 0)] {
        assert_eq!(world.youku.sweep().await?.objects, removed);
        assert_eq!(world.rows("orphan").await?, left);
    }
    Ok(())
}

async fn a_plan_changes_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let lost = upload(&admin, "lost", b"lost").await?;
    let deleted = upload(&admin, "deleted", b"deleted").await?;
    admin.delete(deleted.id).await?;
    let left = crate::world::open(&admin, crate::world::new_movie("left", b"abc")).await?;
    std::fs::write(world.path("objects").join(STRANGER), "x")?;
    std::fs::write(world.path(".staging").join(format!("{STRANGER}.part")), "x")?;
    let lost_file = world
        .objects()
        .into_iter()
        .find(|path| std::fs::read(path).is_ok_and(|bytes| bytes == b"lost"));
    std::fs::remove_file(lost_file.ok_or("the bytes of the movie")?)?;
    world.clock.advance(31 * DAY);
    for _ in 0..2 {
        let plan = world.youku.sweep_plan().await?;
        assert_eq!(plan.hold, None);
        assert_eq!(plan.uploads, [("left".to_owned(), 3)]);
        assert_eq!(plan.staged_files.len(), 1);
        assert_eq!(plan.collected_movies, std::slice::from_ref(&deleted));
        assert_eq!(plan.lost_movies, std::slice::from_ref(&lost));
        assert_eq!(
            (plan.objects.len(), plan.objects[0].key.as_str()),
            (1, STRANGER)
        );
        assert_eq!(
            (plan.objects[0].found_at, plan.objects[0].is_due),
            (None, false)
        );
        assert_eq!((plan.sessions, plan.invites), (1, 0));
    }
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.uploads, swept.staged_files), (1, 1));
    assert_eq!((swept.collected_movies, swept.lost_movies), (1, 1));
    let plan = world.youku.sweep_plan().await?;
    assert!(plan.objects[0].found_at.is_some() && plan.lost_movies.is_empty());
    drop(left);
    Ok(())
}

async fn one_node_lists_the_store_in_each_interval(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, policy()).await;
    let other = world
        .reopen(Policy {
            round_limit: 10,
            ..policy()
        })
        .await;
    std::fs::write(world.path("objects").join(STRANGER), "x")?;
    world.clock.advance(2 * HOUR);
    let claimed = async || {
        world
            .number("SELECT COUNT(*) FROM `maintenance` WHERE `claimed_at` IS NOT NULL")
            .await
    };
    assert_eq!(claimed().await?, 0);
    let running = tokio::spawn(world.youku.clone().maintenance());
    world.clock.sleepers(1).await;
    assert_eq!((claimed().await?, world.rows("orphan").await?), (1, 1));
    world.execute("DELETE FROM `orphan`").await?;
    let also = tokio::spawn(other.clone().maintenance());
    world.clock.sleepers(2).await;
    // The second node has not listed the store.
    assert_eq!(world.rows("orphan").await?, 0);
    world.youku.clone().close().await?;
    running.await?;
    world.clock.advance(HOUR);
    // The test's deadline bounds this wait.
    while world.rows("orphan").await? == 0 {
        tokio::task::yield_now().await;
    }
    other.close().await?;
    also.await?;
    Ok(())
}
