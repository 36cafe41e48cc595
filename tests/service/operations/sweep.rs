//! Removing what a crash left behind.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use youku_core::{Code, first};
use youku_tests::{Result, both_databases};

use crate::world::{
    DAY, HOUR, World, credentials, finish, new_movie, open, read_all, refused, upload,
};

/// Makes a file look as if it had been written two hours ago.
fn age(path: &Path) -> Result {
    let file = File::options().append(true).open(path)?;
    file.set_modified(SystemTime::now() - Duration::from_secs(7200))?;
    Ok(())
}

both_databases![
    sweep_of_a_healthy_service_removes_nothing,
    expired_uploads_are_removed_with_their_file,
    crash_between_publishing_and_listing_leaves_nothing,
    old_files_without_an_owner_are_removed,
    bytes_that_were_replaced_are_collected,
    bytes_left_by_an_interrupted_collection_are_removed,
    movie_without_its_bytes_is_hidden_until_they_are_uploaded_again,
    store_that_is_not_mounted_hides_nothing,
    expired_sessions_and_invites_are_removed,
];

async fn sweep_of_a_healthy_service_removes_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let deleted = upload(&admin, "b", b"abcd").await?;
    admin.delete(deleted.id).await?;
    let mut under_way = open(&admin, new_movie("c", b"abcde")).await?;
    under_way.write(b"abc").await?;
    world
        .objects()
        .iter()
        .chain(&world.staged())
        .try_for_each(|path| age(path))?;
    assert_eq!(world.youku.sweep().await?, Default::default());
    under_way.write(b"de").await?;
    under_way.finish().await?;
    admin.restore(deleted.id).await?;
    assert_eq!(admin.session().movies().page(first(50)).await?.len(), 3);
    admin.session().renew_membership(0).await?;
    let body = admin
        .session()
        .download(movie.id)
        .open()
        .await?
        .body()
        .await?;
    assert_eq!(read_all(body).await?, b"abc");
    Ok(())
}

async fn expired_uploads_are_removed_with_their_file(world: World) -> Result {
    let admin = world.admin().await?;
    let mut left = open(&admin, new_movie("a", b"abc")).await?;
    left.write(b"ab").await?;
    world.clock.advance(HOUR / 5);
    assert_eq!(world.youku.sweep().await?.uploads, 0);
    world.clock.advance(HOUR / 20);
    assert_eq!(world.youku.sweep().await?.uploads, 1);
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    drop(left);
    Ok(())
}

async fn crash_between_publishing_and_listing_leaves_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let mut crashed = open(&admin, new_movie("a", b"abc")).await?;
    crashed.write(b"abc").await?;
    std::mem::forget(crashed);
    let staged = world.staged().remove(0);
    let key = staged.file_stem().ok_or("a name")?.to_owned();
    fs::rename(&staged, world.path("objects").join(key))?;
    world.objects().iter().try_for_each(|path| age(path))?;
    assert_eq!(world.youku.sweep().await?.objects, 0);
    assert!(admin.session().movies().page(first(50)).await?.is_empty());
    world.clock.advance(DAY);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.uploads, swept.objects), (1, 0));
    assert_eq!((world.rows("upload").await?, world.objects().len()), (0, 0));
    Ok(())
}

async fn old_files_without_an_owner_are_removed(world: World) -> Result {
    let stranger = "0123456789abcdef0123456789abcdef";
    let staged = world.path(".staging").join(format!("{stranger}.part"));
    let object = world.path("objects").join(stranger);
    let notes = world.path("objects").join("notes.txt");
    for path in [&staged, &object, &notes] {
        fs::write(path, "left by a crash")?;
    }
    let young = world.youku.sweep().await?;
    assert_eq!((young.staged_files, young.objects), (0, 0));
    for path in [&staged, &object, &notes] {
        age(path)?;
    }
    let old = world.youku.sweep().await?;
    assert_eq!((old.staged_files, old.objects), (1, 0));
    assert!(!staged.exists() && object.exists());
    world.clock.advance(30 * DAY);
    assert_eq!(world.youku.sweep().await?.objects, 1);
    assert!(!object.exists() && notes.exists());
    Ok(())
}

async fn bytes_that_were_replaced_are_collected(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    upload(&admin, "a", b"abc").await?;
    assert_eq!(world.objects().len(), 2);
    world.objects().iter().try_for_each(|path| age(path))?;
    assert_eq!(world.youku.sweep().await?.objects, 0);
    world.clock.advance(30 * DAY);
    assert_eq!(world.youku.sweep().await?.objects, 1);
    let admin = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    admin.session().renew_membership(0).await?;
    let body = admin
        .session()
        .download(movie.id)
        .open()
        .await?
        .body()
        .await?;
    assert_eq!(read_all(body).await?, b"abc");
    Ok(())
}

async fn bytes_left_by_an_interrupted_collection_are_removed(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    world
        .execute("UPDATE `movie` SET `is_collected` = 1")
        .await?;
    world.objects().iter().try_for_each(|path| age(path))?;
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.collected_movies, swept.objects), (0, 1));
    assert!(world.objects().is_empty());
    Ok(())
}

async fn movie_without_its_bytes_is_hidden_until_they_are_uploaded_again(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    world.objects().iter().try_for_each(fs::remove_file)?;
    assert_eq!(world.youku.sweep().await?.lost_movies, 1);
    assert_eq!(world.youku.sweep().await?.lost_movies, 0);
    assert!(admin.session().movies().page(first(50)).await?.is_empty());
    assert!(admin.deleted_movies().page(first(9)).await?.is_empty());
    assert_eq!(refused(admin.restore(movie.id).await), Code::NotFound);
    let back = finish(&admin, new_movie("a", b"abc"), b"abc").await?.movie;
    assert_eq!(back.id, movie.id);
    assert_eq!(admin.session().movies().page(first(50)).await?.len(), 1);
    Ok(())
}

async fn store_that_is_not_mounted_hides_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let (store, away) = (world.path("objects"), world.path("away"));
    let (name, name_away) = (world.path("store-id"), world.path("away-id"));
    fs::rename(&store, &away)?;
    fs::create_dir(&store)?;
    fs::rename(&name, &name_away)?;
    assert_eq!(refused(world.youku.sweep().await), Code::BadRequest);
    fs::remove_dir(&store)?;
    fs::rename(&away, &store)?;
    fs::rename(&name_away, &name)?;
    assert_eq!(world.youku.sweep().await?.lost_movies, 0);
    assert_eq!(admin.session().movies().page(first(50)).await?.len(), 1);
    Ok(())
}

async fn expired_sessions_and_invites_are_removed(world: World) -> Result {
    world.admin().await?.invite().await?;
    world.clock.advance(72 * HOUR);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.sessions, swept.invites), (0, 1));
    world.clock.advance(27 * DAY);
    assert_eq!(world.youku.sweep().await?.sessions, 1);
    assert_eq!(
        (world.rows("session").await?, world.rows("invite").await?),
        (0, 0)
    );
    Ok(())
}
