//! Downloads of one user that begin at once.

use std::time::Duration;

use youku_core::{Code, MovieId, Policy, Session};
use youku_tests::{Result, both_databases};

use super::{Watched, on_mysql};
use crate::world::{SECOND, World, credentials, policy, read_all, refused, upload};

const CONTENT: &[u8] = b"Follow the white rabbit";

both_databases![movie_collected_before_the_download_begins_is_not_found];

/// A user without a membership as two servers see them, and a movie.
struct Waiting {
    world: World,
    watched: Watched,
    own: Session,
    others: Session,
    movie: MovieId,
}

impl Waiting {
    async fn new(world: World) -> Result<Self> {
        let movie = upload(&world.admin().await?, "a", CONTENT).await?.id;
        let watched = Watched::new(&world).await?;
        let others = world.user("neo").await?;
        let own = watched.session(&others).await?;
        Ok(Self {
            world,
            watched,
            own,
            others,
            movie,
        })
    }

    async fn unused(&self) -> Result<u64> {
        let unused = "SELECT COUNT(*) FROM `download_wait` WHERE `started_at` IS NULL";
        self.world.number(unused).await
    }
}

#[test]
fn viewing_is_begun_by_one_of_two() {
    on_mysql(async |world: World| {
        let waiting = Waiting::new(world).await?;
        let (world, movie) = (&waiting.world, waiting.movie);
        let download = waiting.own.download(movie).open().await?;
        let twin = waiting.others.download(movie).open().await?;
        world.clock.advance(30 * SECOND);
        waiting
            .watched
            .after("SELECT", "FROM `download_record`", async move {
                twin.body().await?;
                Ok(())
            });
        assert_eq!(read_all(download.body().await?).await?, CONTENT);
        waiting.watched.acted()?;
        assert_eq!(world.rows("download_record").await?, 1);
        assert_eq!(waiting.unused().await?, 0);
        Ok(())
    });
}

#[test]
fn wait_begins_once_for_two() {
    on_mysql(async |world: World| {
        let waiting = Waiting::new(world).await?;
        let (others, movie) = (waiting.others.clone(), waiting.movie);
        let clock = waiting.world.clock.clone();
        waiting
            .watched
            .after("SELECT", "FROM `download_wait`", async move {
                others.download(movie).open().await?;
                clock.advance(10 * SECOND);
                Ok(())
            });
        let download = waiting.own.download(movie).open().await?;
        waiting.watched.acted()?;
        let twin = waiting.others.download(movie).open().await?;
        assert_eq!((download.ready_at, twin.wait), (twin.ready_at, 20 * SECOND));
        assert_eq!(waiting.world.rows("download_wait").await?, 1);
        Ok(())
    });
}

async fn movie_collected_before_the_download_begins_is_not_found(world: World) -> Result {
    let waiting = Waiting::new(world).await?;
    let (world, movie) = (&waiting.world, waiting.movie);
    let download = waiting.own.download(movie).open().await?;
    world.clock.advance(30 * SECOND);
    let admin = world.youku.login(credentials("root")).await?;
    admin.admin().await?.delete(movie).await?;
    let at_once = Policy {
        restore_window: Duration::ZERO,
        ..policy()
    };
    let collector = world.reopen(at_once).await;
    assert_eq!(collector.sweep().await?.collected_movies, 1);
    assert_eq!(refused(download.body().await), Code::NotFound);
    assert_eq!(world.rows("download_record").await?, 0);
    // The wait has not been used up.
    assert_eq!(waiting.unused().await?, 1);
    Ok(())
}
