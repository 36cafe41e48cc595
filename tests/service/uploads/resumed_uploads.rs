//! Uploads that outlive their connection.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::Notify;
use youku_core::{Admin, Begin, Chunk, Code, NewMovie, ResumableUpload, first};
use youku_tests::{Result, both_databases};

use crate::uploads::complete_uploads::sha256;
use crate::uploads::upload_faults::Broken;
use crate::world::{World, bytes, new_movie, read_all, refused};

/// Opens an upload of a movie that must not exist yet.
pub(crate) async fn open(admin: &Admin, new: NewMovie) -> Result<ResumableUpload> {
    match admin.open_upload(new).await? {
        Begin::Open(upload) => Ok(upload),
        Begin::Exists(movie) => Err(format!("movie {movie} exists").into()),
    }
}

/// The announcement of `length` bytes at `offset`.
pub(crate) fn chunk(offset: usize, length: usize) -> Chunk {
    Chunk {
        offset: offset as u64,
        length: length as u64,
        sha256: None,
    }
}

/// The same with the digest of `bytes`.
fn checked(offset: usize, bytes: &[u8]) -> Chunk {
    Chunk {
        sha256: Some(sha256(bytes)),
        ..chunk(offset, bytes.len())
    }
}

/// A connection that delivers these bytes and then nothing more.
struct Silent<'a> {
    bytes: &'a [u8],
    given: &'a Notify,
}

impl AsyncRead for Silent<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.bytes.is_empty() {
            self.given.notify_one();
            return Poll::Pending;
        }
        Pin::new(&mut self.bytes).poll_read(ctx, buffer)
    }
}

/// Drops the call that receives `chunk` after this many bytes of it; these bytes are not acknowledged then.
pub(crate) async fn interrupt(upload: &mut ResumableUpload, chunk: &Chunk, bytes: &[u8]) -> Result {
    let given = &Notify::new();
    tokio::select! {
        _ = upload.write_chunk(chunk, Silent { bytes, given }) => Err("there are bytes missing".into()),
        () = given.notified() => Ok(()),
    }
}

/// Sends the missing bytes of `content` and finishes.
pub(crate) async fn send_rest(mut upload: ResumableUpload, content: &[u8]) -> Result {
    let offset = upload.offset() as usize;
    let rest = &content[offset..];
    let end = upload.write_chunk(&chunk(offset, rest.len()), rest).await?;
    assert_eq!(end, content.len() as u64);
    let finished = upload.finish(Some(&sha256(content))).await?;
    assert!(!finished.existed);
    assert_eq!(finished.movie.sha256, sha256(content));
    Ok(())
}

/// Asserts that the one listed movie has these bytes, and that nothing else is left.
pub(crate) async fn only_movie_is(world: &World, admin: &Admin, content: &[u8]) -> Result {
    let movies = admin.session().movies().page(first(9)).await?;
    assert_eq!(movies.len(), 1);
    admin.session().renew_membership(0).await?;
    let download = admin.session().download(movies[0].id).open().await?;
    assert!(read_all(download.body().await?).await? == content);
    assert_eq!((world.objects().len(), world.staged().len()), (1, 0));
    assert_eq!(world.rows("upload").await?, 0);
    Ok(())
}

both_databases![
    upload_in_chunks_is_a_movie_at_the_end,
    bytes_of_a_broken_connection_are_kept,
    dropped_upload_resumes_where_it_stopped,
    chunk_at_the_wrong_offset_changes_nothing,
    chunk_with_a_digest_is_accepted_completely_or_not_at_all,
    finish_needs_every_byte_and_the_right_digest,
    known_digest_needs_no_upload,
];

async fn upload_in_chunks_is_a_movie_at_the_end(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1_000_003);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    assert_eq!((upload.offset(), upload.size()), (0, 1_000_003));
    let id = upload.id().clone();
    for (number, part) in content.chunks(300_000).enumerate() {
        let next = if number % 2 == 0 {
            checked(number * 300_000, part)
        } else {
            chunk(number * 300_000, part.len())
        };
        upload.check(&next)?;
        let end = upload.write_chunk(&next, part).await?;
        assert_eq!(end, next.offset + next.length);
        let status = admin.upload_status(&id).await?;
        assert_eq!((status.offset, status.size), (end, 1_000_003));
        assert_eq!((&status.id, status.name.as_str()), (&id, "a"));
        assert_eq!(admin.uploads().await?, [status]);
        assert!(admin.session().movies().page(first(9)).await?.is_empty());
    }
    let finished = upload.finish(None).await?;
    assert_eq!(finished.movie.sha256, sha256(&content));
    assert!(admin.uploads().await?.is_empty());
    assert_eq!(refused(admin.upload_status(&id).await), Code::UploadGone);
    only_movie_is(&world, &admin, &content).await
}

async fn bytes_of_a_broken_connection_are_kept(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 700_001);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let whole = chunk(0, content.len());
    let broken = upload
        .write_chunk(&whole, Broken(&content[..300_000]))
        .await;
    assert_eq!(refused(broken), Code::Interrupted);
    assert_eq!(upload.offset(), 300_000);
    let short = upload
        .write_chunk(&chunk(300_000, 1000), &content[300_000..300_007])
        .await;
    assert_eq!(refused(short), Code::Interrupted);
    assert_eq!(upload.offset(), 300_007);
    assert_eq!(admin.upload_status(upload.id()).await?.offset, 300_007);
    send_rest(upload, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn dropped_upload_resumes_where_it_stopped(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 900_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    let whole = chunk(0, content.len());
    interrupt(&mut upload, &whole, &content[..300_000]).await?;
    drop(upload);
    assert_eq!(admin.upload_status(&id).await?.offset, 300_000);
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(upload.suspend().await?, 300_000);
    let upload = admin.resume_upload(&id).await?;
    send_rest(upload, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn chunk_at_the_wrong_offset_changes_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    upload.write_chunk(&chunk(0, 400), &content[..400]).await?;
    for offset in [0, 399, 401, usize::MAX] {
        let wrong = chunk(offset, 400);
        let mut reader = content.as_slice();
        let error = upload
            .write_chunk(&wrong, &mut reader)
            .await
            .expect_err("the offset");
        assert_eq!(
            (error.code(), error.offset()),
            (Code::OffsetMismatch, Some(400))
        );
        assert_eq!(reader.len(), 1000);
        assert_eq!(refused(upload.check(&wrong)), Code::OffsetMismatch);
    }
    for length in [601, usize::MAX] {
        let long = chunk(400, length);
        assert_eq!(refused(upload.check(&long)), Code::TooLarge);
        assert_eq!(
            refused(upload.write_chunk(&long, content.as_slice()).await),
            Code::TooLarge
        );
    }
    assert_eq!(admin.upload_status(upload.id()).await?.offset, 400);
    send_rest(upload, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn chunk_with_a_digest_is_accepted_completely_or_not_at_all(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 900_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    upload
        .write_chunk(&chunk(0, 100_000), &content[..100_000])
        .await?;
    let (part, rest) = (&content[100_000..700_000], &content[700_000..]);
    let next = checked(100_000, part);
    let other = bytes(2, part.len());
    let wrong = upload.write_chunk(&next, other.as_slice()).await;
    assert_eq!(refused(wrong), Code::ChecksumMismatch);
    assert_eq!(upload.offset(), 100_000);
    let broken = upload.write_chunk(&next, Broken(&part[..500_000])).await;
    assert_eq!(refused(broken), Code::Interrupted);
    assert_eq!(upload.offset(), 100_000);
    let no_digest = Chunk {
        sha256: Some("x".to_owned()),
        ..next.clone()
    };
    assert_eq!(
        refused(upload.write_chunk(&no_digest, part).await),
        Code::BadRequest
    );
    assert_eq!(admin.upload_status(upload.id()).await?.offset, 100_000);
    assert_eq!(upload.write_chunk(&next, part).await?, 700_000);
    upload.write_chunk(&checked(700_000, rest), rest).await?;
    send_rest(upload, &content).await?;
    only_movie_is(&world, &admin, &content).await
}

async fn finish_needs_every_byte_and_the_right_digest(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    upload.write_chunk(&chunk(0, 999), &content[..999]).await?;
    let error = upload.finish(None).await.expect_err("one byte is missing");
    assert_eq!(
        (error.code(), error.offset()),
        (Code::Interrupted, Some(999))
    );
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(refused(upload.finish(Some("x")).await), Code::BadRequest);
    let mut upload = admin.resume_upload(&id).await?;
    upload.write_chunk(&chunk(999, 1), &content[999..]).await?;
    let wrong = upload.finish(Some(&"0".repeat(64))).await;
    assert_eq!(refused(wrong), Code::ChecksumMismatch);
    assert_eq!(refused(admin.resume_upload(&id).await), Code::UploadGone);
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    let announced = NewMovie {
        sha256: Some("0".repeat(64)),
        ..new_movie("a", &content)
    };
    let mut upload = open(&admin, announced).await?;
    upload
        .write_chunk(&chunk(0, 1000), content.as_slice())
        .await?;
    assert_eq!(refused(upload.finish(None).await), Code::ChecksumMismatch);
    assert_eq!((world.rows("movie").await?, world.objects().len()), (0, 0));
    Ok(())
}

async fn known_digest_needs_no_upload(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 1000);
    let announced = NewMovie {
        sha256: Some(sha256(&content)),
        ..new_movie("a", &content)
    };
    send_rest(open(&admin, announced.clone()).await?, &content).await?;
    match admin.open_upload(announced).await? {
        Begin::Exists(movie) => {
            assert_eq!(movie, admin.session().movies().page(first(9)).await?[0].id)
        }
        Begin::Open(_) => return Err("the movie is listed".into()),
    }
    let mut twin = open(&admin, new_movie("b", &content)).await?;
    twin.write_chunk(&chunk(0, 1000), content.as_slice())
        .await?;
    assert!(twin.finish(None).await?.existed);
    only_movie_is(&world, &admin, &content).await
}
