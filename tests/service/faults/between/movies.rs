//! Movies that two administrators list, restore or delete at once.

use std::time::Duration;

use youku_core::{Act, Admin, Begin, Code, MovieId, NewMovie, Page, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use super::{Watched, on_mysql};
use crate::uploads::complete_uploads::sha256;
use crate::world::{
    World, credentials, finish, new_movie, open, policy, refused, registration, upload,
};

both_databases![
    restored_movie_counts_for_its_owner_at_the_write,
    movie_listed_before_the_write_needs_no_upload,
];

/// A second administrator.
async fn trinity(world: &World) -> Result<Admin> {
    world.youku.create_admin(registration("trinity")).await?;
    let session = world.youku.login(credentials("trinity")).await?;
    Ok(session.admin().await?)
}

async fn count(admin: &Admin, act: Act) -> Result<usize> {
    let lines = admin.audit(Page::first(99)).await?;
    Ok(lines.iter().filter(|line| line.act == act).count())
}

/// A deleted movie.
async fn deleted(admin: &Admin) -> Result<MovieId> {
    let movie = upload(admin, "a", b"abc").await?.id;
    admin.delete(movie).await?;
    Ok(movie)
}

async fn restored_movie_counts_for_its_owner_at_the_write(database: TestDatabase) -> Result {
    counts_for_the_owner_by_then(&database, "FROM `movie`").await
}

#[test]
fn restored_movie_counts_for_the_owner_it_has_when_it_is_listed() {
    on_mysql(async |database: TestDatabase| {
        counts_for_the_owner_by_then(&database, "`movie`.`live_digest` =").await
    });
}

/// Another administrator uploads and deletes a movie again after the statement that contains `part`, which restores it.
async fn counts_for_the_owner_by_then(database: &TestDatabase, part: &'static str) -> Result {
    let quota = Policy {
        quota_movies: Some(9),
        ..policy()
    };
    let world = World::with_policy(database, quota.clone()).await;
    let (admin, other) = (world.admin().await?, trinity(&world).await?);
    let movie = deleted(&admin).await?;
    let watched = Watched::with_policy(&world, quota).await?;
    let admin = watched.admin(&admin).await?;
    let new_owner = other.clone();
    watched.after("SELECT", part, async move {
        assert_eq!(deleted(&new_owner).await?, movie);
        Ok(())
    });
    // A write that uses quota increments its user's revision, so that other writers wait for the row.
    let revision = "SELECT `revision` FROM `user` WHERE `username` = 'trinity'";
    let before = world.number(revision).await?;
    admin.restore(movie).await?;
    watched.acted()?;
    // One for the upload that ran in between, one for the restored movie.
    assert_eq!(world.number(revision).await?, before + 2);
    let owner = format!("SELECT `user_id` FROM `movie` WHERE `m_id` = {movie}");
    let trinity = other.session().user_id();
    assert_eq!(world.number(owner).await?, trinity.get());
    Ok(())
}

async fn movie_listed_before_the_write_needs_no_upload(world: World) -> Result {
    let (admin, other) = (world.admin().await?, trinity(&world).await?);
    let watched = Watched::new(&world).await?;
    let admin = watched.admin(&admin).await?;
    watched.after("SELECT", "(`upload`.`movie_size`)", async move {
        upload(&other, "a", b"abc").await?;
        Ok(())
    });
    let known = NewMovie {
        sha256: Some(sha256(b"abc")),
        ..new_movie("a", b"abc")
    };
    assert!(matches!(admin.upload(known).await?, Begin::Exists(_)));
    watched.acted()?;
    assert_eq!(world.rows("upload").await?, 0);
    Ok(())
}

#[test]
fn movie_that_is_collected_before_it_is_restored_stays_deleted() {
    on_mysql(async |world: World| {
        let admin = world.admin().await?;
        let movie = deleted(&admin).await?;
        let at_once = Policy {
            restore_window: Duration::ZERO,
            ..policy()
        };
        let collector = world.reopen(at_once).await;
        let watched = Watched::new(&world).await?;
        let admin = watched.admin(&admin).await?;
        watched.after("SELECT", "`movie`.`live_digest` =", async move {
            assert_eq!(collector.sweep().await?.collected_movies, 1);
            Ok(())
        });
        assert_eq!(refused(admin.restore(movie).await), Code::NotFound);
        watched.acted()
    });
}

#[test]
fn movie_is_restored_by_one_of_two() {
    on_mysql(async |world: World| {
        let (admin, other) = (world.admin().await?, trinity(&world).await?);
        let movie = deleted(&admin).await?;
        let watched = Watched::new(&world).await?;
        let admin = watched.admin(&admin).await?;
        watched.after("SELECT", "`movie`.`live_digest` =", async move {
            other.restore(movie).await?;
            Ok(())
        });
        assert_eq!(admin.restore(movie).await?.id, movie);
        watched.acted()?;
        assert_eq!(count(&admin, Act::MovieRestored).await?, 1);
        Ok(())
    });
}

#[test]
fn movie_is_deleted_by_one_of_two() {
    on_mysql(async |world: World| {
        let (admin, other) = (world.admin().await?, trinity(&world).await?);
        let movie = upload(&admin, "a", b"abc").await?.id;
        let watched = Watched::new(&world).await?;
        let admin = watched.admin(&admin).await?;
        watched.after("SELECT", "FROM `movie`", async move {
            other.delete(movie).await?;
            Ok(())
        });
        assert_eq!(refused(admin.delete(movie).await), Code::NotFound);
        watched.acted()?;
        assert_eq!(count(&admin, Act::MovieDeleted).await?, 1);
        Ok(())
    });
}

/// Of two uploads of the same bytes, the second finds the movie of the first, which was listed while the second looked for it.
async fn is_found(world: &World, other: Admin, admin: &Admin) -> Result {
    let watched = Watched::new(world).await?;
    let admin = watched.admin(admin).await?;
    let mut second = open(&admin, new_movie("second", b"abc")).await?;
    second.write(b"abc").await?;
    watched.after("SELECT", "`movie`.`sha256` =", async move {
        assert!(
            !finish(&other, new_movie("first", b"abc"), b"abc")
                .await?
                .existed
        );
        Ok(())
    });
    let finished = second.finish().await?;
    watched.acted()?;
    assert!(finished.existed);
    assert_eq!(finished.movie.name, "first");
    assert_eq!((world.rows("movie").await?, world.objects().len()), (1, 1));
    assert_eq!(world.rows("upload").await?, 0);
    let found = world.youku.verify().await?;
    assert_eq!((found.movies, found.damaged), (1, vec![]));
    Ok(())
}

#[test]
fn new_movie_is_listed_by_one_of_two() {
    on_mysql(async |world: World| {
        let (admin, other) = (world.admin().await?, trinity(&world).await?);
        is_found(&world, other, &admin).await
    });
}

#[test]
fn deleted_movie_is_listed_again_by_one_of_two() {
    on_mysql(async |world: World| {
        let (admin, other) = (world.admin().await?, trinity(&world).await?);
        let movie = deleted(&admin).await?;
        // The bytes of the first upload are removed, so the one object is that of the second.
        let at_once = Policy {
            restore_window: Duration::ZERO,
            ..policy()
        };
        let collector = world.reopen(at_once).await;
        assert_eq!(collector.sweep().await?.collected_movies, 1);
        is_found(&world, other, &admin).await?;
        assert_eq!(count(&admin, Act::MovieUploaded).await?, 2);
        let listed = admin.session().movies().page(Page::first(9)).await?;
        assert_eq!(listed[0].id, movie);
        Ok(())
    });
}
