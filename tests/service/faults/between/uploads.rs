//! Uploads that another server takes over while a handle is working: what the older handle still does changes nothing.

use youku_core::{Admin, Code, ResumableUpload, UploadId};
use youku_tests::{Result, both_databases};

use super::{Watched, on_mysql};
use crate::uploads::resumed_uploads::{chunk, only_movie_is, open, send_rest};
use crate::world::{World, bytes, new_movie, refused};

both_databases![
    upload_that_is_taken_over_before_its_digest_fails_stays,
    handle_that_lost_its_upload_aborts_nothing,
];

/// An upload with 300,000 acknowledged bytes, and the two servers that compete for it.
struct Wanted {
    world: World,
    watched: Watched,
    own: Admin,
    others: Admin,
    id: UploadId,
    content: Vec<u8>,
}

impl Wanted {
    async fn new(world: World) -> Result<(Self, ResumableUpload)> {
        let others = world.admin().await?;
        let watched = Watched::new(&world).await?;
        let own = watched.admin(&others).await?;
        let content = bytes(1, 900_000);
        let mut upload = open(&own, new_movie("a", &content)).await?;
        let first = chunk(0, 300_000);
        upload.write_chunk(&first, &content[..300_000]).await?;
        let wanted = Self {
            world,
            watched,
            own,
            others,
            id: upload.id().clone(),
            content,
        };
        Ok((wanted, upload))
    }

    /// The other server takes the upload over.
    fn is_taken_over_after(&self, passed: usize, verb: &'static str, part: &'static str) {
        let (others, id) = (self.others.clone(), self.id.clone());
        self.watched.after_more(passed, verb, part, async move {
            // Its handle saves nothing, so it reports the offset of the upload.
            others.resume_upload(&id).await?.suspend().await?;
            Ok(())
        });
    }

    /// The bytes that the other server has become the movie.
    async fn is_finished_by_the_other(&self, offset: u64) -> Result {
        self.watched.acted()?;
        let upload = self.others.resume_upload(&self.id).await?;
        assert_eq!(upload.offset(), offset);
        send_rest(upload, &self.content).await?;
        only_movie_is(&self.world, &self.others, &self.content).await
    }
}

#[test]
fn handle_that_lost_its_upload_acknowledges_nothing() {
    on_mysql(async |world: World| {
        let (wanted, mut upload) = Wanted::new(world).await?;
        wanted.is_taken_over_after(0, "SELECT", "FROM `session`");
        let next = chunk(300_000, 300_000);
        let bytes = &wanted.content[300_000..600_000];
        // They are on the disk, but not yet in the database.
        let late = upload.write_chunk(&next, bytes).await;
        assert_eq!(refused(late), Code::Interrupted);
        assert_eq!(upload.offset(), 300_000);
        drop(upload);
        wanted.is_finished_by_the_other(300_000).await
    });
}

#[test]
fn handle_that_lost_its_upload_lists_nothing() {
    on_mysql(async |world: World| {
        let (wanted, mut upload) = Wanted::new(world).await?;
        let rest = chunk(300_000, 600_000);
        upload
            .write_chunk(&rest, &wanted.content[300_000..])
            .await?;
        // Its bytes are in the store, but its movie is not yet listed.
        wanted.is_taken_over_after(1, "SELECT", "FROM `session`");
        assert_eq!(refused(upload.finish(None).await), Code::Interrupted);
        wanted.watched.acted()?;
        assert_eq!(wanted.world.rows("movie").await?, 0);
        let upload = wanted.others.resume_upload(&wanted.id).await?;
        assert!(!upload.finish(None).await?.existed);
        only_movie_is(&wanted.world, &wanted.others, &wanted.content).await
    });
}

async fn upload_that_is_taken_over_before_its_digest_fails_stays(world: World) -> Result {
    let (wanted, mut upload) = Wanted::new(world).await?;
    let rest = chunk(300_000, 600_000);
    upload
        .write_chunk(&rest, &wanted.content[300_000..])
        .await?;
    wanted.is_taken_over_after(0, "SELECT", "FROM `session`");
    let wrong = upload.finish(Some(&"0".repeat(64))).await;
    assert_eq!(refused(wrong), Code::ChecksumMismatch);
    wanted.is_finished_by_the_other(900_000).await
}

async fn handle_that_lost_its_upload_aborts_nothing(world: World) -> Result {
    let (wanted, upload) = Wanted::new(world).await?;
    let new = wanted.others.resume_upload(&wanted.id).await?;
    upload.abort().await?;
    assert_eq!(new.offset(), 300_000);
    send_rest(new, &wanted.content).await?;
    only_movie_is(&wanted.world, &wanted.others, &wanted.content).await
}

#[test]
fn newer_of_two_new_handles_owns_the_upload() {
    on_mysql(async |world: World| {
        let (wanted, upload) = Wanted::new(world).await?;
        upload.suspend().await?;
        wanted.is_taken_over_after(1, "SELECT", "FROM `session`");
        let newer = wanted.own.resume_upload(&wanted.id).await?;
        wanted.watched.acted()?;
        send_rest(newer, &wanted.content).await?;
        only_movie_is(&wanted.world, &wanted.others, &wanted.content).await
    });
}

#[test]
fn upload_finished_before_the_write_is_gone() {
    on_mysql(async |world: World| {
        let (wanted, mut upload) = Wanted::new(world).await?;
        let rest = chunk(300_000, 600_000);
        upload
            .write_chunk(&rest, &wanted.content[300_000..])
            .await?;
        upload.suspend().await?;
        let (others, id) = (wanted.others.clone(), wanted.id.clone());
        wanted
            .watched
            .after_more(1, "SELECT", "FROM `session`", async move {
                others.resume_upload(&id).await?.finish(None).await?;
                Ok(())
            });
        let late = wanted.own.resume_upload(&wanted.id).await;
        wanted.watched.acted()?;
        assert_eq!(refused(late), Code::UploadGone);
        only_movie_is(&wanted.world, &wanted.others, &wanted.content).await
    });
}
