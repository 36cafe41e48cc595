//! Uploads whose bytes are in the store, or on their way there, when they end without a movie; and their signs of life.

use youku_core::{Admin, Code, Finished, UploadId};
use youku_tests::{Result, both_databases};

use super::Shaky;
use super::store::{Call, Fault};
use crate::uploads::resumed_uploads::{self, chunk};
use crate::world::{DAY, HOUR, SECOND, bytes, new_movie, open, refused};

both_databases![
    bytes_of_an_upload_that_is_refused_after_a_lost_reply_are_gone,
    bytes_of_an_upload_that_is_aborted_after_a_lost_reply_are_gone,
    bytes_of_an_upload_that_is_aborted_while_it_is_published_are_gone,
    an_upload_gives_signs_of_life_while_it_is_published,
];

/// An upload whose bytes are in the store, although the service does not know it.
async fn published(shaky: &Shaky, admin: &Admin, content: &[u8]) -> Result<UploadId> {
    let mut upload = resumed_uploads::open(admin, new_movie("a", content)).await?;
    let id = upload.id().clone();
    upload
        .write_chunk(&chunk(0, content.len()), content)
        .await?;
    shaky.store.fail_once(Call::Put, Fault::LostReply);
    assert_eq!(refused(upload.finish(None).await), Code::Unavailable);
    assert_eq!(shaky.objects().await?, 1);
    Ok(id)
}

async fn nothing_is_left(shaky: &Shaky) -> Result {
    assert_eq!(shaky.objects().await?, 0);
    for table in ["upload", "orphan", "movie"] {
        assert_eq!(shaky.world.rows(table).await?, 0, "{table}");
    }
    assert!(shaky.world.staged().is_empty());
    Ok(())
}

async fn bytes_of_an_upload_that_is_refused_after_a_lost_reply_are_gone(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    let id = published(&shaky, &admin, &bytes(1, 1000)).await?;
    let again = admin.resume_upload(&id).await?;
    let wrong = "0".repeat(64);
    let refusal = again.finish(Some(&wrong)).await;
    assert_eq!(refused(refusal), Code::ChecksumMismatch);
    nothing_is_left(&shaky).await
}

async fn bytes_of_an_upload_that_is_aborted_after_a_lost_reply_are_gone(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    let id = published(&shaky, &admin, &bytes(1, 1000)).await?;
    admin.abort_upload(&id).await?;
    nothing_is_left(&shaky).await?;
    let id = published(&shaky, &admin, &bytes(1, 1000)).await?;
    admin.resume_upload(&id).await?.abort().await?;
    nothing_is_left(&shaky).await
}

async fn bytes_of_an_upload_that_is_aborted_while_it_is_published_are_gone(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    let other = shaky.world.another_node().await;
    let elsewhere = other
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    let content = bytes(1, 1000);
    let mut plain = open(&admin, new_movie("a", &content)).await?;
    plain.copy_from(content.as_slice()).await?;
    let mut resumable = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    resumable
        .write_chunk(&chunk(0, 1000), content.as_slice())
        .await?;
    let ids = [plain.id().clone(), resumable.id().clone()];
    type Finishing = std::pin::Pin<Box<dyn Future<Output = youku_core::Result<Finished>> + Send>>;
    let finishing: [Finishing; 2] = [
        Box::pin(plain.finish()),
        Box::pin(async move { resumable.finish(None).await }),
    ];
    for (id, finishing) in ids.iter().zip(finishing) {
        let gate = shaky.store.hold(Call::Put);
        let finished = tokio::spawn(finishing);
        gate.is_reached().await;
        elsewhere.abort_upload(id).await?;
        gate.open();
        assert_eq!(refused(finished.await?), Code::UploadGone);
    }
    nothing_is_left(&shaky).await
}

async fn an_upload_gives_signs_of_life_while_it_is_published(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    upload.copy_from(content.as_slice()).await?;
    let id = upload.id().clone();
    let gate = shaky.store.hold(Call::Put);
    let finishing = tokio::spawn(upload.finish());
    gate.is_reached().await;
    for _ in 0..6 {
        world.clock.sleepers(1).await;
        world.clock.advance(301 * SECOND);
        let expected = youku_core::Clock::now(&world.clock) + HOUR / 4;
        // The test's deadline bounds this wait.
        while admin.upload_status(&id).await?.expires_at < expected {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.another_node().await.sweep().await?.uploads, 0);
    }
    gate.open();
    assert!(!finishing.await??.existed);
    world.clock.advance(2 * DAY);
    shaky.has_movies(1).await
}
