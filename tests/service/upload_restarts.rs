//! Uploads that go on in another run of the program, over what the one before left.

use youku_core::{Admin, Code, NewMovie, Youku};
use youku_tests::{Result, both_databases};

use crate::resumed_uploads::{chunk, open, send_rest};
use crate::world::{World, bytes, credentials, new_movie, refused};

both_databases![
    upload_goes_on_after_a_restart_in_another_session,
    staged_file_that_lost_bytes_is_not_gone_on_with,
];

async fn upload_goes_on_after_a_restart_in_another_session(world: World) -> Result {
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

async fn log_in(youku: &Youku) -> Result<Admin> {
    Ok(youku.login(credentials("root")).await?.admin().await?)
}

async fn staged_file_that_lost_bytes_is_not_gone_on_with(world: World) -> Result {
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
