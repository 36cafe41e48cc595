//! A database that is older than its store, and one that has lost its name.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use youku_core::{Code, Hold, Youku, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::operations::backups::copy_database;
use crate::stores::{Stored, every_store};
use crate::world::{DAY, HOUR, World, bad_field, bytes, credentials, policy, refused, upload};

every_store![a_restored_database_removes_nothing_until_it_is_accepted];

both_databases![
    uploads_to_a_restored_database_do_not_end_the_alarm,
    a_restored_movie_counts_as_a_listing,
    a_lower_number_of_the_store_is_written_again,
    bytes_of_uploads_before_a_lower_number_are_kept_for_the_grace,
    an_empty_database_beside_movies_without_a_name_removes_nothing,
    a_database_that_lost_its_name_takes_that_of_its_store,
    a_database_that_lost_everything_starts_and_removes_nothing,
    a_database_with_another_name_is_refused,
];

/// A copy of the database, as a backup has it.
async fn back_up(world: &World) -> Result<TestDatabase> {
    let copy = TestDatabase::create(world.database.backend()).await;
    let (from, to) = (world.database.clone(), copy.clone());
    tokio::task::spawn_blocking(move || copy_database(&from, &to)).await??;
    Ok(copy)
}

async fn open(world: &World, database: &TestDatabase) -> Result<Youku> {
    Ok(world.open_over(database).await?)
}

async fn a_restored_database_removes_nothing_until_it_is_accepted(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    upload(&admin, "before", b"before").await?;
    let deleted = upload(&admin, "deleted", b"deleted").await?;
    admin.delete(deleted.id).await?;
    let backup = back_up(world).await?;
    upload(&admin, "after", b"after").await?;
    world.youku.clone().close().await?;

    let restored = open(world, &backup).await?;
    world.clock.advance(31 * DAY);
    for _ in 0..3 {
        let swept = restored.sweep().await?;
        assert_eq!(swept.hold, Some(Hold::DatabaseRestored));
        assert_eq!((swept.objects, swept.collected_movies), (0, 0));
        assert_eq!(stored.objects().await?.len(), 3);
        world.clock.advance(31 * DAY);
    }
    assert!(restored.accept_database().await?);
    assert!(!restored.accept_database().await?);
    // Every grace begins again.
    let swept = restored.sweep().await?;
    assert_eq!((swept.hold, swept.collected_movies), (None, 0));
    assert_eq!(swept.objects, 0);
    world.clock.advance(30 * DAY - HOUR);
    let swept = restored.sweep().await?;
    assert_eq!((swept.collected_movies, swept.objects), (0, 0));
    // In that time, the newest database can still be restored.
    let newest = open(world, &world.database).await?;
    assert_eq!(newest.verify().await?.movies, 2);
    newest.close().await?;
    world.clock.advance(HOUR);
    let swept = restored.sweep().await?;
    assert_eq!((swept.collected_movies, swept.objects), (1, 1));
    assert_eq!(restored.verify().await?.movies, 1);
    Ok(())
}

async fn uploads_to_a_restored_database_do_not_end_the_alarm(world: World) -> Result {
    let admin = world.admin().await?;
    let backup = back_up(&world).await?;
    upload(&admin, "after", b"after").await?;
    world.youku.clone().close().await?;
    let restored = open(&world, &backup).await?;
    let root = restored.login(credentials("root")).await?.admin().await?;
    for number in 0..3 {
        upload(&root, "new", &bytes(number, 100)).await?;
        let hold = restored.sweep().await?.hold;
        assert_eq!(hold, Some(Hold::DatabaseRestored), "{number}");
    }
    Ok(())
}

/// The backup has the movie as deleted, and would collect its bytes.
async fn a_restored_movie_counts_as_a_listing(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    let backup = back_up(&world).await?;
    admin.restore(movie.id).await?;
    world.youku.clone().close().await?;
    let restored = open(&world, &backup).await?;
    world.clock.advance(31 * DAY);
    let swept = restored.sweep().await?;
    assert_eq!(swept.hold, Some(Hold::DatabaseRestored));
    assert_eq!(world.objects().len(), 1);
    Ok(())
}

/// A program was killed between the commit and the write to the store, or the power failed.
async fn a_lower_number_of_the_store_is_written_again(world: World) -> Result {
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let backup = back_up(&world).await?;
    upload(&admin, "b", b"abcd").await?;
    let number = world.path("store-generation");
    assert_eq!(fs::read_to_string(&number)?, "2");
    fs::write(&number, "1")?;
    assert_eq!(world.youku.sweep().await?.hold, None);
    assert_eq!(fs::read_to_string(&number)?, "2");
    fs::remove_file(&number)?;
    world.another_node().await.close().await?;
    assert_eq!(fs::read_to_string(&number)?, "2");
    let restored = open(&world, &backup).await?;
    assert_eq!(restored.sweep().await?.hold, Some(Hold::DatabaseRestored));
    Ok(())
}

/// While the number was too low, an older backup could have been restored without a sign of it, and then the upload is a movie.
async fn bytes_of_uploads_before_a_lower_number_are_kept_for_the_grace(world: World) -> Result {
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let mut published = crate::world::open(&admin, crate::world::new_movie("b", b"abcd")).await?;
    published.write(b"abcd").await?;
    std::mem::forget(published);
    let staged = world.staged().remove(0);
    let key = staged.file_stem().ok_or("a name")?.to_owned();
    fs::rename(&staged, world.path("objects").join(key))?;
    fs::remove_file(world.path("store-generation"))?;
    world.clock.advance(DAY);
    for (days, uploads, objects) in [(0, 1, 2), (29, 0, 2), (1, 0, 1)] {
        world.clock.advance(days * DAY);
        assert_eq!(world.youku.sweep().await?.uploads, uploads);
        assert_eq!(world.objects().len(), objects, "{days}");
    }
    Ok(())
}

async fn an_empty_database_beside_movies_without_a_name_removes_nothing(world: World) -> Result {
    upload(&world.admin().await?, "a", b"abc").await?;
    for file in ["store-id", "store-generation"] {
        fs::remove_file(world.path(file))?;
    }
    let empty = TestDatabase::create(world.database.backend()).await;
    let youku = open(&world, &empty).await?;
    for _ in 0..2 {
        world.clock.advance(31 * DAY);
        let hold = youku.sweep().await?.hold;
        assert_eq!(hold, Some(Hold::DatabaseRestored));
    }
    assert_eq!(world.objects().len(), 1);
    assert!(youku.accept_database().await?);
    assert_eq!(youku.sweep().await?.hold, None);
    Ok(())
}

/// The name was written to a database with `synchronous=normal`, and the power failed.
async fn a_database_that_lost_its_name_takes_that_of_its_store(world: World) -> Result {
    upload(&world.admin().await?, "a", b"abc").await?;
    world.execute("DELETE FROM `store`").await?;
    let youku = world.another_node().await;
    assert_eq!(youku.sweep().await?, Default::default());
    assert_eq!(youku.verify().await?.movies, 1);
    assert!(youku.health().await.is_well());
    world.another_node().await;
    Ok(())
}

async fn a_database_that_lost_everything_starts_and_removes_nothing(world: World) -> Result {
    upload(&world.admin().await?, "a", b"abc").await?;
    // What a program of the first schema wrote has no number.
    fs::remove_file(world.path("store-generation"))?;
    let empty = TestDatabase::create(world.database.backend()).await;
    let youku = open(&world, &empty).await?;
    world.clock.advance(31 * DAY);
    for _ in 0..2 {
        let swept = youku.sweep().await?;
        assert_eq!(
            (swept.hold, swept.objects),
            (Some(Hold::DatabaseRestored), 0)
        );
        world.clock.advance(31 * DAY);
    }
    let found = youku.login(credentials("root")).await;
    assert_eq!(refused(found), Code::Unauthenticated);
    assert_eq!(world.objects().len(), 1);

    // Without movies there is nothing to lose.
    let (folder, database) = (
        TempDir::new()?,
        TestDatabase::create(world.database.backend()).await,
    );
    open_in(&database, folder.path()).await?.close().await?;
    let empty = TestDatabase::create(world.database.backend()).await;
    assert_eq!(
        open_in(&empty, folder.path()).await?.sweep().await?.hold,
        None
    );
    Ok(())
}

async fn open_in(database: &TestDatabase, folder: &Path) -> youku_core::Result<Youku> {
    let builder = Youku::builder().database(database.url());
    builder.movies_folder(folder).policy(policy()).open().await
}

async fn a_database_with_another_name_is_refused(world: World) -> Result {
    upload(&world.admin().await?, "a", b"abc").await?;
    let (folder, other) = (
        TempDir::new()?,
        TestDatabase::create(world.database.backend()).await,
    );
    open_in(&other, folder.path()).await?.close().await?;
    assert_eq!(bad_field(world.open_over(&other).await), Some("movies"));
    let session = world.youku.login(credentials("root")).await?;
    assert_eq!(session.movies().page(first(9)).await?.len(), 1);
    Ok(())
}
