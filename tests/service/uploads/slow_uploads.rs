//! Uploads whose bytes come slowly, or do not come at all.

use tokio::io::{AsyncWriteExt, duplex};
use youku_core::{Clock, Code, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::uploads::resumed_uploads::{self, chunk};
use crate::world::{HOUR, SECOND, World, bytes, new_movie, open, policy, refused};

both_databases![
    an_upload_that_waits_for_bytes_gives_signs_of_life,
    a_chunk_of_an_upload_that_is_gone_ends_early,
    headers_without_bytes_reserve_nothing,
    bytes_reserve_their_space_if_empty_uploads_do_not,
];

/// The sender is silent for an hour and a half.
async fn an_upload_that_waits_for_bytes_gives_signs_of_life(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    let id = upload.id().clone();
    let (mut sender, receiver) = duplex(64);
    let receiving = tokio::spawn(async move {
        upload.copy_from(receiver).await?;
        upload.finish().await
    });
    for _ in 0..18 {
        world.clock.sleepers(1).await;
        world.clock.advance(301 * SECOND);
        let expected = world.clock.now() + HOUR / 4;
        // The test's deadline bounds this wait.
        while admin.upload_status(&id).await?.expires_at < expected {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.another_node().await.sweep().await?.uploads, 0);
    }
    sender.write_all(b"abc").await?;
    drop(sender);
    assert_eq!(receiving.await??.movie.size, 3);
    Ok(())
}

async fn a_chunk_of_an_upload_that_is_gone_ends_early(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, unreserved()).await;
    let admin = world.admin().await?;
    let mut upload = resumed_uploads::open(&admin, new_movie("a", &bytes(1, 1000))).await?;
    let id = upload.id().clone();
    let (mut sender, receiver) = duplex(64);
    let receiving =
        tokio::spawn(async move { upload.write_chunk(&chunk(0, 1000), receiver).await });
    sender.write_all(b"a").await?;
    first_byte_has_arrived(&world).await?;
    let other = world.another_node().await;
    let elsewhere = other
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    elsewhere.abort_upload(&id).await?;
    world.clock.advance(301 * SECOND);
    sender.write_all(b"b").await?;
    assert_eq!(refused(receiving.await?), Code::UploadGone);
    Ok(())
}

/// One movie of 1,000 bytes.
fn small() -> Policy {
    Policy {
        quota_bytes: Some(1000),
        ..policy()
    }
}

/// The same without a reservation for uploads without bytes.
fn unreserved() -> Policy {
    Policy {
        upload_reservation: std::time::Duration::ZERO,
        ..small()
    }
}

/// Waits until an upload of that policy has reserved its space.
async fn first_byte_has_arrived(world: &World) -> Result {
    let reserved = "SELECT COUNT(*) FROM `upload` WHERE `reserved_until` > `created_at`";
    // The test's deadline bounds this wait.
    while world.number(reserved).await? == 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

async fn headers_without_bytes_reserve_nothing(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, small()).await;
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    for _ in 0..2 {
        world.clock.advance(300 * SECOND);
        let header = upload.write_chunk(&chunk(0, 500), &content[..0]).await;
        assert_eq!(refused(header), Code::Interrupted);
    }
    let second = resumed_uploads::open(&admin, new_movie("b", &content)).await?;
    second.abort().await?;
    upload.write_chunk(&chunk(0, 1000), &content[..]).await?;
    upload.finish(None).await?;
    Ok(())
}

async fn bytes_reserve_their_space_if_empty_uploads_do_not(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, unreserved()).await;
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut first = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    let mut second = resumed_uploads::open(&admin, new_movie("b", &content)).await?;
    let (mut sender, receiver) = duplex(64);
    let receiving = tokio::spawn(async move {
        first.write_chunk(&chunk(0, 1000), receiver).await?;
        first.finish(None).await
    });
    sender.write_all(&content[..1]).await?;
    first_byte_has_arrived(&world).await?;
    let refusal = second.write_chunk(&chunk(0, 1000), &content[..]).await;
    assert_eq!(refused(refusal), Code::QuotaExceeded);
    sender.write_all(&content[1..]).await?;
    assert_eq!(receiving.await??.movie.size, 1000);
    Ok(())
}
