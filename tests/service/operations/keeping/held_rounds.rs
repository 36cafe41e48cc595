//! What a round does that is held back: nothing, and it does not keep other nodes from their work.

use std::fs;

use youku_core::testing::ManualClock;
use youku_core::{Admin, Clock, Hold, Policy, Youku};
use youku_tests::{Result, TestDatabase, both_databases};

use super::clocks::YEARS;
use crate::stores::{Stored, every_store};
use crate::world::{
    DAY, HOUR, World, bad_field, bytes, credentials, new_movie, open, policy, upload,
};

every_store![lost_bytes_are_accepted_and_may_come_back];

both_databases![
    an_incomplete_store_removes_nothing,
    a_restored_database_removes_nothing,
    a_wrong_clock_removes_nothing,
    a_node_with_a_wrong_clock_claims_nothing,
    a_node_that_is_held_releases_its_claim,
    a_folder_that_is_not_mounted_is_not_written_to,
];

const STRANGER: &str = "0123456789abcdef0123456789abcdef";

/// Audit entries are removed after a day.
fn retaining() -> Policy {
    Policy {
        audit_retention: Some(DAY),
        ..policy()
    }
}

/// A service with something of every kind that a round removes, all of it due.
async fn cluttered(database: &TestDatabase) -> Result<World> {
    let world = World::with_policy(database, retaining()).await;
    let admin = world.admin().await?;
    for number in 0..11 {
        upload(&admin, "movie", &bytes(number, 100)).await?;
    }
    let deleted = upload(&admin, "deleted", b"deleted").await?;
    admin.delete(deleted.id).await?;
    admin.invite().await?;
    let paused = open(&admin, new_movie("paused", b"abc")).await?;
    // Its process runs, but gives no sign of life.
    std::mem::forget(paused);
    fs::write(world.path(".staging").join(format!("{STRANGER}.part")), "x")?;
    fs::write(world.path("objects").join(STRANGER), "x")?;
    world.clock.advance(2 * HOUR);
    world.youku.sweep().await?;
    world.execute("DELETE FROM `upload`").await?;
    let admin = root(&world).await?;
    std::mem::forget(open(&admin, new_movie("paused", b"abc")).await?);
    fs::write(world.path(".staging").join(format!("{STRANGER}.part")), "x")?;
    Ok(world)
}

async fn root(world: &World) -> Result<Admin> {
    let session = world.youku.login(credentials("root")).await?;
    Ok(session.admin().await?)
}

async fn counts(world: &World) -> Result<[u64; 7]> {
    let collected = "SELECT COUNT(*) FROM `movie` WHERE `is_collected` = 1";
    Ok([
        world.rows("session").await?,
        world.rows("invite").await?,
        world.rows("upload").await?,
        world.rows("audit").await?,
        world.number(collected).await?,
        world.staged().len() as u64,
        world.objects().len() as u64,
    ])
}

async fn is_held(world: &World, hold: Hold) -> Result {
    let before = counts(world).await?;
    for _ in 0..2 {
        let maintained = world.youku.maintain_once().await?;
        assert_eq!(maintained.sweep.hold, Some(hold));
        assert_eq!(counts(world).await?, before);
    }
    Ok(())
}

/// The same round, if nothing holds it back, removes something of every kind.
async fn is_free(world: &World) -> Result {
    let before = counts(world).await?;
    assert_eq!(world.youku.maintain_once().await?.sweep.hold, None);
    let [
        sessions,
        invites,
        uploads,
        audit,
        collected,
        staged,
        objects,
    ] = counts(world).await?;
    assert!(sessions < before[0] && invites < before[1] && uploads < before[2]);
    assert!(audit < before[3] && collected > before[4]);
    assert!(staged < before[5] && objects < before[6]);
    Ok(())
}

async fn an_incomplete_store_removes_nothing(database: TestDatabase) -> Result {
    let world = cluttered(&database).await?;
    world.clock.advance(31 * DAY);
    let (objects, away) = (world.path("objects"), world.path("away"));
    fs::rename(&objects, &away)?;
    fs::create_dir(&objects)?;
    is_held(&world, Hold::StoreIncomplete).await?;
    fs::remove_dir(&objects)?;
    fs::rename(&away, &objects)?;
    is_free(&world).await
}

async fn a_restored_database_removes_nothing(database: TestDatabase) -> Result {
    let world = cluttered(&database).await?;
    world.clock.advance(31 * DAY);
    let number = world.path("store-generation");
    let true_number = fs::read(&number)?;
    fs::write(&number, "99")?;
    is_held(&world, Hold::DatabaseRestored).await?;
    fs::write(&number, true_number)?;
    let forget = "UPDATE `maintenance` SET `restored_at` = NULL";
    world.execute(forget).await?;
    is_free(&world).await
}

async fn a_wrong_clock_removes_nothing(database: TestDatabase) -> Result {
    let world = cluttered(&database).await?;
    world.clock.set(world.clock.now() + YEARS);
    is_held(&world, Hold::ClockJumped).await?;
    world.youku.accept_clock().await?;
    is_free(&world).await
}

async fn claims(world: &World) -> Result<u64> {
    let claimed = "SELECT COUNT(*) FROM `maintenance` WHERE `claimed_at` IS NOT NULL";
    world.number(claimed).await
}

/// Runs the first round of maintenance of a node.
async fn first_round(node: &Youku, clock: &ManualClock) -> Result {
    let running = tokio::spawn(node.clone().maintenance());
    clock.sleepers(1).await;
    node.clone().close().await?;
    Ok(running.await?)
}

async fn a_node_with_a_wrong_clock_claims_nothing(world: World) -> Result {
    let ahead = ManualClock::new(world.clock.now() + YEARS);
    let behind = ManualClock::new("2001-01-01T00:00:00Z".parse()?);
    for clock in [ahead, behind] {
        let wrong = world.reopen_with(policy(), clock.clone()).await;
        first_round(&wrong, &clock).await?;
        assert_eq!(claims(&world).await?, 0);
    }
    // Nor does it take away the claim of another one.
    world.youku.accept_clock().await?;
    let right = world.another_node().await;
    first_round(&right, &world.clock).await?;
    assert_eq!(claims(&world).await?, 1);
    let behind = ManualClock::new("2001-01-01T00:00:00Z".parse()?);
    let wrong = world.reopen_with(policy(), behind.clone()).await;
    first_round(&wrong, &behind).await?;
    assert_eq!(claims(&world).await?, 1);
    Ok(())
}

async fn a_node_that_is_held_releases_its_claim(world: World) -> Result {
    upload(&world.admin().await?, "a", b"abc").await?;
    fs::write(world.path("store-generation"), "99")?;
    let node = world.another_node().await;
    first_round(&node, &world.clock).await?;
    assert_eq!(claims(&world).await?, 0);
    assert!(world.youku.accept_database().await?);
    let node = world.another_node().await;
    first_round(&node, &world.clock).await?;
    assert_eq!(claims(&world).await?, 1);
    Ok(())
}

/// The disk of the movies is away, and the folder below it has neither name nor number.
async fn a_folder_that_is_not_mounted_is_not_written_to(world: World) -> Result {
    upload(&world.admin().await?, "a", b"abc").await?;
    fs::remove_file(world.path("store-id"))?;
    fs::remove_file(world.path("store-generation"))?;
    assert_eq!(bad_field(world.youku.sweep().await), Some("movies"));
    assert_eq!(
        bad_field(world.youku.accept_database().await),
        Some("movies")
    );
    assert_eq!(
        bad_field(world.youku.accept_missing().await),
        Some("movies")
    );
    assert!(!world.path("store-generation").exists());
    let repaired = "SELECT COUNT(*) FROM `maintenance` WHERE `repaired_at` IS NOT NULL";
    assert_eq!(world.number(repaired).await?, 0);
    Ok(())
}

async fn lost_bytes_are_accepted_and_may_come_back(stored: Stored) -> Result {
    use object_store::{ObjectStoreExt, PutPayload};
    let world = &stored.world;
    let admin = world.admin().await?;
    for number in 0..12 {
        upload(&admin, "movie", &bytes(number, 100)).await?;
    }
    let mut objects = stored.objects().await?;
    let kept = objects.pop().ok_or("an object")?;
    let mut away = Vec::new();
    for path in objects {
        let content = stored.store.get(&path).await?.bytes().await?;
        stored.store.delete(&path).await?;
        away.push((path, PutPayload::from(content)));
    }
    assert_eq!(world.youku.sweep().await?.hold, Some(Hold::StoreIncomplete));
    assert_eq!(world.youku.accept_missing().await?, 11);
    assert_eq!(world.youku.accept_missing().await?, 0);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.hold, swept.hidden_movies), (None, 11));
    assert_eq!(stored.objects().await?, [kept]);
    for (path, content) in away {
        stored.store.put(&path, content).await?;
    }
    assert_eq!(world.youku.sweep().await?.found_movies, 11);
    assert_eq!(world.youku.verify().await?.movies, 12);
    Ok(())
}
