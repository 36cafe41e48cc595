//! Downloads whose movie is deleted, and whose bytes are removed, while they are read: each download returns all of its bytes or
//! reports that the movie does not exist.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};
use youku_core::{Admin, Code, Error, MovieId, Policy, Session, Youku};
use youku_tests::Result;

use crate::stores::{Stored, every_store};
use crate::world::{World, bytes, policy, read_all, upload};

/// How many movies are deleted, one after the other, and how many readers each of them has.
const ROUNDS: u8 = 4;
const READERS: usize = 6;

every_store![
    downloads_are_complete_while_their_movie_is_deleted,
    downloads_are_complete_or_not_found_while_their_bytes_are_collected,
    downloads_find_bytes_that_were_uploaded_again,
];

/// The outcome of one download.
type Outcome = std::result::Result<Vec<u8>, Error>;

/// What a round works with.
struct Vanishing {
    admin: Admin,
    session: Session,
    movie: MovieId,
    content: Vec<u8>,
}

impl Vanishing {
    /// A new movie of many chunks, and a member who downloads it.
    async fn new(admin: &Admin, session: &Session, round: u8) -> Result<Self> {
        let content = bytes(round, 1_500_000);
        Ok(Self {
            admin: admin.clone(),
            session: session.clone(),
            movie: upload(admin, &format!("{round}"), &content).await?.id,
            content,
        })
    }

    /// Starts readers that have received their first chunk, and others that ask for the movie at the moment when
    /// `vanish` begins. Returns their outcomes, the former first.
    async fn race(
        &self,
        vanish: impl Future<Output = Result>,
    ) -> Result<(Vec<Outcome>, Vec<Outcome>)> {
        let start = Arc::new(Barrier::new(2 * READERS + 1));
        let (mut early, mut late) = (JoinSet::new(), JoinSet::new());
        for _ in 0..READERS {
            let mut body = self
                .session
                .download(self.movie)
                .open()
                .await?
                .body()
                .await?;
            let mut read = body.chunk().await?.unwrap_or_default().to_vec();
            let start = start.clone();
            early.spawn(async move {
                start.wait().await;
                while let Some(chunk) = body.chunk().await? {
                    read.extend_from_slice(&chunk);
                    yield_now().await;
                }
                Ok(read)
            });
        }
        for number in 0..READERS {
            let (session, movie, start) = (self.session.clone(), self.movie, start.clone());
            late.spawn(async move {
                start.wait().await;
                for _ in 0..number {
                    yield_now().await;
                }
                let download = session.download(movie).open().await?;
                let body = download.body().await?;
                Ok(read_all(body).await.expect("what was begun is given"))
            });
        }
        start.wait().await;
        vanish.await?;
        Ok((early.join_all().await, late.join_all().await))
    }

    #[track_caller]
    fn is_whole(&self, outcome: &Outcome) {
        match outcome {
            Ok(bytes) => assert!(*bytes == self.content, "{} bytes", bytes.len()),
            Err(error) => panic!("{error:?}"),
        }
    }

    #[track_caller]
    fn is_whole_or_not_there(&self, outcome: &Outcome) {
        match outcome {
            Err(error) => assert_eq!(error.code(), Code::NotFound, "{error:?}"),
            whole => self.is_whole(whole),
        }
    }
}

/// Another program that immediately removes the bytes of deleted movies.
async fn collector(world: &World) -> Youku {
    let at_once = Policy {
        restore_window: Duration::ZERO,
        ..policy()
    };
    world.reopen(at_once).await
}

async fn people(world: &World) -> Result<(Admin, Session)> {
    let admin = world.admin().await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    Ok((admin, session))
}

async fn downloads_are_complete_while_their_movie_is_deleted(stored: Stored) -> Result {
    let (admin, session) = people(&stored.world).await?;
    for round in 0..ROUNDS {
        let vanishing = Vanishing::new(&admin, &session, round).await?;
        let delete = async { Ok(vanishing.admin.delete(vanishing.movie).await.map(drop)?) };
        let (early, late) = vanishing.race(delete).await?;
        early.iter().for_each(|outcome| vanishing.is_whole(outcome));
        late.iter()
            .for_each(|outcome| vanishing.is_whole_or_not_there(outcome));
    }
    Ok(())
}

async fn downloads_are_complete_or_not_found_while_their_bytes_are_collected(
    stored: Stored,
) -> Result {
    let (admin, session) = people(&stored.world).await?;
    let collector = collector(&stored.world).await;
    for round in 0..ROUNDS {
        let vanishing = Vanishing::new(&admin, &session, round).await?;
        let collect = async {
            vanishing.admin.delete(vanishing.movie).await?;
            assert_eq!(collector.sweep().await?.collected_movies, 1);
            Ok(())
        };
        let (early, late) = vanishing.race(collect).await?;
        early.iter().for_each(|outcome| vanishing.is_whole(outcome));
        late.iter()
            .for_each(|outcome| vanishing.is_whole_or_not_there(outcome));
        assert!(stored.objects().await?.is_empty());
    }
    Ok(())
}

async fn downloads_find_bytes_that_were_uploaded_again(stored: Stored) -> Result {
    let world = &stored.world;
    let (admin, session) = people(world).await?;
    let collector = collector(world).await;
    for round in 0..ROUNDS {
        let vanishing = Vanishing::new(&admin, &session, round).await?;
        let replace = async {
            vanishing.admin.delete(vanishing.movie).await?;
            assert_eq!(collector.sweep().await?.collected_movies, 1);
            let back = upload(&vanishing.admin, "b", &vanishing.content).await?;
            assert_eq!(back.id, vanishing.movie);
            Ok(())
        };
        let (early, late) = vanishing.race(replace).await?;
        early.iter().for_each(|outcome| vanishing.is_whole(outcome));
        late.iter()
            .for_each(|outcome| vanishing.is_whole_or_not_there(outcome));
        let again = session.download(vanishing.movie).open().await?;
        assert!(read_all(again.body().await?).await? == vanishing.content);
    }
    Ok(())
}
