//! A database that carries out what it is asked but loses its reply. What it has acknowledged is not undone, and a retry finds
//! what was written. SQLite, which is not a server, cannot lose a reply.

use std::cell::{Cell, RefCell};

use youku_core::{
    Admin, Begin, Chunk, Code, Error, Kind, MovieId, NewMovie, Policy, UploadId, Youku,
};
use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads::{chunk, open, send_rest};
use crate::world::{DAY, World, bytes, credentials, new_movie, policy, read_all, refused};

/// A membership may last for as long as the tests renew it.
fn patient() -> Policy {
    Policy {
        membership_horizon: 10_000 * DAY,
        ..policy()
    }
}

/// A service that reaches its database through a proxy, in a world that does not.
struct Remote {
    world: World,
    proxy: Proxy,
    youku: Youku,
}

impl Remote {
    async fn new(database: &TestDatabase) -> Result<Self> {
        let world = World::with_policy(database, patient()).await;
        let proxy = Proxy::start(database.url()).await?;
        let youku = Youku::builder()
            .database(proxy.url())
            .movies_folder(world.path(""))
            .policy(patient())
            .clock(world.clock.clone())
            .open()
            .await?;
        Ok(Self {
            world,
            proxy,
            youku,
        })
    }

    async fn admin(&self) -> Result<Admin> {
        Ok(self.try_admin().await?)
    }

    async fn try_admin(&self) -> std::result::Result<Admin, Error> {
        self.youku.login(credentials("root")).await?.admin().await
    }

    /// The final result of `call`: after a lost reply, the connection is restored and the call is made again.
    async fn until_answered<T>(
        &self,
        call: impl AsyncFn() -> std::result::Result<T, Error>,
    ) -> Result<T> {
        for _ in 0..5 {
            match call().await {
                Err(error) if error.code() == Code::Unavailable => {
                    self.proxy.restore();
                }
                answer => return Ok(answer?),
            }
        }
        Err("no server answers".into())
    }
}

/// Runs a test on MariaDB.
fn on_mysql(body: impl AsyncFnOnce(Remote) -> Result) {
    run(Backend::Mysql, async |database: TestDatabase| {
        body(Remote::new(&database).await?).await
    });
}

#[test]
fn acknowledged_bytes_stay_when_the_acknowledgement_was_lost() {
    on_mysql(async |remote| {
        let Remote { world, proxy, .. } = &remote;
        world.admin().await?;
        for (seed, checks) in [(1, false), (2, true)] {
            let content = bytes(seed, 900_000);
            let part = &content[300_000..600_000];
            let sha256 = checks.then(|| sha256(part));
            let admin = remote.admin().await?;
            let mut upload = open(&admin, new_movie("a", &content)).await?;
            let id = upload.id().clone();
            let first = chunk(0, 300_000);
            upload.write_chunk(&first, &content[..300_000]).await?;
            proxy.lose_commit(0);
            let second = Chunk {
                sha256,
                ..chunk(300_000, 300_000)
            };
            let lost = upload.write_chunk(&second, part).await;
            assert_eq!(refused(lost), Code::Unavailable);
            let before = proxy.turned_away();
            // When it is dropped, it tries to save what arrived, but the database is unreachable.
            drop(upload);
            proxy.turns_away_more_than(before).await;
            assert!(proxy.restore());
            let upload = admin.resume_upload(&id).await?;
            assert_eq!(upload.offset(), 600_000);
            upload.suspend().await?;
            // Another process has only the file and the row.
            let node = world.another_node().await;
            let admin = node.login(credentials("root")).await?.admin().await?;
            let upload = admin.resume_upload(&id).await?;
            assert_eq!(upload.offset(), 600_000);
            send_rest(upload, &content).await?;
        }
        assert_eq!((world.objects().len(), world.staged().len()), (2, 0));
        assert_eq!(world.rows("upload").await?, 0);
        Ok(())
    });
}

#[test]
fn plain_uploads_end_the_same_whichever_reply_is_lost() {
    on_mysql(async |remote| every_answer_is_lost_once(&remote, false).await);
}

#[test]
fn resumable_uploads_end_the_same_whichever_reply_is_lost() {
    on_mysql(async |remote| every_answer_is_lost_once(&remote, true).await);
}

/// An upload and what a user does with its movie. Each run loses the reply to another commit, until there are no more
/// commits.
async fn every_answer_is_lost_once(remote: &Remote, resumable: bool) -> Result {
    let Remote {
        world,
        proxy,
        youku,
    } = remote;
    world.admin().await?;
    world.user("neo").await?;
    for lost in 0.. {
        assert!(lost < 100, "it has no end");
        let before = proxy.lost_commits();
        let content = bytes(lost as u8, 1000 + lost);
        proxy.lose_commit(lost);
        let movie = if resumable {
            upload_in_parts(remote, &content).await?
        } else {
            upload(remote, &content).await?
        };
        let login = async || youku.login(credentials("neo")).await;
        let neo = remote.until_answered(login).await?;
        let key = lost.to_string();
        let renew = async || neo.renew_membership_once(&key, 0).await;
        remote.until_answered(renew).await?;
        let buy = async || neo.download(movie).at_most(1000).open().await?.body().await;
        let body = remote.until_answered(buy).await?;
        assert!(read_all(body).await? == content);
        let count = lost as u64 + 1;
        for table in ["movie", "purchase", "membership"] {
            assert_eq!(world.rows(table).await?, count, "{lost} {table}");
        }
        let paid = "SELECT SUM(`price_fen`) FROM `purchase`";
        assert_eq!(world.number(paid).await?, 500 * count);
        assert_eq!(world.objects().len() as u64, count);
        let found = youku.verify().await?;
        assert_eq!((found.movies, found.damaged), (count, vec![]));
        if proxy.lost_commits() == before {
            assert!(lost > 5, "there are more commits than that");
            // The sweep removes what is left of uploads whose reply was lost.
            world.clock.advance(DAY);
            world.youku.sweep().await?;
            assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
            assert_eq!(world.objects().len() as u64, count);
            return Ok(());
        }
    }
    unreachable!()
}

/// The announcement of a paid movie.
fn announced(content: &[u8]) -> NewMovie {
    NewMovie {
        kind: Kind::Charged,
        sha256: Some(sha256(content)),
        ..new_movie("a", content)
    }
}

/// Uploads a movie, from the beginning as often as necessary.
async fn upload(remote: &Remote, content: &[u8]) -> Result<MovieId> {
    let once = async || -> std::result::Result<MovieId, Error> {
        let admin = remote.try_admin().await?;
        let mut upload = match admin.upload(announced(content)).await? {
            Begin::Exists(movie) => return Ok(movie),
            Begin::Open(upload) => upload,
        };
        upload.copy_from(content).await?;
        Ok(upload.finish().await?.movie.id)
    };
    remote.until_answered(once).await
}

/// Uploads a movie in two parts over two connections, resumed as often as necessary.
async fn upload_in_parts(remote: &Remote, content: &[u8]) -> Result<MovieId> {
    let half = content.len() / 2;
    let known: RefCell<Option<UploadId>> = RefCell::default();
    // Acknowledged bytes stay acknowledged.
    let acknowledged = Cell::new(0);
    let once = async || -> std::result::Result<MovieId, Error> {
        let admin = remote.try_admin().await?;
        let id = known.take();
        let resumed = match &id {
            Some(id) => match admin.resume_upload(id).await {
                Err(error) if error.code() == Code::UploadGone => None,
                Err(error) => {
                    known.replace(Some(id.clone()));
                    return Err(error);
                }
                resumed => Some(resumed?),
            },
            None => None,
        };
        let mut upload = match resumed {
            Some(upload) => upload,
            None => match admin.open_upload(announced(content)).await? {
                Begin::Exists(movie) => return Ok(movie),
                Begin::Open(upload) => {
                    assert!(id.is_none(), "an upload that is gone is listed");
                    upload
                }
            },
        };
        known.replace(Some(upload.id().clone()));
        assert!(upload.offset() >= acknowledged.get());
        let offset = upload.offset() as usize;
        if offset < half {
            let first = chunk(offset, half - offset);
            acknowledged.set(upload.write_chunk(&first, &content[offset..half]).await?);
        }
        let id = upload.id().clone();
        upload.suspend().await?;
        let mut upload = admin.resume_upload(&id).await?;
        let offset = upload.offset() as usize;
        let rest = chunk(offset, content.len() - offset);
        acknowledged.set(upload.write_chunk(&rest, &content[offset..]).await?);
        Ok(upload.finish(None).await?.movie.id)
    };
    remote.until_answered(once).await
}
