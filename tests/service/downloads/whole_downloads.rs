//! Downloading: what it costs, which bytes arrive, and under which name.

use youku_core::{Code, Page, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{
    SECOND, World, bad_field, bytes, charged, finish, policy, read_all, refused, upload,
};

both_databases![
    member_downloads_without_a_wait,
    download_can_begin_anywhere,
    paid_movie_is_charged_once,
    prices_are_the_policy_and_stay_what_was_paid,
    missing_movie_is_not_charged,
    running_and_granted_downloads_outlive_a_deletion,
    granted_download_outlives_a_second_upload_of_its_bytes,
    body_of_an_ended_session_does_not_start,
    open_download_of_a_locked_user_ends_soon,
];

async fn open_download_of_a_locked_user_ends_soon(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", &bytes(1, 2_000_000)).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let mut body = session.download(movie.id).open().await?.body().await?;
    let file = session.download(movie.id).open().await?.body().await?;
    let mut file = file.into_file().map_err(|_| "it is in a folder")?;
    assert!(body.chunk().await?.is_some());
    session.logout().await?;
    world.clock.advance(10 * SECOND);
    assert!(body.chunk().await?.is_some());
    file.check().await?;
    admin.lock_user(session.user_id()).await?;
    world.clock.advance(10 * SECOND);
    assert_eq!(refused(body.chunk().await), Code::Unauthenticated);
    assert_eq!(refused(file.check().await), Code::Unauthenticated);
    Ok(())
}

async fn member_downloads_without_a_wait(world: World) -> Result {
    let content = bytes(1, 1_000_000);
    let movie = upload(&world.admin().await?, "matrix.mp4", &content).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let download = session.download(movie.id).open().await?;
    assert_eq!(
        (download.movie_id, download.movie_name.as_str()),
        (movie.id, "matrix.mp4")
    );
    assert_eq!(download.file_name, "matrix.mp4");
    assert_eq!(
        (download.size, download.offset, download.length),
        (1_000_000, 0, 1_000_000)
    );
    assert_eq!(download.sha256, movie.sha256);
    assert!(download.wait.is_zero());
    assert_eq!(download.price_fen, 0);
    assert!(read_all(download.body().await?).await? == content);
    Ok(())
}

async fn download_can_begin_anywhere(world: World) -> Result {
    let content = bytes(1, 600_000);
    let movie = upload(&world.admin().await?, "matrix.mp4", &content).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    for offset in [1, 262_144, 599_999, 600_000] {
        let download = session.download(movie.id).from(offset).open().await?;
        assert_eq!(download.length, 600_000 - offset);
        let body = download.body().await?;
        assert!(read_all(body).await? == content[offset as usize..]);
    }
    for offset in [600_001, u64::MAX] {
        let beyond = session.download(movie.id).from(offset).open().await;
        assert_eq!(bad_field(beyond), Some("offset"));
    }
    Ok(())
}

async fn paid_movie_is_charged_once(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("matrix.mp4", b"abc"), b"abc")
        .await?
        .movie;
    let session = world.user("neo").await?;
    assert_eq!(
        session
            .download(movie.id)
            .at_most(1000)
            .open()
            .await?
            .price_fen,
        1000
    );
    assert_eq!(session.download(movie.id).open().await?.price_fen, 0);
    session.renew_membership(0).await?;
    assert_eq!(
        session.download(movie.id).from(1).open().await?.price_fen,
        0
    );
    assert_eq!(
        world
            .number("SELECT SUM(`price_fen`) FROM `purchase`")
            .await?,
        1000
    );
    let other = world.user("trinity").await?;
    other.renew_membership(0).await?;
    assert_eq!(
        other
            .download(movie.id)
            .at_most(500)
            .open()
            .await?
            .price_fen,
        500
    );
    assert_eq!(
        world
            .number("SELECT SUM(`price_fen`) FROM `purchase`")
            .await?,
        1500
    );
    Ok(())
}

async fn prices_are_the_policy_and_stay_what_was_paid(database: TestDatabase) -> Result {
    let dear = Policy {
        price_fen: 9900,
        ..policy()
    };
    let world = World::with_policy(&database, dear).await;
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("matrix.mp4", b"abc"), b"abc")
        .await?
        .movie;
    let session = world.user("neo").await?;
    assert_eq!(
        session
            .download(movie.id)
            .at_most(9900)
            .open()
            .await?
            .price_fen,
        9900
    );
    let cheap = world.another_node().await.session(session.token()).await?;
    assert_eq!(cheap.download(movie.id).open().await?.price_fen, 0);
    assert_eq!(
        world
            .number("SELECT SUM(`price_fen`) FROM `purchase`")
            .await?,
        9900
    );
    Ok(())
}

async fn missing_movie_is_not_charged(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("matrix.mp4", b"abc"), b"abc")
        .await?
        .movie;
    let session = world.user("neo").await?;
    for path in world.objects() {
        std::fs::write(path, b"ab")?;
    }
    assert_eq!(
        refused(session.download(movie.id).open().await),
        Code::Unavailable
    );
    for path in world.objects() {
        std::fs::remove_file(path)?;
    }
    assert_eq!(
        refused(session.download(movie.id).open().await),
        Code::Unavailable
    );
    admin.delete(movie.id).await?;
    assert_eq!(
        refused(session.download(movie.id).open().await),
        Code::NotFound
    );
    assert_eq!(
        (
            world.rows("purchase").await?,
            world.rows("download_wait").await?
        ),
        (0, 0)
    );
    Ok(())
}

async fn running_and_granted_downloads_outlive_a_deletion(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 2_000_000);
    let movie = upload(&admin, "matrix.mp4", &content).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let mut running = session.download(movie.id).open().await?.body().await?;
    let first = running.chunk().await?.unwrap_or_default();
    let granted = session.download(movie.id).open().await?;
    admin.delete(movie.id).await?;
    let rest = read_all(running).await?;
    assert!([&first[..], &rest].concat() == content);
    assert!(read_all(granted.body().await?).await? == content);
    Ok(())
}

async fn granted_download_outlives_a_second_upload_of_its_bytes(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let granted = session.download(movie.id).open().await?;
    let old = world.objects();
    admin.delete(movie.id).await?;
    upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    for path in old {
        std::fs::remove_file(path)?;
    }
    assert_eq!(read_all(granted.body().await?).await?, b"There is no spoon");
    Ok(())
}

async fn body_of_an_ended_session_does_not_start(world: World) -> Result {
    let movie = upload(&world.admin().await?, "matrix.mp4", b"There is no spoon").await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let granted = session.download(movie.id).open().await?;
    session.logout().await?;
    assert_eq!(refused(granted.body().await), Code::Unauthenticated);
    assert_eq!(world.rows("download_record").await?, 0);
    assert!(session.history(Page::first(1)).await?.is_empty());
    Ok(())
}
