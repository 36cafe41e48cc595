//! The list of a user's downloads.

use youku_core::{Page, Session};
use youku_tests::{Result, both_databases};

use crate::world::{SECOND, World, bytes, upload};

async fn names(session: &Session, page: Page) -> Result<Vec<String>> {
    let entries = session.history(page).await?;
    Ok(entries.into_iter().map(|entry| entry.movie_name).collect())
}

both_databases![
    history_has_only_the_users_own_entries_newest_first,
    granted_download_is_no_history_before_its_bytes_start,
    continuation_is_not_a_second_entry,
    deleted_movies_stay_in_the_history,
];

async fn history_has_only_the_users_own_entries_newest_first(world: World) -> Result {
    let admin = world.admin().await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    assert!(session.history(Page::first(9)).await?.is_empty());
    for seed in 0..3 {
        let movie = upload(&admin, &format!("{seed}.mp4"), &bytes(seed, 10)).await?;
        world.clock.advance(SECOND);
        session.download(movie.id).open().await?.body().await?;
    }
    assert_eq!(
        names(&session, Page::first(9)).await?,
        ["2.mp4", "1.mp4", "0.mp4"]
    );
    let first = session.history(Page::first(2)).await?;
    assert_eq!(first[0].time.duration_since(first[1].time).as_secs(), 1);
    let rest = Page::first(2).after(first[1].id);
    assert_eq!(names(&session, rest).await?, ["0.mp4"]);
    assert!(admin.session().history(Page::first(9)).await?.is_empty());
    Ok(())
}

async fn granted_download_is_no_history_before_its_bytes_start(world: World) -> Result {
    let movie = upload(&world.admin().await?, "a.mp4", b"abc").await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    let download = session.download(movie.id).open().await?;
    assert!(session.history(Page::first(9)).await?.is_empty());
    download.body().await?;
    assert_eq!(names(&session, Page::first(9)).await?, ["a.mp4"]);
    Ok(())
}

async fn continuation_is_not_a_second_entry(world: World) -> Result {
    let movie = upload(&world.admin().await?, "a.mp4", b"abc").await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    session
        .download(movie.id)
        .from(1)
        .open()
        .await?
        .body()
        .await?;
    session
        .download(movie.id)
        .from(2)
        .open()
        .await?
        .body()
        .await?;
    assert_eq!(session.history(Page::first(9)).await?.len(), 1);
    session.download(movie.id).open().await?.body().await?;
    assert_eq!(session.history(Page::first(9)).await?.len(), 2);
    Ok(())
}

async fn deleted_movies_stay_in_the_history(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a.mp4", b"abc").await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    session.download(movie.id).open().await?.body().await?;
    admin.delete(movie.id).await?;
    let history = session.history(Page::first(9)).await?;
    assert_eq!(
        (history[0].movie_id, history[0].movie_name.as_str()),
        (movie.id, "a.mp4")
    );
    Ok(())
}
