//! A bucket that does what it is asked but whose answer gets lost: `object_store` asks again, and the movie is stored once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use youku_core::{Admin, Begin, Code, Error, MovieId, NewMovie};
use youku_tests::{Backend, Result, TestDatabase, run, s3};

use crate::stores::bucket;
use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads::chunk;
use crate::world::{DAY, Movies, World, bytes, new_movie, policy};

/// A proxy to a bucket that loses one answer.
struct Relay {
    address: String,
    /// How many answers pass before the lost one.
    passed: Arc<AtomicUsize>,
}

/// So many that no answer is lost.
const ALL: usize = usize::MAX / 2;

impl Relay {
    async fn start(server: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let passed = Arc::new(AtomicUsize::new(ALL));
        let answers = passed.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, answers) = (server.clone(), answers.clone());
                // Either side may close its connection.
                tokio::spawn(async move { pass(client, &server, &answers).await });
            }
        });
        Ok(Self { address, passed })
    }

    fn lose_answer(&self, passed: usize) {
        self.passed.store(passed, Ordering::SeqCst);
    }

    /// Whether an answer has been lost since then.
    fn has_lost(&self) -> bool {
        self.passed.swap(ALL, Ordering::SeqCst) > ALL
    }
}

/// Passes on the requests and answers of one connection, until it loses an answer and closes the connection.
async fn pass(mut client: TcpStream, server: &str, passed: &AtomicUsize) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut asked, mut told) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut is_answer = false;
    loop {
        tokio::select! {
            length = client.read(&mut asked) => match length? {
                0 => return Ok(()),
                length => {
                    is_answer = true;
                    server.write_all(&asked[..length]).await?;
                }
            },
            length = server.read(&mut told) => match length? {
                0 => return Ok(()),
                length => {
                    // The first piece of an answer counts; a lost answer is not sent again.
                    if is_answer && passed.fetch_sub(1, Ordering::SeqCst) == 0 {
                        return Ok(());
                    }
                    is_answer = false;
                    client.write_all(&told[..length]).await?;
                }
            },
        }
    }
}

#[test]
fn movie_is_in_the_bucket_once_whichever_reply_is_lost() {
    if !s3::is_available() {
        return;
    }
    run(Backend::Sqlite, async |database: TestDatabase| -> Result {
        let (url, _) = bucket();
        let (_, endpoint) = url.split_once("endpoint=http://").ok_or("an endpoint")?;
        let (endpoint, _) = endpoint.split_once('&').ok_or("more settings")?;
        let relay = Relay::start(endpoint.to_owned()).await?;
        let movies = Movies::Url(url.replace(endpoint, &relay.address));
        let world = World::with_movies(&database, movies, policy()).await;
        let admin = world.admin().await?;
        let mut count = 0;
        // In one part, and in two.
        for (size, answers) in [(1000, 1), ((8 << 20) + 1, 4)] {
            for resumable in [false, true] {
                for lost in 0.. {
                    count += 1;
                    let content = bytes(count, size + usize::from(count));
                    relay.lose_answer(lost);
                    upload(&admin, &content, resumable).await?;
                    if !relay.has_lost() {
                        assert!(lost >= answers, "there are more answers than {lost}");
                        break;
                    }
                }
            }
        }
        world.clock.advance(2 * DAY);
        world.youku.sweep().await?;
        let found = world.youku.verify().await?;
        assert_eq!((found.movies, found.damaged), (u64::from(count), vec![]));
        assert_eq!(world.staged().len(), 0);
        Ok(())
    });
}

/// Uploads a movie, and uploads it again if the outcome of the first attempt is unknown.
async fn upload(admin: &Admin, content: &[u8], resumable: bool) -> Result<MovieId> {
    match try_upload(admin, content, resumable).await {
        Err(error) => {
            assert_eq!(error.code(), Code::Unavailable, "{error:?}");
            Ok(try_upload(admin, content, resumable).await?)
        }
        uploaded => Ok(uploaded?),
    }
}

async fn try_upload(
    admin: &Admin,
    content: &[u8],
    resumable: bool,
) -> std::result::Result<MovieId, Error> {
    let new = NewMovie {
        sha256: Some(sha256(content)),
        ..new_movie("a", content)
    };
    if !resumable {
        let mut upload = match admin.upload(new).await? {
            Begin::Exists(movie) => return Ok(movie),
            Begin::Open(upload) => upload,
        };
        upload.copy_from(content).await?;
        return Ok(upload.finish().await?.movie.id);
    }
    let mut upload = match admin.open_upload(new).await? {
        Begin::Exists(movie) => return Ok(movie),
        Begin::Open(upload) => upload,
    };
    let id = upload.id().clone();
    upload
        .write_chunk(&chunk(0, content.len()), content)
        .await?;
    match upload.finish(None).await {
        Err(error) if error.code() == Code::Unavailable => {
            let upload = admin.resume_upload(&id).await?;
            Ok(upload.finish(None).await?.movie.id)
        }
        finished => Ok(finished?.movie.id),
    }
}
