//! Removing the bytes of a movie at once.

use youku_core::{Act, Code, first};
use youku_tests::{Result, both_databases};

use crate::stores::{Stored, every_store};
use crate::world::{World, bytes, finish, new_movie, read_all, refused, upload};

every_store![
    purged_bytes_are_gone_at_once,
    a_purge_ends_open_downloads,
    older_copies_of_purged_bytes_are_gone_too,
];

both_databases![
    a_purge_is_recorded_and_only_administrators_purge,
    a_purge_ends_the_downloads_of_other_programs,
];

async fn purged_bytes_are_gone_at_once(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let listed = upload(&admin, "listed", b"listed").await?;
    let deleted = upload(&admin, "deleted", b"deleted").await?;
    admin.delete(deleted.id).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    for (movie, left) in [(&listed, 1), (&deleted, 0)] {
        assert_eq!(&admin.purge(movie.id).await?, movie);
        assert_eq!(stored.objects().await?.len(), left);
        assert_eq!(refused(admin.purge(movie.id).await), Code::NotFound);
        assert_eq!(refused(admin.restore(movie.id).await), Code::NotFound);
        let download = session.download(movie.id).open().await;
        assert_eq!(refused(download), Code::NotFound);
    }
    assert!(session.movies().page(first(9)).await?.is_empty());
    assert!(admin.deleted_movies().page(first(9)).await?.is_empty());
    assert_eq!(world.youku.sweep().await?, Default::default());
    let again = finish(&admin, new_movie("again", b"listed"), b"listed").await?;
    assert_eq!((again.movie.id, again.existed), (listed.id, false));
    Ok(())
}

/// A deleted movie that was uploaded again has two copies for a while.
async fn older_copies_of_purged_bytes_are_gone_too(stored: Stored) -> Result {
    let admin = stored.world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    upload(&admin, "a", b"abc").await?;
    assert_eq!(stored.objects().await?.len(), 2);
    admin.purge(movie.id).await?;
    assert!(stored.objects().await?.is_empty());
    assert_eq!(stored.world.rows("orphan").await?, 0);
    Ok(())
}

async fn a_purge_is_recorded_and_only_administrators_purge(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    world
        .execute("UPDATE `user` SET `user_type` = 'user'")
        .await?;
    assert_eq!(refused(admin.purge(movie.id).await), Code::Forbidden);
    assert_eq!(world.objects().len(), 1);
    world
        .execute("UPDATE `user` SET `user_type` = 'admin'")
        .await?;
    // A crash before the bytes are removed leaves them to the sweep.
    let object = world.objects().remove(0);
    let bytes = std::fs::read(&object)?;
    admin.purge(movie.id).await?;
    std::fs::write(&object, bytes)?;
    world.clock.advance(crate::world::HOUR * 2);
    assert_eq!(world.youku.sweep().await?.objects, 1);
    let audit = admin.audit(first(1)).await?;
    assert_eq!(
        (audit[0].act, audit[0].movie),
        (Act::MoviePurged, Some(movie.id))
    );
    assert_eq!(audit[0].act.as_str(), "movie_purged");
    Ok(())
}

async fn a_purge_ends_open_downloads(stored: Stored) -> Result {
    let admin = stored.world.admin().await?;
    admin.session().renew_membership(u64::MAX).await?;
    let content = bytes(1, 2 << 20);
    let movie = upload(&admin, "a", &content).await?.id;
    let kept = upload(&admin, "b", &content[1..]).await?.id;
    let mut body = admin.session().download(movie).open().await?.body().await?;
    let other = admin.session().download(kept).open().await?.body().await?;
    body.chunk().await?;
    admin.purge(movie).await?;
    for _ in 0..2 {
        assert_eq!(refused(body.chunk().await), Code::NotFound);
    }
    assert!(read_all(other).await? == content[1..]);
    Ok(())
}

/// They share the folder of the movies, and have the file open.
async fn a_purge_ends_the_downloads_of_other_programs(world: World) -> Result {
    let admin = world.admin().await?;
    admin.session().renew_membership(u64::MAX).await?;
    let movie = upload(&admin, "a", &bytes(1, 2 << 20)).await?.id;
    let mut body = admin.session().download(movie).open().await?.body().await?;
    let file = admin.session().download(movie).open().await?.body().await?;
    let file = file.into_file().map_err(|_| "a file")?;
    let other = world.another_node().await;
    let root = other
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    root.purge(movie).await?;
    let rest = async {
        while body.chunk().await?.is_some() {}
        youku_core::Result::Ok(())
    };
    assert_eq!(refused(rest.await), Code::Internal);
    assert_eq!(file.file.metadata()?.len(), 0);
    Ok(())
}
