//! A store that fails at each of the calls that the service makes to it. The answer says what is wrong, nothing incomplete is
//! listed, nothing acknowledged is lost, and the same call succeeds once the store works again.

mod overtaken;
mod published;
mod store;
mod swept;

use std::sync::Arc;

use futures_util::TryStreamExt;
use object_store::ObjectStore;
use object_store::path::Path;
use youku_core::{Admin, Code, Error, Finished, Page, Youku};
use youku_tests::{Fixture, Result, TestDatabase, both_databases};

use crate::uploads::resumed_uploads::{self, chunk};
use crate::world::{
    DAY, Movies, World, bytes, charged, new_movie, open, policy, read_all, refused, upload,
};
use store::{Call, Failing, Fault};

/// The faults that a call can have, each with the code that reports it.
const FAULTS: [(Fault, Code); 5] = [
    (Fault::Io, Code::Internal),
    (Fault::Full, Code::NoSpace),
    (Fault::Reset, Code::Unavailable),
    (Fault::TimedOut, Code::Unavailable),
    (Fault::LostReply, Code::Unavailable),
];

/// The calls that put a movie into the store. Movies of many parts take longer, so not each call is tested with every fault.
const PUBLISHING: [(Call, Fault, Code); 9] = [
    (Call::Put, FAULTS[0].0, FAULTS[0].1),
    (Call::Put, FAULTS[1].0, FAULTS[1].1),
    (Call::Put, FAULTS[2].0, FAULTS[2].1),
    (Call::Put, FAULTS[4].0, FAULTS[4].1),
    (Call::Begin, FAULTS[3].0, FAULTS[3].1),
    (Call::Part, FAULTS[1].0, FAULTS[1].1),
    (Call::Part, FAULTS[4].0, FAULTS[4].1),
    (Call::Complete, FAULTS[0].0, FAULTS[0].1),
    (Call::Complete, FAULTS[4].0, FAULTS[4].1),
];

/// A service over a store that works until it is told to fail.
struct Shaky {
    world: World,
    store: Failing,
}

impl Fixture for Shaky {
    async fn prepare(database: &TestDatabase) -> Self {
        let store = Failing::default();
        let movies = Movies::Store(Arc::new(store.clone()));
        let world = World::with_movies(database, movies, policy()).await;
        Self { world, store }
    }
}

impl Shaky {
    async fn objects(&self) -> Result<usize> {
        let objects = self.store.list(Some(&Path::from("objects")));
        Ok(objects.try_collect::<Vec<_>>().await?.len())
    }

    /// Every listed movie is whole, there are `count` of them, and nothing else is left after all grace periods.
    async fn has_movies(&self, count: usize) -> Result {
        for days in [2, 30] {
            self.world.clock.advance(days * DAY);
            let swept = self.world.youku.sweep().await?;
            assert_eq!((swept.lost_movies, swept.hold), (0, None));
        }
        let found = self.world.youku.verify().await?;
        assert_eq!((found.movies, found.damaged), (count as u64, vec![]));
        assert_eq!(self.objects().await?, count);
        assert_eq!(self.store.unfinished(), 0);
        assert_eq!(self.world.staged().len(), 0);
        assert_eq!(self.world.rows("upload").await?, 0);
        Ok(())
    }
}

async fn listed(admin: &Admin) -> Result<usize> {
    let movies = admin.session().movies();
    Ok(movies.page(Page::first(99)).await?.len())
}

/// Bytes that `call` puts into the store: in one part or in two.
fn content(call: Call, number: usize) -> Vec<u8> {
    let size = if call == Call::Put {
        1000
    } else {
        (8 << 20) + 1
    };
    bytes(number as u8, size)
}

both_databases![
    upload_to_a_failing_store_lists_nothing_and_can_be_tried_again,
    resumable_upload_to_a_failing_store_keeps_every_byte,
    movie_is_not_charged_while_the_store_fails,
    download_from_a_failing_store_is_an_error_and_can_be_resumed,
    second_upload_of_the_same_bytes_gets_the_movie_even_if_its_own_bytes_cannot_be_removed,
    store_that_cannot_be_named_is_not_opened,
];

async fn upload_to_a_failing_store_lists_nothing_and_can_be_tried_again(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    for (number, (call, fault, code)) in PUBLISHING.into_iter().enumerate() {
        let content = content(call, number);
        let mut failing = open(&admin, new_movie("a", &content)).await?;
        failing.copy_from(content.as_slice()).await?;
        shaky.store.fail(call, fault);
        assert_eq!(refused(failing.finish().await), code, "{call:?} {fault:?}");
        assert_eq!(listed(&admin).await?, number, "{call:?} {fault:?}");
        shaky.store.heal();
        upload(&admin, "a", &content).await?;
        assert_eq!(listed(&admin).await?, number + 1);
    }
    shaky.has_movies(PUBLISHING.len()).await
}

async fn resumable_upload_to_a_failing_store_keeps_every_byte(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    for (number, (call, fault, code)) in PUBLISHING.into_iter().enumerate() {
        let content = content(call, number);
        let mut failing = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
        let id = failing.id().clone();
        let whole = chunk(0, content.len());
        failing.write_chunk(&whole, content.as_slice()).await?;
        shaky.store.fail(call, fault);
        let failed = failing.finish(None).await;
        assert_eq!(refused(failed), code, "{call:?} {fault:?}");
        assert_eq!(listed(&admin).await?, number, "{call:?} {fault:?}");
        let status = admin.upload_status(&id).await?;
        assert_eq!(status.offset, content.len() as u64);
        shaky.store.heal();
        let again = admin.resume_upload(&id).await?;
        assert!(!again.finish(None).await?.existed);
    }
    shaky.has_movies(PUBLISHING.len()).await
}

async fn movie_is_not_charged_while_the_store_fails(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    let movie = publish(&admin, b"abc").await?.movie;
    let session = world.user("neo").await?;
    for (fault, code) in FAULTS {
        shaky.store.fail(Call::Head, fault);
        assert_eq!(
            refused(session.download(movie.id).at_most(1000).open().await),
            code
        );
    }
    assert_eq!(
        (world.rows("payment").await?, world.rows("purchase").await?),
        (0, 0)
    );
    assert_eq!(world.rows("download_wait").await?, 0);
    shaky.store.heal();
    assert_eq!(
        session
            .download(movie.id)
            .at_most(1000)
            .open()
            .await?
            .price_fen,
        1000
    );
    Ok(())
}

async fn publish(admin: &Admin, bytes: &[u8]) -> Result<Finished> {
    crate::world::finish(admin, charged("a", bytes), bytes).await
}

async fn download_from_a_failing_store_is_an_error_and_can_be_resumed(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    let content = bytes(1, 900_000);
    let movie = upload(&admin, "a", &content).await?;
    let session = admin.session();
    session.renew_membership(0).await?;
    for (fault, code) in FAULTS {
        let granted = session.download(movie.id).at_most(1000).open().await?;
        shaky.store.fail(Call::Get, fault);
        assert_eq!(refused(granted.body().await), code, "{fault:?}");

        let granted = session.download(movie.id).at_most(1000).open().await?;
        shaky.store.fail(Call::Chunk, fault);
        let mut body = granted.body().await?;
        let mut read = Vec::new();
        let failed: Error = loop {
            match body.chunk().await {
                Ok(chunk) => {
                    read.extend_from_slice(&chunk.ok_or("a part was taken for the whole")?)
                }
                Err(error) => break error,
            }
        };
        assert_eq!(failed.code(), code, "{fault:?}");
        assert_eq!(read, content[..300_000]);
        assert_eq!(refused(body.chunk().await), Code::Internal, "{fault:?}");

        shaky.store.heal();
        let rest = session
            .download(movie.id)
            .at_most(1000)
            .from(read.len() as u64);
        read.extend(read_all(rest.open().await?.body().await?).await?);
        assert!(read == content);
    }
    Ok(())
}

async fn second_upload_of_the_same_bytes_gets_the_movie_even_if_its_own_bytes_cannot_be_removed(
    shaky: Shaky,
) -> Result {
    let admin = shaky.world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    for (fault, _) in FAULTS {
        shaky.store.fail(Call::Delete, fault);
        let twin = crate::world::finish(&admin, new_movie("b", b"abc"), b"abc").await?;
        assert_eq!((twin.movie.id, twin.existed), (movie.id, true));
    }
    shaky.store.heal();
    shaky.has_movies(1).await
}

async fn store_that_cannot_be_named_is_not_opened(shaky: Shaky) -> Result {
    for (fault, code) in FAULTS {
        shaky.store.fail(Call::Identity, fault);
        let opened = Youku::builder()
            .database(shaky.world.database.url())
            .movies_store(Arc::new(shaky.store.clone()))
            .staging(shaky.world.path(".staging"))
            .open();
        assert_eq!(refused(opened.await), code);
        let health = shaky.world.youku.health().await;
        assert_eq!(health.movies.map(|error| error.code()), Some(code));
        shaky.store.heal();
        assert!(shaky.world.youku.health().await.is_well());
    }
    Ok(())
}
