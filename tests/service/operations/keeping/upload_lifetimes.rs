//! How long an upload lives, and who can see and end it.

use youku_core::{Admin, Code, Policy, UploadId};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads;
use crate::uploads::resumed_uploads::chunk;
use crate::world::{
    DAY, HOUR, SECOND, World, bytes, credentials, new_movie, open, policy, refused,
};

both_databases![
    a_resumable_upload_expires_after_its_last_byte,
    an_upload_that_ends_with_its_handle_lives_as_long_as_it_is_written,
    an_upload_that_another_process_may_receive_is_kept,
    every_upload_is_listed_and_can_be_aborted,
    an_upload_without_bytes_reserves_space_for_a_short_time,
    a_late_first_byte_reserves_the_space_again,
    an_empty_chunk_neither_renews_nor_reserves,
];

async fn root(world: &World) -> Result<Admin> {
    Ok(world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?)
}

async fn a_resumable_upload_expires_after_its_last_byte(world: World) -> Result {
    world.admin().await?;
    let content = bytes(1, 600);
    let admin = root(&world).await?;
    let upload = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    drop(upload);
    for step in 0..5 {
        let admin = root(&world).await?;
        let mut upload = admin.resume_upload(&id).await?;
        let part = step * 100..(step + 1) * 100;
        upload
            .write_chunk(&chunk(part.start, 100), &content[part])
            .await?;
        assert_eq!(
            upload.expires_at(),
            youku_core::Clock::now(&world.clock) + DAY
        );
        upload.suspend().await?;
        world.clock.advance(23 * HOUR);
        assert_eq!(world.youku.sweep().await?.uploads, 0);
    }
    let admin = root(&world).await?;
    assert_eq!(admin.uploads().await?[0].offset, 500);
    world.clock.advance(HOUR);
    assert_eq!(refused(admin.resume_upload(&id).await), Code::UploadGone);
    assert_eq!(world.youku.sweep().await?.uploads, 1);
    assert!(world.staged().is_empty());
    Ok(())
}

async fn an_upload_that_ends_with_its_handle_lives_as_long_as_it_is_written(
    world: World,
) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 100);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    // Together more than a day; a session ends after one.
    for byte in &content {
        upload.write(&[*byte]).await?;
        world.clock.advance(14 * 60 * SECOND);
        root(&world).await.map(drop)?;
        assert_eq!(world.another_node().await.sweep().await?.uploads, 0);
    }
    assert_eq!(world.rows("upload").await?, 1);
    world.clock.advance(15 * 60 * SECOND);
    assert_eq!(world.youku.sweep().await?.uploads, 1);
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    assert!(upload.finish().await.is_err());
    Ok(())
}

async fn an_upload_that_another_process_may_receive_is_kept(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"ab").await?;
    // This process runs, and so may one of another machine. `serving killed` has one that is gone.
    assert_eq!(world.another_node().await.sweep().await?.uploads, 0);
    let owner = "UPDATE `upload` SET `owner` = ";
    world.execute(format!("{owner}'boot/pid:[1]/1/2'")).await?;
    assert_eq!(world.another_node().await.sweep().await?.uploads, 0);
    assert_eq!(world.rows("upload").await?, 1);
    upload.write(b"c").await?;
    assert_eq!(upload.finish().await?.movie.size, 3);
    Ok(())
}

async fn every_upload_is_listed_and_can_be_aborted(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 600);
    let mut plain = open(&admin, new_movie("plain", &content)).await?;
    let resumable = resumed_uploads::open(&admin, new_movie("resumable", &content)).await?;
    plain.write(&content[..300]).await?;
    let uploads = admin.uploads().await?;
    let seen: Vec<_> = uploads
        .iter()
        .map(|upload| (upload.id.clone(), upload.is_resumable))
        .collect();
    let expected = [(plain.id().clone(), false), (resumable.id().clone(), true)];
    assert_eq!(seen, expected);
    let id: &UploadId = &plain.id().clone();
    assert_eq!(admin.upload_status(id).await?.name, "plain");
    assert_eq!(refused(admin.resume_upload(id).await), Code::UploadGone);

    // Its handle finds out.
    let other = world.another_node().await;
    let elsewhere = other
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    elsewhere.abort_upload(id).await?;
    assert_eq!(admin.uploads().await?.len(), 1);
    assert_eq!(world.staged().len(), 1);
    world.clock.advance(HOUR / 4);
    assert_eq!(
        refused(plain.write(&content[300..]).await),
        Code::UploadGone
    );
    assert!(plain.finish().await.is_err());
    drop(resumable);
    Ok(())
}

/// One movie of 1,000 bytes.
fn small() -> Policy {
    Policy {
        quota_bytes: Some(1000),
        ..policy()
    }
}

async fn an_upload_without_bytes_reserves_space_for_a_short_time(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, small()).await;
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut first = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    let second = || admin.open_upload(new_movie("b", &content));
    assert_eq!(refused(second().await), Code::QuotaExceeded);
    world.clock.advance(599 * SECOND);
    assert_eq!(refused(second().await), Code::QuotaExceeded);
    first.write_chunk(&chunk(0, 1), &content[..1]).await?;
    world.clock.advance(12 * HOUR);
    assert_eq!(refused(second().await), Code::QuotaExceeded);
    first.abort().await?;

    let empty = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    world.clock.advance(600 * SECOND);
    let second = resumed_uploads::open(&admin, new_movie("b", &content)).await?;
    assert_eq!(admin.uploads().await?.len(), 2);
    drop((empty, second));
    Ok(())
}

async fn a_late_first_byte_reserves_the_space_again(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, small()).await;
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut late = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    world.clock.advance(600 * SECOND);
    let other = bytes(2, 1000);
    let mut second = resumed_uploads::open(&admin, new_movie("b", &other)).await?;
    let first_chunk = chunk(0, 500);
    let refusal = late.write_chunk(&first_chunk, &content[..500]).await;
    assert_eq!(refused(refusal), Code::QuotaExceeded);
    assert_eq!(late.offset(), 0);
    second.write_chunk(&chunk(0, 1000), &other[..]).await?;
    second.abort().await?;
    late.write_chunk(&first_chunk, &content[..500]).await?;
    late.write_chunk(&chunk(500, 500), &content[500..]).await?;
    let finished = late.finish(Some(&sha256(&content))).await?;
    assert_eq!(finished.movie.size, 1000);
    Ok(())
}

async fn an_empty_chunk_neither_renews_nor_reserves(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, small()).await;
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut empty = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    let (id, expires_at) = (empty.id().clone(), empty.expires_at());
    for _ in 0..2 {
        world.clock.advance(300 * SECOND);
        assert_eq!(empty.write_chunk(&chunk(0, 0), &content[..0]).await?, 0);
        assert_eq!(empty.expires_at(), expires_at);
        assert_eq!(admin.upload_status(&id).await?.expires_at, expires_at);
    }
    let second = resumed_uploads::open(&admin, new_movie("b", &content)).await?;
    second.abort().await?;
    // Bytes do both.
    empty.write_chunk(&chunk(0, 500), &content[..500]).await?;
    let later = youku_core::Clock::now(&world.clock) + DAY;
    assert_eq!(empty.expires_at(), later);
    world.clock.advance(HOUR);
    empty.write_chunk(&chunk(500, 0), &content[..0]).await?;
    assert_eq!(empty.expires_at(), later);
    let third = admin.open_upload(new_movie("b", &content)).await;
    assert_eq!(refused(third), Code::QuotaExceeded);
    Ok(())
}
