//! Movies whose bytes are away, and come back.

use std::time::Duration;

use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use youku_core::{Admin, Code, Hold, MovieId, Policy, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::stores::{Stored, every_store};
use crate::world::{World, bytes, policy, read_all, refused, upload};

every_store![
    hidden_movies_are_listed_again_when_their_bytes_are_back,
    a_store_that_is_mostly_away_hides_nothing,
    changed_bytes_do_not_bring_a_movie_back,
];

both_databases![
    a_hidden_movie_stays_hidden_while_its_content_is_listed_again,
    many_movies_may_be_hidden_if_they_are_few_of_all,
];

async fn listed(admin: &Admin) -> Result<usize> {
    Ok(admin.session().movies().page(first(100)).await?.len())
}

/// Removes all bytes from the store, and returns them.
async fn take_away(stored: &Stored) -> Result<Vec<(Path, PutPayload)>> {
    let mut away = Vec::new();
    for path in stored.objects().await? {
        let bytes = stored.store.get(&path).await?.bytes().await?;
        away.push((path, PutPayload::from(bytes)));
    }
    stored.lose_objects().await?;
    Ok(away)
}

async fn bring_back(stored: &Stored, away: Vec<(Path, PutPayload)>) -> Result {
    for (path, bytes) in away {
        stored.store.put(&path, bytes).await?;
    }
    Ok(())
}

async fn upload_some(admin: &Admin, count: u8) -> Result<Vec<MovieId>> {
    let mut movies = Vec::new();
    for number in 0..count {
        let content = bytes(number, 1000);
        movies.push(upload(admin, &format!("{number}"), &content).await?.id);
    }
    Ok(movies)
}

async fn hidden_movies_are_listed_again_when_their_bytes_are_back(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let movies = upload_some(&admin, 10).await?;
    let away = take_away(&stored).await?;
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.lost_movies, swept.hidden_movies), (10, 10));
    assert_eq!((swept.hold, listed(&admin).await?), (None, 0));
    assert_eq!(world.youku.statistics().await?.hidden_movies, 10);
    let verified = world.youku.verify().await?;
    let hidden: Vec<_> = verified
        .hidden
        .iter()
        .map(|hidden| hidden.movie.id)
        .collect();
    assert_eq!(hidden, movies);

    bring_back(&stored, away).await?;
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.found_movies, swept.hidden_movies), (10, 0));
    assert_eq!(listed(&admin).await?, 10);
    let verified = world.youku.verify().await?;
    assert_eq!((verified.movies, verified.hidden.len()), (10, 0));
    assert_eq!(world.youku.sweep().await?, Default::default());
    Ok(())
}

async fn a_store_that_is_mostly_away_hides_nothing(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    let movies = upload_some(&admin, 11).await?;
    let deleted = upload(&admin, "deleted", b"deleted").await?.id;
    admin.delete(deleted).await?;
    let away = take_away(&stored).await?;
    world.clock.advance(Duration::from_secs(31 * 86_400));
    let session = world.user("neo").await?;
    let swept = world.youku.sweep().await?;
    assert_eq!(swept.hold, Some(Hold::StoreIncomplete));
    assert_eq!((swept.lost_movies, swept.missing_movies), (0, 11));
    assert_eq!((swept.collected_movies, swept.hidden_movies), (0, 0));
    let movies_listed = session.movies().page(first(100)).await?;
    assert_eq!(movies_listed.len(), 11);
    let download = session.download(movies[0]).open().await;
    assert_eq!(refused(download), Code::Unavailable);

    bring_back(&stored, away).await?;
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.hold, swept.collected_movies), (None, 1));
    session.renew_membership(0).await?;
    let download = session.download(movies[0]).open().await?;
    assert!(read_all(download.body().await?).await? == bytes(0, 1000));
    Ok(())
}

async fn changed_bytes_do_not_bring_a_movie_back(stored: Stored) -> Result {
    let world = &stored.world;
    let admin = world.admin().await?;
    upload_some(&admin, 1).await?;
    let away = take_away(&stored).await?;
    assert_eq!(world.youku.sweep().await?.lost_movies, 1);
    let path = away[0].0.clone();
    for other in [bytes(1, 1000), bytes(0, 999)] {
        stored.store.put(&path, other.into()).await?;
        let swept = world.youku.sweep().await?;
        assert_eq!((swept.found_movies, swept.hidden_movies), (0, 1));
    }
    bring_back(&stored, away).await?;
    assert_eq!(world.youku.sweep().await?.found_movies, 1);
    Ok(())
}

/// The second row is one that an earlier version might have written.
async fn a_hidden_movie_stays_hidden_while_its_content_is_listed_again(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let object = world.objects().remove(0);
    let away = object.with_extension("away");
    std::fs::rename(&object, &away)?;
    assert_eq!(world.youku.sweep().await?.lost_movies, 1);
    let key = "0123456789abcdef0123456789abcdef";
    world
        .execute(format!(
            "INSERT INTO `movie` (`movie_name`, `search_name`, `movie_size`, `movie_path`, `kind`, `sha256`, `live_digest`, \
             `user_id`, `upload_time`, `is_delete`, `is_lost`, `is_collected`) SELECT 'b', 'b', `movie_size`, '{key}', `kind`, \
             `sha256`, `sha256`, `user_id`, `upload_time`, 0, 0, 0 FROM `movie`"
        ))
        .await?;
    std::fs::write(world.path("objects").join(key), b"abc")?;
    std::fs::rename(&away, &object)?;
    assert!(world.youku.sweep_plan().await?.found_movies.is_empty());
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.found_movies, swept.hidden_movies), (0, 1));
    let hidden = world.youku.hidden_movies().await?;
    assert_eq!(hidden[0].movie, movie);
    let other = admin.session().movies().page(first(9)).await?[0].id;
    assert_eq!(hidden[0].same_content, Some(other));
    admin.delete(other).await?;
    assert_eq!(world.youku.sweep_plan().await?.found_movies, [movie]);
    assert_eq!(world.youku.sweep().await?.found_movies, 1);
    Ok(())
}

async fn many_movies_may_be_hidden_if_they_are_few_of_all(database: TestDatabase) -> Result {
    let policy = Policy {
        round_limit: 0,
        ..policy()
    };
    let world = World::with_policy(&database, policy).await;
    let admin = world.admin().await?;
    upload_some(&admin, 100).await?;
    let objects = world.objects();
    let kept = std::fs::read(&objects[0])?;
    std::fs::remove_file(&objects[0])?;
    std::fs::remove_file(&objects[1])?;
    // 1 % of 100 is one.
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.missing_movies, swept.lost_movies), (2, 0));
    std::fs::write(&objects[0], kept)?;
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.missing_movies, swept.lost_movies), (0, 1));
    Ok(())
}
