//! Opening a service, and the kinds of store it can use.

use std::sync::Arc;
use std::time::Duration;

use object_store::memory::InMemory;
use tokio::net::TcpListener;
use youku_core::testing::{ManualClock, SeededRandomness};
use youku_core::{Code, PasswordCost, Policy, Youku, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::uploads::resumed_uploads;
use crate::world::{
    HOUR, World, bad_field, bytes, credentials, new_movie, policy, read_all, refused, registration,
    upload,
};

both_databases![
    stored_data_is_there_after_reopening,
    movies_can_be_kept_in_memory,
    parts_that_are_missing_or_do_not_work_are_named,
    closed_service_is_unavailable,
    service_opens_twice_at_once,
    a_folder_that_is_not_the_movies_is_refused,
    services_that_stage_in_one_folder_do_not_disturb_each_other,
    store_that_cannot_be_reached_is_unavailable,
];

async fn stored_data_is_there_after_reopening(world: World) -> Result {
    let movie = upload(&world.admin().await?, "a.mp4", b"abc").await?;
    world.youku.clone().close().await?;
    let youku = world.another_node().await;
    let session = youku.login(credentials("root")).await?;
    assert_eq!(session.movies().page(first(50)).await?.entries, [movie]);
    Ok(())
}

async fn movies_can_be_kept_in_memory(database: TestDatabase) -> Result {
    let youku = Youku::builder()
        .database(database.url())
        .movies("memory:///")
        .policy(Policy {
            download_wait: Duration::ZERO,
            ..policy()
        })
        .randomness(SeededRandomness::new(1))
        .open()
        .await?;
    youku.create_admin(registration("root")).await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let content = bytes(1, 9_000_000);
    let movie = upload(&admin, "a.mp4", &content).await?;
    let download = admin.session().download(movie.id).from(123).open().await?;
    assert!(read_all(download.body().await?).await? == content[123..]);
    assert_eq!(youku.sweep().await?, Default::default());
    Ok(())
}

async fn parts_that_are_missing_or_do_not_work_are_named(database: TestDatabase) -> Result {
    let builder = || {
        Youku::builder()
            .database(database.url())
            .movies("memory:///")
    };
    let nonsense = Policy {
        password_cost: PasswordCost {
            memory_kib: 0,
            passes: 0,
            lanes: 0,
        },
        ..policy()
    };
    let missing = Youku::builder().movies("memory:///").open().await;
    assert_eq!(bad_field(missing), Some("database"));
    let missing = Youku::builder().database(database.url()).open().await;
    assert_eq!(bad_field(missing), Some("movies"));
    assert_eq!(
        bad_field(builder().database("movies.db").open().await),
        Some("database")
    );
    assert_eq!(
        bad_field(builder().movies("/srv/movies").open().await),
        Some("movies")
    );
    assert_eq!(
        bad_field(builder().movies("gs://bucket/a").open().await),
        Some("staging")
    );
    let store = builder()
        .movies("gs://bucket/a")
        .staging(std::env::temp_dir())
        .open()
        .await;
    assert_eq!(bad_field(store), Some("movies"));
    for url in ["s3://bucket/a?colour=red", "s3://bucket/a//b"] {
        let store = builder().movies(url).staging(std::env::temp_dir());
        assert_eq!(bad_field(store.open().await), Some("movies"), "{url}");
    }
    assert_eq!(
        bad_field(builder().policy(nonsense).open().await),
        Some("policy")
    );
    Ok(())
}

async fn closed_service_is_unavailable(world: World) -> Result {
    let session = world.user("neo").await?;
    world.youku.clone().close().await?;
    let error = world
        .youku
        .session(session.token())
        .await
        .expect_err("it is closed");
    assert_eq!(error.code(), Code::Unavailable);
    assert!(error.is_retryable() && error.retry_after().is_some());
    assert_eq!(
        refused(session.renew_membership(0).await),
        Code::Unavailable
    );
    Ok(())
}

async fn service_opens_twice_at_once(database: TestDatabase) -> Result {
    let open = || {
        Youku::builder()
            .database(database.url())
            .movies("memory:///")
            .open()
    };
    let (one, other) = tokio::join!(open(), open());
    one?.register(registration("neo")).await?;
    assert_eq!(
        refused(other?.register(registration("neo")).await),
        Code::Exists
    );
    Ok(())
}

/// A sweep over it would hide every movie.
async fn a_folder_that_is_not_the_movies_is_refused(world: World) -> Result {
    let empty = tempfile::tempdir()?;
    let elsewhere = Youku::builder()
        .database(world.database.url())
        .movies_folder(empty.path())
        .policy(policy());
    upload(&world.admin().await?, "a.mp4", b"abc").await?;
    assert_eq!(bad_field(elsewhere.open().await), Some("movies"));
    Ok(())
}

async fn services_that_stage_in_one_folder_do_not_disturb_each_other(
    database: TestDatabase,
) -> Result {
    let other = TestDatabase::create(database.backend()).await;
    let staging = tempfile::tempdir()?;
    let open = async |database: &TestDatabase, clock: ManualClock| {
        let builder = Youku::builder().database(database.url()).clock(clock);
        let builder = builder.movies_store(Arc::new(InMemory::new()));
        builder
            .staging(staging.path())
            .policy(policy())
            .open()
            .await
    };
    let clock = ManualClock::default();
    let youku = open(&database, clock.clone()).await?;
    let stranger = open(&other, clock.clone()).await?;
    youku.create_admin(registration("root")).await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let content = bytes(1, 1000);
    let mut upload = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
    let id = upload.id().clone();
    let part = resumed_uploads::chunk(0, 400);
    upload.write_chunk(&part, &content[..400]).await?;
    upload.suspend().await?;
    clock.advance(2 * HOUR);
    assert_eq!(stranger.sweep().await?, Default::default());
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(upload.offset(), 400);
    resumed_uploads::send_rest(upload, &content).await
}

/// A server that resets every connection.
async fn store_that_cannot_be_reached_is_unavailable(database: TestDatabase) -> Result {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            let _ = connection.set_zero_linger();
        }
    });
    let settings = "access_key_id=neo&secret_access_key=zion&allow_http=true";
    let url = format!("s3://movies/?endpoint=http://{endpoint}&{settings}");
    let staging = tempfile::tempdir()?;
    let builder = Youku::builder().database(database.url()).movies(url);
    let opened = builder.staging(staging.path()).policy(policy()).open();
    assert_eq!(refused(opened.await), Code::Unavailable);
    Ok(())
}

/// What is refused is a typing mistake, and the file would be in the way of the right one.
#[tokio::test]
async fn a_refused_url_or_prefix_leaves_no_file() -> Result {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("youku.db");
    let builder = |parameters: &str| {
        let url = format!("sqlite:{}{parameters}", database.display());
        Youku::builder()
            .database(url)
            .policy(policy())
            .movies("memory:///")
    };
    for parameters in ["?bogus=1", "?max_connections=many"] {
        let opened = builder(parameters).open().await;
        assert_eq!(bad_field(opened), Some("database"));
        assert_eq!(
            bad_field(builder(parameters).migrate().await),
            Some("database")
        );
    }
    let opened = builder("").table_prefix("A-").open().await;
    assert_eq!(bad_field(opened), Some("table_prefix"));
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
    // A file that was there stays.
    builder("").open().await?.close().await?;
    assert_eq!(
        bad_field(builder("?bogus=1").open().await),
        Some("database")
    );
    let opened = builder("").table_prefix("A-").open().await;
    assert_eq!(bad_field(opened), Some("table_prefix"));
    assert!(database.metadata()?.len() > 0);
    Ok(())
}
