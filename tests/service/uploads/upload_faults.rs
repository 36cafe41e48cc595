//! Uploads that fail: nothing incomplete is listed, and nothing is left behind.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use youku_core::{Code, NewMovie, Page, first};
use youku_tests::{Result, both_databases};

use crate::faults::cut_off::cut_off;
use crate::world::{
    DAY, World, bad_field, bytes, credentials, finish, new_movie, open, refused, upload,
};

/// Asserts that nothing is listed, staged, stored or owned.
async fn nothing_is_left(world: &World) -> Result {
    assert_eq!(world.rows("movie").await?, 0);
    assert_eq!((world.staged().len(), world.objects().len()), (0, 0));
    // A row that is removed in the background may still exist for a moment.
    for _ in 0..500 {
        if world.rows("upload").await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err("the row of the upload stays".into())
}

/// A connection that breaks after some bytes.
pub(crate) struct Broken<'a>(pub(crate) &'a [u8]);

impl AsyncRead for Broken<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        ctx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.0.is_empty() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.0).poll_read(ctx, buffer)
    }
}

both_databases![
    announcements_that_break_a_rule_are_refused,
    fewer_bytes_than_announced_are_refused,
    more_bytes_than_announced_are_refused,
    bytes_of_another_digest_are_refused,
    broken_connection_leaves_nothing,
    abort_leaves_nothing_at_once,
    incomplete_upload_is_not_listed,
    upload_of_an_ended_session_is_not_listed,
    upload_that_was_swept_is_gone,
    upload_whose_row_is_gone_is_not_listed,
    finish_continues_when_its_future_is_dropped,
    interrupted_write_cannot_be_finished,
    interrupted_copy_resumes_where_it_stopped,
    failed_upload_can_be_tried_again,
];

async fn announcements_that_break_a_rule_are_refused(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = || new_movie("a", b"abc");
    let bad = [
        (NewMovie { size: 0, ..movie() }, "size"),
        (
            NewMovie {
                name: "\n".to_owned(),
                ..movie()
            },
            "name",
        ),
        (
            NewMovie {
                name: "x".repeat(401),
                ..movie()
            },
            "name",
        ),
        (
            NewMovie {
                sha256: Some("abc".to_owned()),
                ..movie()
            },
            "sha256",
        ),
        (
            NewMovie {
                hint: Some("x".repeat(256)),
                ..movie()
            },
            "hint",
        ),
    ];
    for (new, field) in bad {
        assert_eq!(bad_field(admin.upload(new).await), Some(field));
    }
    for size in [(8 << 30) + 1, 1 << 63, u64::MAX] {
        let large = NewMovie { size, ..movie() };
        assert_eq!(refused(admin.upload(large).await), Code::TooLarge);
    }
    nothing_is_left(&world).await
}

async fn fewer_bytes_than_announced_are_refused(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(
        &admin,
        NewMovie {
            size: 10,
            ..new_movie("a", b"")
        },
    )
    .await?;
    upload.copy_from(&b"123456789"[..]).await?;
    assert_eq!(refused(upload.finish().await), Code::Interrupted);
    nothing_is_left(&world).await
}

async fn more_bytes_than_announced_are_refused(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"123")).await?;
    assert_eq!(refused(upload.write(b"1234").await), Code::TooLarge);
    upload.write(b"123").await?;
    assert_eq!(refused(upload.write(b"4").await), Code::TooLarge);
    upload.abort().await?;
    let mut upload = open(&admin, new_movie("a", b"123")).await?;
    assert_eq!(
        refused(upload.copy_from(&b"1234"[..]).await),
        Code::TooLarge
    );
    assert_eq!(refused(upload.finish().await), Code::Interrupted);
    nothing_is_left(&world).await
}

async fn bytes_of_another_digest_are_refused(world: World) -> Result {
    let admin = world.admin().await?;
    let wrong = NewMovie {
        sha256: Some("0".repeat(64)),
        ..new_movie("a", b"abc")
    };
    let mut upload = open(&admin, wrong).await?;
    upload.write(b"abc").await?;
    let error = upload.finish().await.expect_err("the digest differs");
    assert_eq!(error.code(), Code::ChecksumMismatch);
    nothing_is_left(&world).await
}

async fn broken_connection_leaves_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 400_000);
    let mut upload = open(
        &admin,
        NewMovie {
            size: 500_000,
            ..new_movie("a", b"")
        },
    )
    .await?;
    assert_eq!(
        refused(upload.copy_from(Broken(&content)).await),
        Code::Interrupted
    );
    assert_eq!(world.staged().len(), 1);
    drop(upload);
    nothing_is_left(&world).await
}

async fn abort_leaves_nothing_at_once(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"ab").await?;
    upload.abort().await?;
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    Ok(())
}

async fn incomplete_upload_is_not_listed(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"ab").await?;
    assert!(admin.session().movies().page(first(50)).await?.is_empty());
    upload.write(b"c").await?;
    assert!(admin.session().movies().page(first(50)).await?.is_empty());
    upload.finish().await?;
    assert_eq!(admin.session().movies().page(first(50)).await?.len(), 1);
    Ok(())
}

async fn upload_of_an_ended_session_is_not_listed(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"abc").await?;
    world.youku.login(credentials("root")).await?;
    assert_eq!(refused(upload.finish().await), Code::SessionReplaced);
    nothing_is_left(&world).await
}

async fn upload_that_was_swept_is_gone(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"abc").await?;
    for _ in 0..2 {
        world.clock.advance(DAY / 2);
        world.youku.session(admin.session().token()).await?;
    }
    assert_eq!(world.youku.sweep().await?.uploads, 1);
    assert_eq!(refused(upload.finish().await), Code::UploadGone);
    nothing_is_left(&world).await
}

async fn upload_whose_row_is_gone_is_not_listed(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"abc").await?;
    world.execute("DELETE FROM `upload`").await?;
    assert_eq!(refused(upload.finish().await), Code::UploadGone);
    nothing_is_left(&world).await
}

async fn finish_continues_when_its_future_is_dropped(world: World) -> Result {
    let admin = world.admin().await?;
    let mut upload = open(&admin, new_movie("a", b"abc")).await?;
    upload.write(b"abc").await?;
    let mut finish = Box::pin(upload.finish());
    let polled = std::future::poll_fn(|ctx| Poll::Ready(finish.as_mut().poll(ctx))).await;
    if polled.is_pending() {
        drop(finish);
    }
    // The test's deadline bounds this wait.
    while world.rows("movie").await? == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

async fn interrupted_write_cannot_be_finished(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 4_000_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    assert!(cut_off(upload.write(&content), 1).await.is_none());
    assert_eq!(refused(upload.write(b"x").await), Code::Interrupted);
    assert_eq!(refused(upload.finish().await), Code::Interrupted);
    nothing_is_left(&world).await
}

async fn interrupted_copy_resumes_where_it_stopped(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 4_000_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let mut reader = content.as_slice();
    let copied = cut_off(upload.copy_from(&mut reader), 1).await;
    assert!(copied.is_none());
    assert_eq!(upload.received() as usize, content.len() - reader.len());
    upload.copy_from(&mut reader).await?;
    assert_eq!(upload.finish().await?.movie.size, 4_000_000);
    Ok(())
}

async fn failed_upload_can_be_tried_again(world: World) -> Result {
    let admin = world.admin().await?;
    drop(open(&admin, new_movie("a", b"abc")).await?);
    upload(&admin, "a", b"abc").await?;
    assert!(
        finish(&admin, new_movie("a", b"abc"), b"abc")
            .await?
            .existed
    );
    assert_eq!(
        admin.session().movies().page(Page::first(9)).await?.len(),
        1
    );
    Ok(())
}
