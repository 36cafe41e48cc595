//! Uploads that another run of the program resumes from what the previous run left.

use std::fs::OpenOptions;
use std::io::Write;

use youku_core::{Admin, Code, NewMovie, Youku};
use youku_tests::{Result, both_databases};

use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads::{chunk, only_movie_is, open, send_rest};
use crate::world::{World, bytes, credentials, new_movie, refused};

both_databases![
    upload_resumes_after_a_restart_in_another_session,
    digest_of_a_resumed_upload_is_that_of_all_its_bytes,
    unacknowledged_bytes_are_truncated,
    staged_file_that_lost_bytes_is_not_resumed,
];

async fn upload_resumes_after_a_restart_in_another_session(world: World) -> Result {
    world.admin().await?;
    for (seed, damage) in ["NULL", "'x'", "`hash_state`"].into_iter().enumerate() {
        let content = bytes(seed as u8, 600_000);
        let admin = log_in(&world.another_node().await).await?;
        let new = NewMovie {
            hint: Some(format!("hint {seed}")),
            ..new_movie("a", &content)
        };
        let mut upload = open(&admin, new).await?;
        let id = upload.id().clone();
        let part = &content[..100_001];
        upload.write_chunk(&chunk(0, part.len()), part).await?;
        // What is not acknowledged is lost with the process.
        std::mem::forget(upload);
        world
            .execute(format!("UPDATE `upload` SET `hash_state` = {damage}"))
            .await?;
        let admin = log_in(&world.another_node().await).await?;
        let upload = admin.resume_upload(&id).await?;
        assert_eq!(upload.offset(), 100_001);
        send_rest(upload, &content).await?;
        assert!(!admin.may_upload(&format!("hint {seed}")).await?);
        assert_eq!((world.objects().len(), world.staged().len()), (seed + 1, 0));
    }
    Ok(())
}

async fn digest_of_a_resumed_upload_is_that_of_all_its_bytes(world: World) -> Result {
    world.admin().await?;
    // With the internal state of the hash and without it.
    for (seed, state) in ["`hash_state`", "NULL"].into_iter().enumerate() {
        let content = bytes(seed as u8, 600_000);
        let admin = log_in(&world.another_node().await).await?;
        let mut upload = open(&admin, new_movie("a", &content)).await?;
        let id = upload.id().clone();
        for end in [100_001, 300_000, 600_000] {
            let offset = upload.offset() as usize;
            let next = chunk(offset, end - offset);
            upload.write_chunk(&next, &content[offset..end]).await?;
            std::mem::forget(upload);
            let set = format!("UPDATE `upload` SET `hash_state` = {state}");
            world.execute(set).await?;
            let admin = log_in(&world.another_node().await).await?;
            upload = admin.resume_upload(&id).await?;
            assert_eq!(upload.offset(), end as u64);
        }
        // Neither the opening of the upload nor its end states a digest.
        let finished = upload.finish(None).await?;
        assert_eq!(finished.movie.sha256, sha256(&content));
    }
    let found = world.youku.verify().await?;
    assert_eq!((found.movies, found.damaged), (2, vec![]));
    Ok(())
}

async fn unacknowledged_bytes_are_truncated(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 600_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    let first = chunk(0, 100_001);
    upload.write_chunk(&first, &content[..100_001]).await?;
    std::mem::forget(upload);
    let mut staged = OpenOptions::new().append(true).open(&world.staged()[0])?;
    staged.write_all(&bytes(9, 700_000))?;
    let admin = log_in(&world.another_node().await).await?;
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(upload.offset(), 100_001);
    send_rest(upload, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn log_in(youku: &Youku) -> Result<Admin> {
    Ok(youku.login(credentials("root")).await?.admin().await?)
}

async fn staged_file_that_lost_bytes_is_not_resumed(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    for damage in [&content[..999], &bytes(2, 1000)] {
        let mut upload = open(&admin, new_movie("a", &content)).await?;
        upload
            .write_chunk(&chunk(0, 1000), content.as_slice())
            .await?;
        let id = upload.id().clone();
        upload.suspend().await?;
        let staged = world.staged();
        std::fs::write(&staged[0], damage)?;
        world
            .execute("UPDATE `upload` SET `hash_state` = NULL")
            .await?;
        assert_eq!(refused(admin.resume_upload(&id).await), Code::UploadGone);
        admin.abort_upload(&id).await?;
        assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    }
    Ok(())
}
