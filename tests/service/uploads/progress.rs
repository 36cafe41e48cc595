//! How far an upload is, for a task that watches it.

use tokio::io::AsyncWriteExt;
use youku_core::{Begin, Chunk, Code};
use youku_tests::{Result, both_databases};

use crate::uploads::complete_uploads::sha256;
use crate::world::{World, bytes, credentials, new_movie, open, refused};

both_databases![
    every_byte_of_an_upload_is_told,
    upload_is_watched_by_its_id_from_another_session,
    chunk_that_is_discarded_is_not_counted,
    nothing_is_told_of_another_users_upload,
];

async fn every_byte_of_an_upload_is_told(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 300_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let mut progress = upload.progress();
    assert_eq!((progress.received(), progress.size()), (0, 300_000));
    upload.write(&content[..100]).await?;
    assert!(progress.changed().await);
    assert_eq!(progress.received(), 100);
    let (mut sender, receiver) = tokio::io::duplex(1000);
    let copying = tokio::spawn(async move { upload.copy_from(receiver).await.map(|_| upload) });
    let mut sent = 100;
    for part in content[100..].chunks(50_000) {
        sender.write_all(part).await?;
        sent += part.len() as u64;
        while progress.received() < sent {
            assert!(progress.changed().await);
        }
    }
    drop(sender);
    let upload = copying.await??;
    upload.finish().await?;
    // At most the last bytes are news; then the upload has ended.
    while progress.changed().await {}
    assert_eq!(progress.received(), 300_000);
    Ok(())
}

async fn upload_is_watched_by_its_id_from_another_session(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 100_000);
    let Begin::Open(mut upload) = admin.open_upload(new_movie("a", &content)).await? else {
        return Err("it is new".into());
    };
    let id = upload.id().clone();
    let chunk = |offset: usize, length: usize| Chunk {
        offset: offset as u64,
        length: length as u64,
        sha256: None,
    };
    upload
        .write_chunk(&chunk(0, 40_000), &content[..40_000])
        .await?;
    let elsewhere = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    let mut progress = elsewhere.watch_upload(&id).await?;
    assert_eq!((progress.received(), progress.size()), (40_000, 100_000));
    // A new handle takes the upload over, and the same watcher sees its bytes.
    let mut resumed = elsewhere.resume_upload(&id).await?;
    drop(upload);
    resumed
        .write_chunk(&chunk(40_000, 60_000), &content[40_000..])
        .await?;
    while progress.received() < 100_000 {
        assert!(progress.changed().await);
    }
    resumed.finish(None).await?;
    while progress.changed().await {}
    assert_eq!(refused(elsewhere.watch_upload(&id).await), Code::UploadGone);
    Ok(())
}

async fn chunk_that_is_discarded_is_not_counted(world: World) -> Result {
    let admin = world.admin().await?;
    let Begin::Open(mut upload) = admin.open_upload(new_movie("a", b"abc")).await? else {
        return Err("it is new".into());
    };
    let progress = upload.progress();
    let wrong = Chunk {
        offset: 0,
        length: 3,
        sha256: Some(sha256(b"xyz")),
    };
    assert_eq!(
        refused(upload.write_chunk(&wrong, &b"abc"[..]).await),
        Code::ChecksumMismatch
    );
    assert_eq!(progress.received(), 0);
    Ok(())
}

async fn nothing_is_told_of_another_users_upload(world: World) -> Result {
    let admin = world.admin().await?;
    let upload = open(&admin, new_movie("a", b"abc")).await?;
    world
        .youku
        .create_admin(crate::world::registration("second"))
        .await?;
    let second = world
        .youku
        .login(credentials("second"))
        .await?
        .admin()
        .await?;
    assert_eq!(
        refused(second.watch_upload(upload.id()).await),
        Code::UploadGone
    );
    // Its program has no handle of it.
    let other = world.another_node().await;
    let elsewhere = other
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    assert_eq!(
        refused(elsewhere.watch_upload(upload.id()).await),
        Code::UploadGone
    );
    assert_eq!(elsewhere.upload_status(upload.id()).await?.size, 3);
    Ok(())
}
