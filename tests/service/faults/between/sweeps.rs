//! Another writer changes what a sweep has found before the sweep acts: the sweep removes or hides only what is still unchanged.

use std::fs;
use std::time::Duration;

use youku_core::{Admin, Credentials, MovieId, Policy, Youku, first};
use youku_tests::{Result, both_databases};

use super::Watched;
use crate::uploads::resumed_uploads::{chunk, open};
use crate::world::{
    DAY, HOUR, World, bytes, credentials, new_movie, policy, refused, registration, upload,
};

both_databases![
    failures_that_count_again_stay,
    invites_that_are_used_stay,
    waits_that_begin_again_stay,
    expired_upload_is_removed_by_one_sweep,
    upload_that_becomes_a_movie_keeps_its_bytes,
    deleted_movie_is_not_hidden,
    movie_whose_bytes_were_uploaded_again_is_not_hidden,
    restored_movie_is_not_collected,
    movie_that_is_deleted_again_is_not_collected,
    movie_is_collected_by_one_sweep,
    movie_with_other_bytes_is_not_collected,
    movie_that_is_collected_is_not_damaged,
];

/// The policy of a program that immediately removes the bytes of deleted movies.
fn at_once() -> Policy {
    Policy {
        restore_window: Duration::ZERO,
        ..policy()
    }
}

async fn root(world: &World) -> Result<Admin> {
    let session = world.youku.login(credentials("root")).await?;
    Ok(session.admin().await?)
}

async fn failures_that_count_again_stay(world: World) -> Result {
    let wrong = || Credentials {
        password: "battery staple".to_owned(),
        ..credentials("neo")
    };
    world.youku.register(registration("neo")).await?;
    refused(world.youku.login(wrong()).await);
    world.clock.advance(HOUR);
    let watched = Watched::new(&world).await?;
    let (other, wrong) = (world.youku.clone(), wrong());
    watched.after("SELECT", "FROM `login_failure`", async move {
        refused(other.login(wrong).await);
        Ok(())
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!(swept.login_failures, 0);
    assert_eq!(world.rows("login_failure").await?, 1);
    Ok(())
}

async fn invites_that_are_used_stay(world: World) -> Result {
    world.admin().await?.invite().await?;
    world.clock.advance(73 * HOUR);
    let watched = Watched::new(&world).await?;
    // By a server whose clock is behind.
    let other = world.clone();
    watched.after("SELECT", "FROM `invite`", async move {
        let used = "UPDATE `invite` SET `used_at` = `created_at`";
        other.execute(used).await
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!((swept.invites, world.rows("invite").await?), (0, 1));
    Ok(())
}

async fn waits_that_begin_again_stay(world: World) -> Result {
    let movie = upload(&world.admin().await?, "a", b"abc").await?.id;
    let neo = world.user("neo").await?;
    neo.download(movie).open().await?;
    world.clock.advance(DAY + HOUR);
    let watched = Watched::new(&world).await?;
    let other = world.youku.clone();
    watched.after("SELECT", "FROM `download_wait`", async move {
        let neo = other.login(credentials("neo")).await?;
        neo.download(movie).open().await?;
        Ok(())
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!((swept.waits, world.rows("download_wait").await?), (0, 1));
    Ok(())
}

async fn expired_upload_is_removed_by_one_sweep(world: World) -> Result {
    let admin = world.admin().await?;
    let _left = open(&admin, new_movie("a", b"abc")).await?;
    world.clock.advance(DAY);
    let watched = Watched::new(&world).await?;
    let other = world.youku.clone();
    watched.after("SELECT", "FROM `upload`", async move {
        assert_eq!(other.sweep().await?.uploads, 1);
        Ok(())
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!((swept.uploads, world.staged().len()), (0, 0));
    Ok(())
}

async fn upload_that_becomes_a_movie_keeps_its_bytes(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    let whole = chunk(0, content.len());
    upload.write_chunk(&whole, content.as_slice()).await?;
    upload.suspend().await?;
    // A crash before the movie was listed, two hours ago.
    let staged = world.staged().remove(0);
    let name = staged.file_name().ok_or("a name")?.to_string_lossy();
    let key = name.split('.').next().ok_or("a key")?;
    fs::rename(&staged, world.path("objects").join(key))?;
    world.clock.advance(2 * HOUR);
    let watched = Watched::new(&world).await?;
    let admin = root(&world).await?;
    // After the first of the two queries for the owner of the object.
    watched.after("SELECT", "`movie_path` IN", async move {
        admin.resume_upload(&id).await?.finish(None).await?;
        Ok(())
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!((swept.objects, world.objects().len()), (0, 1));
    let found = world.youku.verify().await?;
    assert_eq!((found.movies, found.damaged), (1, vec![]));
    Ok(())
}

async fn deleted_movie_is_not_hidden(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    let object = world.objects().remove(0);
    let away = world.path("away");
    fs::rename(&object, &away)?;
    let watched = Watched::new(&world).await?;
    let other = admin.clone();
    watched.after("SELECT", "FROM `movie`", async move {
        other.delete(movie).await?;
        Ok(())
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!(swept.lost_movies, 0);
    fs::rename(&away, &object)?;
    admin.restore(movie).await?;
    Ok(())
}

async fn movie_whose_bytes_were_uploaded_again_is_not_hidden(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    world.objects().iter().try_for_each(fs::remove_file)?;
    let watched = Watched::new(&world).await?;
    let (other, collector) = (admin.clone(), world.reopen(at_once()).await);
    watched.after("SELECT", "FROM `movie`", async move {
        replace(&other, movie, &collector).await
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!(swept.lost_movies, 0);
    assert_eq!(admin.session().movies().page(first(9)).await?.len(), 1);
    Ok(())
}

/// Deletes a movie, removes its bytes and uploads them again.
async fn replace(admin: &Admin, movie: MovieId, collector: &Youku) -> Result {
    admin.delete(movie).await?;
    assert_eq!(collector.sweep().await?.collected_movies, 1);
    assert_eq!(upload(admin, "a", b"abc").await?.id, movie);
    Ok(())
}

/// How many movies a sweep collects if `other` runs in between. One movie was deleted too long ago to be restored.
async fn collected<F>(world: &World, other: impl FnOnce(Admin, MovieId) -> F) -> Result<u64>
where
    F: Future<Output = Result> + Send + 'static,
{
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    admin.delete(movie).await?;
    world.clock.advance(31 * DAY);
    let watched = Watched::new(world).await?;
    let admin = root(world).await?;
    watched.after("SELECT", "`movie`.`deleted_at` <=", other(admin, movie));
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    Ok(swept.collected_movies)
}

async fn restored_movie_is_not_collected(world: World) -> Result {
    let restore = async |admin: Admin, movie| {
        admin.restore(movie).await?;
        Ok(())
    };
    assert_eq!(collected(&world, restore).await?, 0);
    let found = world.youku.verify().await?;
    assert_eq!((found.movies, found.damaged), (1, vec![]));
    Ok(())
}

async fn movie_that_is_deleted_again_is_not_collected(world: World) -> Result {
    let delete_again = async |admin: Admin, movie| {
        admin.restore(movie).await?;
        admin.delete(movie).await?;
        Ok(())
    };
    assert_eq!(collected(&world, delete_again).await?, 0);
    let deleted = root(&world).await?.deleted_movies();
    assert_eq!(deleted.page(first(9)).await?.len(), 1);
    assert_eq!(world.objects().len(), 1);
    Ok(())
}

async fn movie_is_collected_by_one_sweep(world: World) -> Result {
    let node = world.another_node().await;
    let sweep = async move |_: Admin, _| {
        assert_eq!(node.sweep().await?.collected_movies, 1);
        Ok(())
    };
    assert_eq!(collected(&world, sweep).await?, 0);
    Ok(())
}

async fn movie_with_other_bytes_is_not_collected(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    admin.delete(movie).await?;
    let watched = Watched::with_policy(&world, at_once()).await?;
    let other = admin.clone();
    watched.after("SELECT", "`movie`.`deleted_at` <=", async move {
        assert_eq!(upload(&other, "a", b"abc").await?.id, movie);
        other.delete(movie).await?;
        Ok(())
    });
    let swept = watched.youku.sweep().await?;
    watched.acted()?;
    assert_eq!(swept.collected_movies, 0);
    // The bytes of the second upload exist.
    admin.restore(movie).await?;
    let found = world.youku.verify().await?;
    assert_eq!((found.movies, found.damaged), (1, vec![]));
    Ok(())
}

async fn movie_that_is_collected_is_not_damaged(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    let watched = Watched::new(&world).await?;
    let collector = world.reopen(at_once()).await;
    watched.after("SELECT", "FROM `movie`", async move {
        admin.delete(movie).await?;
        assert_eq!(collector.sweep().await?.collected_movies, 1);
        Ok(())
    });
    let found = watched.youku.verify().await?;
    watched.acted()?;
    assert_eq!((found.movies, found.damaged), (0, vec![]));
    Ok(())
}
