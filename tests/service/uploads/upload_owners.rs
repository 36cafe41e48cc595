//! Who owns a resumable upload: one handle at a time, of the user who opened it.

use tokio::io::AsyncWriteExt;
use youku_core::{Code, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::uploads::resumed_uploads::{chunk, only_movie_is, open, send_rest};
use crate::world::{DAY, World, bytes, credentials, new_movie, policy, refused, registration};

both_databases![
    new_handle_takes_over_with_every_byte,
    handle_in_another_process_takes_over,
    handle_in_a_second_session_takes_over,
    upload_belongs_to_the_user_who_opened_it,
    aborted_upload_is_gone_for_every_handle,
    upload_ends_when_it_expires,
    ended_session_acknowledges_nothing,
    handle_that_lost_a_published_upload_removes_nothing,
];

async fn new_handle_takes_over_with_every_byte(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 800_000);
    let mut old = open(&admin, new_movie("a", &content)).await?;
    let id = old.id().clone();
    // When this write ends, everything that does not fit into the pipe has been read.
    let (mut client, server) = tokio::io::duplex(1000);
    let whole = chunk(0, content.len());
    let stalled = tokio::spawn(async move {
        let refused = old.write_chunk(&whole, server).await;
        (old, refused)
    });
    client.write_all(&content[..400_000]).await?;
    let new = admin.resume_upload(&id).await?;
    assert!(
        (399_000..=400_000).contains(&new.offset()),
        "{}",
        new.offset()
    );
    let (mut old, interrupted) = stalled.await?;
    assert_eq!(refused(interrupted), Code::Interrupted);
    let late = old.write_chunk(&chunk(400_000, 1), &b"x"[..]).await;
    assert_eq!(refused(late), Code::Interrupted);
    assert_eq!(refused(old.finish(None).await), Code::Interrupted);
    send_rest(new, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn handle_in_another_process_takes_over(world: World) -> Result {
    let admin = world.admin().await?;
    let elsewhere = world.another_node().await;
    let elsewhere = elsewhere
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    let content = bytes(1, 900_000);
    let mut old = open(&admin, new_movie("a", &content)).await?;
    old.write_chunk(&chunk(0, 300_000), &content[..300_000])
        .await?;
    let mut new = elsewhere.resume_upload(old.id()).await?;
    assert_eq!(new.offset(), 300_000);
    new.write_chunk(&chunk(300_000, 1000), &content[300_000..301_000])
        .await?;
    // However much the old handle is sent, it changes no byte.
    let noise = bytes(9, 600_000);
    let late = old
        .write_chunk(&chunk(300_000, 600_000), noise.as_slice())
        .await;
    assert_eq!(refused(late), Code::Interrupted);
    let later = old.write_chunk(&chunk(300_000, 1), &noise[..1]).await;
    assert_eq!(refused(later), Code::Interrupted);
    drop(old);
    send_rest(new, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn handle_in_a_second_session_takes_over(database: TestDatabase) -> Result {
    let many = Policy {
        one_session_per_user: false,
        ..policy()
    };
    let world = World::with_policy(&database, many).await;
    let first = world.admin().await?;
    let second = world.youku.login(credentials("root")).await?;
    let second = second.admin().await?;
    let content = bytes(1, 900_000);
    let mut old = open(&first, new_movie("a", &content)).await?;
    let id = old.id().clone();
    old.write_chunk(&chunk(0, 300_000), &content[..300_000])
        .await?;
    let mut new = second.resume_upload(&id).await?;
    assert_eq!(new.offset(), 300_000);
    let part = &content[300_000..600_000];
    let next = chunk(300_000, 300_000);
    assert_eq!(
        refused(old.write_chunk(&next, part).await),
        Code::Interrupted
    );
    drop(old);
    new.write_chunk(&next, part).await?;
    // And back, to the first one.
    let again = first.resume_upload(&id).await?;
    assert_eq!(again.offset(), 600_000);
    assert_eq!(refused(new.finish(None).await), Code::Interrupted);
    assert_eq!(first.uploads().await?, second.uploads().await?);
    send_rest(again, &content).await?;
    only_movie_is(&world, &first, &content).await
}

async fn upload_belongs_to_the_user_who_opened_it(world: World) -> Result {
    let admin = world.admin().await?;
    world.youku.create_admin(registration("trinity")).await?;
    let stranger = world
        .youku
        .login(credentials("trinity"))
        .await?
        .admin()
        .await?;
    let content = bytes(1, 1000);
    let upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    assert_eq!(refused(stranger.resume_upload(&id).await), Code::UploadGone);
    assert_eq!(refused(stranger.upload_status(&id).await), Code::UploadGone);
    assert!(stranger.uploads().await?.is_empty());
    stranger.abort_upload(&id).await?;
    send_rest(upload, &content).await
}

async fn aborted_upload_is_gone_for_every_handle(world: World) -> Result {
    let admin = world.admin().await?;
    let elsewhere = world.another_node().await;
    let elsewhere = elsewhere
        .session(admin.session().token())
        .await?
        .admin()
        .await?;
    let content = bytes(1, 600_000);
    for node in [&admin, &elsewhere] {
        let mut upload = open(&admin, new_movie("a", &content)).await?;
        upload.write_chunk(&chunk(0, 10), &content[..10]).await?;
        node.abort_upload(upload.id()).await?;
        assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
        node.abort_upload(upload.id()).await?;
        assert_eq!(
            refused(node.resume_upload(upload.id()).await),
            Code::UploadGone
        );
        let next = upload
            .write_chunk(&chunk(10, 500_000), &content[10..500_010])
            .await;
        assert!(matches!(
            refused(next),
            Code::UploadGone | Code::Interrupted
        ));
        assert!(upload.finish(None).await.is_err());
        assert_eq!((world.staged().len(), world.objects().len()), (0, 0));
    }
    let upload = open(&admin, new_movie("a", &content)).await?;
    upload.abort().await?;
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    Ok(())
}

async fn upload_ends_when_it_expires(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    upload.write_chunk(&chunk(0, 10), &content[..10]).await?;
    for _ in 0..2 {
        assert_eq!(
            admin.upload_status(upload.id()).await?.expires_at,
            upload.expires_at()
        );
        world.clock.advance(DAY / 2);
        world.youku.session(admin.session().token()).await?;
    }
    assert_eq!(
        refused(admin.upload_status(upload.id()).await),
        Code::UploadGone
    );
    assert_eq!(
        refused(admin.resume_upload(upload.id()).await),
        Code::UploadGone
    );
    assert!(admin.uploads().await?.is_empty());
    let late = upload.write_chunk(&chunk(10, 10), &content[10..20]).await;
    assert_eq!(refused(late), Code::UploadGone);
    assert_eq!(world.youku.sweep().await?.uploads, 1);
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    Ok(())
}

async fn ended_session_acknowledges_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    upload.write_chunk(&chunk(0, 10), &content[..10]).await?;
    let newer = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    let refusal = upload.write_chunk(&chunk(10, 10), &content[10..20]).await;
    assert_eq!(refused(refusal), Code::SessionReplaced);
    assert_eq!(
        refused(admin.resume_upload(upload.id()).await),
        Code::SessionReplaced
    );
    assert_eq!(
        refused(admin.open_upload(new_movie("b", b"abc")).await),
        Code::SessionReplaced
    );
    let id = upload.id().clone();
    assert_eq!(refused(upload.finish(None).await), Code::SessionReplaced);
    send_rest(newer.resume_upload(&id).await?, &content).await?;
    only_movie_is(&world, &newer, &content).await
}

async fn handle_that_lost_a_published_upload_removes_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let wrong = "0".repeat(64);
    for (listed, sha256) in [None, Some(wrong.as_str())].into_iter().enumerate() {
        let content = bytes(listed as u8, 1000);
        let mut upload = open(&admin, new_movie("a", &content)).await?;
        let id = upload.id().clone();
        let all = chunk(0, content.len());
        upload.write_chunk(&all, content.as_slice()).await?;
        upload.suspend().await?;
        // A crash before the movie is listed leaves this state.
        let staged = world.staged().remove(0);
        let name = staged
            .file_name()
            .ok_or("a name")?
            .to_string_lossy()
            .into_owned();
        let key = name.split('.').next().ok_or("a key")?;
        std::fs::rename(&staged, world.path("objects").join(key))?;
        let loser = admin.resume_upload(&id).await?;
        let winner = admin.resume_upload(&id).await?;
        winner.finish(None).await?;
        assert!(loser.finish(sha256).await.is_err());
        assert_eq!(world.objects().len(), listed + 1);
    }
    Ok(())
}
