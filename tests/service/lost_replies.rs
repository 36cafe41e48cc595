//! A database that does what it is asked and whose answer gets lost: nothing that it has acknowledged is undone, and whoever
//! asks again finds what is there. SQLite, which is no server, cannot lose an answer.

use youku_core::{Admin, Begin, Chunk, Code, Error, Kind, MovieId, NewMovie, Youku};
use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

use crate::resumed_uploads::{chunk, open, send_rest};
use crate::uploads::sha256;
use crate::world::{World, bytes, credentials, new_movie, policy, read_all, refused};

/// A service that reaches its database through a proxy, in a world that does not.
struct Remote {
    world: World,
    proxy: Proxy,
    youku: Youku,
}

impl Remote {
    async fn new(database: &TestDatabase) -> Result<Self> {
        let world = World::with_policy(database, policy()).await;
        let proxy = Proxy::start(database.url()).await?;
        let youku = Youku::builder()
            .database(proxy.url())
            .movies_folder(world.path(""))
            .policy(policy())
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
        Ok(self.youku.login(credentials("root")).await?.admin().await?)
    }

    /// What `call` gives in the end: after an answer that was lost, the way is mended and it is asked again.
    async fn until_answered<T>(
        &self,
        call: impl AsyncFn() -> std::result::Result<T, Error>,
    ) -> Result<T> {
        for _ in 0..5 {
            match call().await {
                Err(error) if error.code() == Code::Unavailable => {
                    self.proxy.mend();
                }
                answer => return Ok(answer?),
            }
        }
        Err("nobody answers".into())
    }
}

/// Runs a test on MariaDB.
fn on_mysql(body: impl AsyncFnOnce(Remote) -> Result) {
    run(Backend::Mysql, async |database: TestDatabase| {
        body(Remote::new(&database).await?).await
    });
}

#[test]
fn acknowledged_bytes_stay_when_nobody_heard_of_them() {
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
            // Dropped, it wants to save what came, and finds nobody.
            drop(upload);
            proxy.turns_away_more_than(before).await;
            assert!(proxy.mend());
            let upload = admin.resume_upload(&id).await?;
            assert_eq!(upload.offset(), 600_000);
            upload.suspend().await?;
            // Another process has nothing but the file and the row.
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
fn whatever_answer_is_lost_asking_again_ends_the_same() {
    on_mysql(async |remote| {
        let Remote {
            world,
            proxy,
            youku,
        } = &remote;
        world.admin().await?;
        world.user("neo").await?;
        for lost in 0.. {
            assert!(lost < 100, "it has no end");
            let before = proxy.lost_commits();
            let content = bytes(lost as u8, 1000 + lost);
            proxy.lose_commit(lost);
            let movie = upload(&remote, &content, lost % 2 == 0).await?;
            let login = async || youku.login(credentials("neo")).await;
            let neo = remote.until_answered(login).await?;
            let key = lost.to_string();
            let renew = async || neo.renew_membership_once(&key).await;
            remote.until_answered(renew).await?;
            let buy = async || neo.download(movie).open().await?.body().await;
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
                return Ok(());
            }
        }
        unreachable!()
    });
}

/// Uploads a movie that costs something, however often it takes.
async fn upload(remote: &Remote, content: &[u8], resumable: bool) -> Result<MovieId> {
    let new = NewMovie {
        kind: Kind::Charged,
        sha256: Some(sha256(content)),
        ..new_movie("a", content)
    };
    let once = async || -> std::result::Result<MovieId, Error> {
        let admin = remote
            .youku
            .login(credentials("root"))
            .await?
            .admin()
            .await?;
        if resumable {
            let mut upload = match admin.open_upload(new.clone()).await? {
                Begin::Exists(movie) => return Ok(movie),
                Begin::Open(upload) => upload,
            };
            upload
                .write_chunk(&chunk(0, content.len()), content)
                .await?;
            return Ok(upload.finish(None).await?.movie.id);
        }
        let mut upload = match admin.upload(new.clone()).await? {
            Begin::Exists(movie) => return Ok(movie),
            Begin::Open(upload) => upload,
        };
        upload.copy_from(content).await?;
        Ok(upload.finish().await?.movie.id)
    };
    remote.until_answered(once).await
}
