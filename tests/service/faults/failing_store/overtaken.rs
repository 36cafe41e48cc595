//! Downloads whose request to the store is under way when their movie is deleted and its bytes are removed.

use std::time::Duration;

use youku_core::{Admin, Code, Error, MovieId, Policy, Youku};
use youku_tests::{Result, both_databases};

use super::Shaky;
use super::store::Call;
use crate::world::{charged, finish, policy, refused, upload};

const CONTENT: &[u8] = b"There is no spoon";

both_databases![
    bytes_collected_before_they_are_read_are_not_found,
    bytes_replaced_before_they_are_read_are_found,
    bytes_replaced_before_the_size_is_read_are_found,
    movie_that_vanishes_during_the_request_is_not_found,
];

/// A download of a paid movie whose request to the store is running when `interruption` runs. A program that immediately
/// removes the bytes of deleted movies serves it.
async fn interrupted(
    shaky: &Shaky,
    call: Call,
    is_member: bool,
    interruption: impl AsyncFnOnce(&Admin, MovieId, Youku) -> Result,
) -> Result<std::result::Result<Vec<u8>, Error>> {
    let admin = shaky.world.admin().await?;
    let movie = finish(&admin, charged("a", CONTENT), CONTENT)
        .await?
        .movie
        .id;
    let session = shaky.world.user("neo").await?;
    if is_member {
        session.renew_membership(0).await?;
    }
    let at_once = Policy {
        restore_window: Duration::ZERO,
        ..policy()
    };
    let collector = shaky.world.reopen(at_once).await;
    let gate = shaky.store.hold(call);
    let download = tokio::spawn(async move {
        let mut body = session
            .download(movie)
            .at_most(1000)
            .open()
            .await?
            .body()
            .await?;
        Ok(body.chunk().await?.unwrap_or_default().to_vec())
    });
    gate.is_reached().await;
    interruption(&admin, movie, collector).await?;
    gate.open();
    Ok(download.await?)
}

async fn delete_and_collect(admin: &Admin, movie: MovieId, collector: Youku) -> Result {
    admin.delete(movie).await?;
    assert_eq!(collector.sweep().await?.collected_movies, 1);
    Ok(())
}

async fn replace(admin: &Admin, movie: MovieId, collector: Youku) -> Result {
    delete_and_collect(admin, movie, collector).await?;
    let back = upload(admin, "b", CONTENT).await?;
    assert_eq!(back.id, movie);
    Ok(())
}

async fn bytes_collected_before_they_are_read_are_not_found(shaky: Shaky) -> Result {
    let read = interrupted(&shaky, Call::Get, true, delete_and_collect).await?;
    assert_eq!(refused(read), Code::NotFound);
    Ok(())
}

async fn bytes_replaced_before_they_are_read_are_found(shaky: Shaky) -> Result {
    let read = interrupted(&shaky, Call::Get, true, replace).await?;
    assert_eq!(read?, CONTENT);
    Ok(())
}

async fn bytes_replaced_before_the_size_is_read_are_found(shaky: Shaky) -> Result {
    let read = interrupted(&shaky, Call::Head, true, replace).await?;
    assert_eq!(read?, CONTENT);
    Ok(())
}

async fn movie_that_vanishes_during_the_request_is_not_found(shaky: Shaky) -> Result {
    let read = interrupted(&shaky, Call::Head, false, delete_and_collect).await?;
    assert_eq!(refused(read), Code::NotFound);
    assert_eq!(shaky.world.rows("download_wait").await?, 0);
    assert_eq!(shaky.world.rows("payment").await?, 0);
    Ok(())
}
