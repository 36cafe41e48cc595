//! Parts of movies, and limits on simultaneous downloads and on their speed.

use std::fs::OpenOptions;
use std::time::Duration;

use youku_core::{Clock, Code, Error, MovieId, Policy, Session, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{World, bad_field, bytes, charged, finish, policy, read_all, refused, upload};

both_databases![
    part_of_a_movie_can_be_downloaded,
    part_of_other_bytes_is_not_given,
    user_has_as_many_downloads_as_the_policy_allows,
    open_file_is_an_open_download,
    program_has_as_many_downloads_as_the_policy_allows,
    refused_download_is_not_paid_for,
    bytes_come_as_fast_as_the_policy_allows,
    time_in_which_nothing_is_read_is_not_saved_up,
    bytes_truncated_while_they_are_read_are_an_error,
];

async fn part_of_a_movie_can_be_downloaded(world: World) -> Result {
    let content = bytes(1, 600_000);
    let movie = upload(&world.admin().await?, "matrix.mp4", &content).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    for (offset, length, expected) in [
        (0, 10, 0..10),
        (0, 0, 0..0),
        (300_000, 1, 300_000..300_001),
        (262_144, 262_144, 262_144..524_288),
        (599_999, u64::MAX, 599_999..600_000),
        (0, 600_001, 0..600_000),
        (600_000, 1, 600_000..600_000),
    ] {
        let request = session.download(movie.id).from(offset).length(length);
        let download = request.open().await?;
        assert_eq!(download.length as usize, expected.len());
        assert_eq!(download.size, 600_000);
        let body = download.body().await?;
        assert_eq!(body.remaining() as usize, expected.len());
        assert!(read_all(body).await? == content[expected]);
    }
    Ok(())
}

async fn part_of_other_bytes_is_not_given(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("a", b"abc"), b"abc").await?.movie;
    let session = world.user("neo").await?;
    let ask = |digest: &str| {
        session
            .download(movie.id)
            .at_most(1000)
            .from(1)
            .if_sha256(digest)
            .open()
    };
    let other = ask(&"0".repeat(64)).await;
    assert_eq!(refused(other), Code::Changed);
    for digest in ["", "abc", &"g".repeat(64)] {
        assert_eq!(bad_field(ask(digest).await), Some("if_sha256"));
    }
    assert_eq!(world.rows("payment").await?, 0);
    for digest in [movie.sha256.clone(), movie.sha256.to_uppercase()] {
        assert_eq!(ask(&digest).await?.sha256, movie.sha256);
    }
    Ok(())
}

#[track_caller]
fn limited<T: std::fmt::Debug>(answer: std::result::Result<T, Error>) {
    let error = answer.expect_err("this is one too many");
    assert_eq!(error.code(), Code::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(5)));
}

async fn user_has_as_many_downloads_as_the_policy_allows(database: TestDatabase) -> Result {
    let narrow = Policy {
        max_downloads_per_user: Some(2),
        ..policy()
    };
    let world = World::with_policy(&database, narrow).await;
    let movie = upload(&world.admin().await?, "a", &bytes(1, 600_000))
        .await?
        .id;
    let (neo, trinity) = (world.user("neo").await?, world.user("trinity").await?);
    neo.renew_membership(0).await?;
    let open = |session: &Session| session.download(movie).open();
    let (one, other) = (open(&neo).await?, open(&neo).await?);
    limited(open(&neo).await);
    open(&trinity).await?;
    // It counts until its body is dropped.
    let mut body = one.body().await?;
    body.chunk().await?;
    limited(open(&neo).await);
    drop(body);
    let third = open(&neo).await?;
    limited(open(&neo).await);
    drop((other, third));
    open(&neo).await?;
    Ok(())
}

async fn open_file_is_an_open_download(database: TestDatabase) -> Result {
    let narrow = Policy {
        max_downloads: Some(1),
        ..policy()
    };
    let world = World::with_policy(&database, narrow).await;
    let movie = upload(&world.admin().await?, "a", b"abc").await?.id;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let body = session.download(movie).from(1).open().await?.body().await?;
    let part = body.into_file().expect("it is in a folder");
    assert_eq!(part.range, 1..3);
    limited(session.download(movie).open().await);
    drop(part);
    session.download(movie).open().await?;
    Ok(())
}

async fn program_has_as_many_downloads_as_the_policy_allows(database: TestDatabase) -> Result {
    let narrow = Policy {
        max_downloads: Some(2),
        ..policy()
    };
    let world = World::with_policy(&database, narrow).await;
    let movie = upload(&world.admin().await?, "a", b"abc").await?.id;
    let (neo, trinity) = (world.user("neo").await?, world.user("trinity").await?);
    let one = neo.download(movie).open().await?;
    let _other = neo.download(movie).open().await?;
    limited(trinity.download(movie).open().await);
    drop(one);
    trinity.download(movie).open().await?;
    // A download refused for another reason does not hold a slot.
    for _ in 0..3 {
        let nothing = trinity.download(MovieId::new(99)).open().await;
        assert_eq!(refused(nothing), Code::NotFound);
    }
    trinity.download(movie).open().await?;
    Ok(())
}

async fn refused_download_is_not_paid_for(database: TestDatabase) -> Result {
    let narrow = Policy {
        max_downloads: Some(1),
        ..policy()
    };
    let world = World::with_policy(&database, narrow).await;
    let admin = world.admin().await?;
    let free = upload(&admin, "free", b"free").await?.id;
    let dear = finish(&admin, charged("a", b"abc"), b"abc").await?.movie.id;
    let session = world.user("neo").await?;
    let _open = session.download(free).open().await?;
    limited(session.download(dear).at_most(1000).open().await);
    assert!(session.purchases(first(9)).await?.is_empty());
    assert_eq!(world.rows("payment").await?, 0);
    Ok(())
}

async fn bytes_come_as_fast_as_the_policy_allows(database: TestDatabase) -> Result {
    let slow = Policy {
        download_rate: Some(8_000),
        ..policy()
    };
    let world = World::with_policy(&database, slow).await;
    let content = bytes(1, 40_000);
    let movie = upload(&world.admin().await?, "a", &content).await?.id;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let start = world.clock.now();
    let mut body = session.download(movie).open().await?.body().await?;
    let mut read = Vec::new();
    loop {
        tokio::select! {
            biased;
            chunk = body.chunk() => match chunk? {
                Some(chunk) => read.extend_from_slice(&chunk),
                None => break,
            },
            // If a caller drops the future of a chunk that has to wait, the next call returns that chunk.
            () = world.clock.sleepers(1) => world.clock.advance(Duration::from_millis(25)),
        }
    }
    assert!(read == content);
    // 1,000 bytes every 125 ms; the first of them comes without a wait, and nothing waits after the last.
    let time = world.clock.now().duration_since(start).as_millis();
    assert_eq!(time, 39 * 125);
    Ok(())
}

async fn time_in_which_nothing_is_read_is_not_saved_up(database: TestDatabase) -> Result {
    let slow = Policy {
        download_rate: Some(8_000),
        ..policy()
    };
    let world = World::with_policy(&database, slow).await;
    let content = bytes(1, 40_000);
    let movie = upload(&world.admin().await?, "a", &content).await?.id;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let mut body = session.download(movie).open().await?.body().await?;
    // However often it pauses, one portion comes at once and the next one not before its time.
    for _ in 0..3 {
        assert_eq!(body.chunk().await?.unwrap_or_default().len(), 1000);
        for wait in [125, 125] {
            tokio::select! {
                biased;
                _ = body.chunk() => return Err("it comes too early".into()),
                () = world.clock.sleepers(1) => {}
            }
            world.clock.advance(Duration::from_millis(wait));
            assert_eq!(body.chunk().await?.unwrap_or_default().len(), 1000);
        }
        world.clock.advance(Duration::from_secs(3600));
    }
    Ok(())
}

async fn bytes_truncated_while_they_are_read_are_an_error(world: World) -> Result {
    let content = bytes(1, 2_000_000);
    let movie = upload(&world.admin().await?, "a", &content).await?.id;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let mut body = session.download(movie).open().await?.body().await?;
    let mut read = body.chunk().await?.unwrap_or_default().len();
    for path in world.objects() {
        OpenOptions::new()
            .write(true)
            .open(path)?
            .set_len(700_000)?;
    }
    let error = loop {
        match body.chunk().await {
            Ok(Some(chunk)) => read += chunk.len(),
            Ok(None) => return Err("a part was taken for the whole".into()),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), Code::Internal);
    assert!(read <= 700_000, "{read}");
    assert_eq!(refused(body.chunk().await), Code::Internal);
    Ok(())
}
