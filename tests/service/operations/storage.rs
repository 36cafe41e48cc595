//! Behaviour that is the same for movies in every kind of store.

use youku_core::object_store::path::Path;
use youku_core::object_store::{ObjectStoreExt, PutPayload};
use youku_core::{Begin, Code, Damage, NewMovie, Page, Policy, Verified, Youku};
use youku_tests::{Result, TestDatabase};

use crate::faults::races::at_once;
use crate::stores::{Stored, every_store};
use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads;
use crate::world::{
    DAY, HOUR, SECOND, bad_field, bytes, credentials, finish, new_movie, open, policy, read_all,
    refused, upload,
};

every_store![
    large_movie_is_read_completely_and_in_part,
    eight_uploads_of_one_content_are_one_movie,
    deletion_hides_at_once_and_can_be_undone,
    upload_resumes_after_a_restart,
    refused_uploads_leave_nothing,
    objects_without_an_owner_are_collected,
    deleted_bytes_are_collected_unless_restored,
    download_continues_while_its_bytes_are_collected,
    lost_and_changed_bytes_are_found,
    store_belongs_to_one_database,
];

async fn large_movie_is_read_completely_and_in_part(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    // More than two parts of a multipart upload.
    let content = bytes(1, (17 << 20) + 3);
    let movie = upload(&admin, "matrix.mp4", &content).await?;
    assert_eq!(movie.sha256, sha256(&content));
    admin.session().renew_membership(0).await?;
    for offset in [0, 1, 9 << 20, content.len() - 1] {
        let download = admin.session().download(movie.id).from(offset as u64);
        let body = download.open().await?.body().await?;
        assert!(read_all(body).await? == content[offset..], "{offset}");
    }
    assert_eq!(stored.objects().await?.len(), 1);
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    Ok(())
}

async fn eight_uploads_of_one_content_are_one_movie(stored: Stored) -> Result {
    let admin = stored.world.admin().await?;
    let content = bytes(1, 300_000);
    let answers = at_once(8, |number| {
        let (admin, content) = (admin.clone(), content.clone());
        async move {
            let begun = admin
                .upload(new_movie(&number.to_string(), &content))
                .await?;
            let Begin::Open(mut upload) = begun else {
                panic!("no digest was announced");
            };
            upload.copy_from(content.as_slice()).await?;
            upload.finish().await
        }
    })
    .await?;
    let finished: Vec<_> = answers.into_iter().collect::<std::result::Result<_, _>>()?;
    assert_eq!(finished.iter().filter(|one| !one.existed).count(), 1);
    assert!(finished.iter().all(|one| one.movie == finished[0].movie));
    assert_eq!(stored.objects().await?.len(), 1);
    Ok(())
}

async fn deletion_hides_at_once_and_can_be_undone(stored: Stored) -> Result {
    let admin = stored.world.admin().await?;
    let content = bytes(1, 900_000);
    let movie = upload(&admin, "matrix.mp4", &content).await?;
    let session = admin.session();
    session.renew_membership(0).await?;
    let mut running = session.download(movie.id).open().await?.body().await?;
    let first = running.chunk().await?.unwrap_or_default();
    let granted = session.download(movie.id).open().await?;
    admin.delete(movie.id).await?;
    assert!(session.movies().page(Page::first(9)).await?.is_empty());
    assert_eq!(
        refused(session.download(movie.id).open().await),
        Code::NotFound
    );
    assert!([&first[..], &read_all(running).await?].concat() == content);
    assert!(read_all(granted.body().await?).await? == content);
    assert_eq!(admin.restore(movie.id).await?, movie);
    let again = session.download(movie.id).open().await?.body().await?;
    assert!(read_all(again).await? == content);
    Ok(())
}

async fn upload_resumes_after_a_restart(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let content = bytes(1, 9_000_000);
    let mut upload = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    let part = resumed_uploads::chunk(0, 400_000);
    upload.write_chunk(&part, &content[..400_000]).await?;
    std::mem::forget(upload);
    let node = world.another_node().await;
    let admin = node.login(credentials("root")).await?.admin().await?;
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(upload.offset(), 400_000);
    resumed_uploads::send_rest(upload, &content).await?;
    assert_eq!(node.verify().await?.movies, 1);
    assert_eq!(
        (stored.objects().await?.len(), world.staged().len()),
        (1, 0)
    );
    Ok(())
}

async fn refused_uploads_leave_nothing(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let wrong = NewMovie {
        sha256: Some("0".repeat(64)),
        ..new_movie("a", b"abc")
    };
    let mut upload = open(&admin, wrong).await?;
    upload.write(b"abc").await?;
    assert_eq!(refused(upload.finish().await), Code::ChecksumMismatch);
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"abc").await?;
    let newer = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    // Its bytes are in the store by now.
    assert_eq!(refused(upload.finish().await), Code::SessionReplaced);
    assert!(stored.objects().await?.is_empty());
    assert!(
        newer
            .session()
            .movies()
            .page(Page::first(9))
            .await?
            .is_empty()
    );
    assert!(world.staged().is_empty());
    Ok(())
}

async fn objects_without_an_owner_are_collected(stored: Stored) -> Result {
    let world = &stored.world;
    upload(&world.admin().await?, "a", b"abc").await?;
    let stranger = Path::from("objects/0123456789abcdef0123456789abcdef");
    stored
        .store
        .put(&stranger, PutPayload::from_static(b"left by a crash"))
        .await?;
    assert_eq!(world.youku.sweep().await?.objects, 0);
    world.clock.advance(2 * HOUR);
    assert_eq!(world.youku.sweep().await?.objects, 0);
    world.clock.advance(30 * DAY);
    assert_eq!(world.youku.sweep().await?.objects, 1);
    let left = stored.objects().await?;
    assert!(left.len() == 1 && !left.contains(&stranger), "{left:?}");
    Ok(())
}

async fn deleted_bytes_are_collected_unless_restored(stored: Stored) -> Result {
    let world = &stored.world;
    let movie = upload(&world.admin().await?, "a", b"There is no spoon").await?;
    // A session expires during the waits of this test, so the test logs in again after each.
    let admin = async || world.youku.login(credentials("root")).await?.admin().await;
    admin().await?.delete(movie.id).await?;
    world.clock.advance(30 * DAY - SECOND);
    assert_eq!(world.youku.sweep().await?.collected_movies, 0);
    let root = admin().await?;
    assert_eq!(root.restore(movie.id).await?, movie);
    world.clock.advance(DAY);
    assert_eq!(world.youku.sweep().await?.collected_movies, 0);
    let root = admin().await?;
    root.delete(movie.id).await?;
    world.clock.advance(30 * DAY);
    let granted = admin().await?;
    assert_eq!(
        granted.deleted_movies().page(Page::first(9)).await?.len(),
        1
    );
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.collected_movies, swept.lost_movies), (1, 0));
    assert!(stored.objects().await?.is_empty());
    assert_eq!(world.youku.sweep().await?.collected_movies, 0);
    assert!(
        granted
            .deleted_movies()
            .page(Page::first(9))
            .await?
            .is_empty()
    );
    assert_eq!(refused(granted.restore(movie.id).await), Code::NotFound);
    let back = finish(
        &granted,
        new_movie("b", b"There is no spoon"),
        b"There is no spoon",
    )
    .await?;
    assert_eq!((back.movie.id, back.existed), (movie.id, false));
    world.clock.advance(DAY);
    assert_eq!(world.youku.sweep().await?.collected_movies, 0);
    assert_eq!(world.youku.verify().await?.movies, 1);
    Ok(())
}

async fn download_continues_while_its_bytes_are_collected(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let content = bytes(1, 700_000);
    let movie = upload(&admin, "a", &content).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let granted = session.download(movie.id).open().await?;
    let mut running = session.download(movie.id).open().await?.body().await?;
    let first = running.chunk().await?.unwrap_or_default();
    admin.delete(movie.id).await?;
    let collects_at_once = Policy {
        restore_window: std::time::Duration::ZERO,
        ..policy()
    };
    let swept = world.reopen(collects_at_once).await.sweep().await?;
    assert_eq!(swept.collected_movies, 1);
    assert!([&first[..], &read_all(running).await?].concat() == content);
    assert_eq!(refused(granted.body().await), Code::NotFound);
    Ok(())
}

async fn lost_and_changed_bytes_are_found(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let content = bytes(1, 600_000);
    let movie = upload(&admin, "a", &content).await?;
    let whole = world.youku.verify().await?;
    assert_eq!((whole.movies, whole.bytes), (1, 600_000));
    assert!(whole.damaged.is_empty());
    let object = stored.objects().await?.remove(0);
    let mut other = content.clone();
    other[599_999] ^= 1;
    stored.store.put(&object, other.into()).await?;
    let damage = |found: Verified| -> Vec<_> {
        let damaged = found.damaged.into_iter();
        damaged.map(|one| (one.movie.id, one.damage)).collect()
    };
    let found = world.youku.verify().await?;
    assert_eq!(damage(found), [(movie.id, Damage::Changed)]);
    stored
        .store
        .put(&object, PutPayload::from_static(b"cut"))
        .await?;
    let found = world.youku.verify().await?;
    assert_eq!(damage(found), [(movie.id, Damage::Missing)]);
    stored.lose_objects().await?;
    let found = world.youku.verify().await?;
    assert_eq!(damage(found), [(movie.id, Damage::Missing)]);
    assert_eq!(world.youku.sweep().await?.lost_movies, 1);
    assert!(world.youku.verify().await?.damaged.is_empty());
    let back = finish(&admin, new_movie("a", &content), &content).await?;
    assert_eq!((back.movie.id, back.existed), (movie.id, false));
    Ok(())
}

async fn store_belongs_to_one_database(stored: Stored) -> Result {
    let backend = stored.world.database.backend();
    let stranger = TestDatabase::create(backend).await;
    let own = tempfile::tempdir()?;
    let builder = Youku::builder().database(stranger.url());
    builder.movies_folder(own.path()).open().await?;
    let opened = stored.world.open_over(&stranger).await;
    assert_eq!(bad_field(opened), Some("movies"));
    Ok(())
}
