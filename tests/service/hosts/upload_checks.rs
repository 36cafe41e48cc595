//! A check of the host that accepts or refuses an upload before it is listed.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;
use youku_core::{
    Admin, Begin, Checking, Chunk, Code, CompleteUpload, Policy, ResumableUpload, UploadCheck,
    Verdict, Youku, first,
};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::stores::{Stored, every_store};
use crate::uploads::complete_uploads::sha256;
use crate::world::{SECOND, World, credentials, finish, new_movie, open, policy, refused};

every_store![
    refused_upload_leaves_nothing,
    accepted_upload_is_listed,
    resumable_upload_whose_check_cannot_decide_is_finished_later,
];

both_databases![
    check_that_takes_too_long_is_interrupted,
    upload_that_is_dropped_during_its_check_can_be_finished,
    upload_that_is_aborted_during_its_check_is_not_listed,
    nothing_is_checked_before_its_digest_is_right,
];

/// An upload that was checked, and its bytes.
type Seen = (CompleteUpload, Vec<u8>);

/// What a check has seen, and what it answers.
#[derive(Debug, Clone)]
struct Scanner {
    verdicts: Arc<Mutex<VecDeque<Verdict>>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Where it waits before it answers, if it does.
    gate: Option<Arc<Semaphore>>,
    arrived: Arc<Semaphore>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self {
            verdicts: Arc::default(),
            seen: Arc::default(),
            gate: None,
            arrived: Arc::new(Semaphore::new(0)),
        }
    }
}

impl Scanner {
    fn answering(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let scanner = Self::default();
        scanner
            .verdicts
            .lock()
            .expect("no test panics with it")
            .extend(verdicts);
        scanner
    }

    fn waiting() -> Self {
        Self {
            gate: Some(Arc::new(Semaphore::new(0))),
            ..Self::default()
        }
    }

    fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no test panics with it").clone()
    }

    fn times(&self) -> usize {
        self.seen().len()
    }
}

impl UploadCheck for Scanner {
    fn check<'a>(&'a self, upload: &'a CompleteUpload) -> Checking<'a> {
        Box::pin(async move {
            let mut read = Vec::new();
            let mut file = upload.open().await.expect("the file is there");
            file.read_to_end(&mut read).await.expect("it can be read");
            let mut by_path = Vec::new();
            let file = std::fs::File::open(&upload.path);
            file.expect("it has a path")
                .read_to_end(&mut by_path)
                .expect("it can be read");
            assert!(read == by_path);
            self.seen
                .lock()
                .expect("no test panics with it")
                .push((upload.clone(), read));
            self.arrived.add_permits(1);
            if let Some(gate) = &self.gate {
                gate.acquire().await.expect("it is not closed").forget();
            }
            let verdict = self
                .verdicts
                .lock()
                .expect("no test panics with it")
                .pop_front();
            verdict.unwrap_or(Verdict::Accept)
        })
    }
}

fn refuse() -> Verdict {
    Verdict::Refuse("it has a virus: EICAR".to_owned())
}

async fn service(world: &World, policy: Policy, scanner: &Scanner) -> Result<(Youku, Admin)> {
    world
        .youku
        .create_admin(crate::world::registration("root"))
        .await?;
    let builder = world.builder(policy).database(world.database.url());
    let youku = builder.upload_check(scanner.clone()).open().await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    Ok((youku, admin))
}

/// A resumable upload of which every byte has arrived.
async fn complete(admin: &Admin, content: &[u8]) -> Result<ResumableUpload> {
    let Begin::Open(mut upload) = admin.open_upload(new_movie("a.mp4", content)).await? else {
        return Err("it exists".into());
    };
    let chunk = Chunk {
        offset: 0,
        length: content.len() as u64,
        sha256: None,
    };
    upload.write_chunk(&chunk, content).await?;
    Ok(upload)
}

/// Nothing is listed, stored or remembered.
async fn nothing_is_left(stored: &Stored, admin: &Admin) -> Result {
    assert_eq!(admin.session().movies().page(first(9)).await?.len(), 0);
    assert_eq!(stored.objects().await?.len(), 0);
    assert!(stored.world.staged().is_empty());
    assert_eq!(stored.world.rows("upload").await?, 0);
    Ok(())
}

async fn refused_upload_leaves_nothing(stored: Stored) -> Result {
    let scanner = Scanner::answering([refuse(), refuse()]);
    let (_, admin) = service(&stored.world, policy(), &scanner).await?;
    let mut upload = open(&admin, new_movie("a.mp4", b"virus")).await?;
    upload.copy_from(&b"virus"[..]).await?;
    let error = upload.finish().await.expect_err("it is refused");
    assert_eq!(error.code(), Code::UploadRefused);
    assert_eq!(error.to_string(), "it has a virus: EICAR");
    nothing_is_left(&stored, &admin).await?;
    let upload = complete(&admin, b"virus").await?;
    let id = upload.id().clone();
    assert_eq!(refused(upload.finish(None).await), Code::UploadRefused);
    nothing_is_left(&stored, &admin).await?;
    assert_eq!(refused(admin.resume_upload(&id).await), Code::UploadGone);
    assert_eq!(scanner.times(), 2);
    Ok(())
}

async fn accepted_upload_is_listed(stored: Stored) -> Result {
    let scanner = Scanner::default();
    let (_, admin) = service(&stored.world, policy(), &scanner).await?;
    let finished = finish(&admin, new_movie("a.mp4", b"clean"), b"clean").await?;
    assert_eq!(
        admin.session().movies().page(first(9)).await?.entries,
        [finished.movie]
    );
    let [(seen, bytes)] = &scanner.seen()[..] else {
        return Err("it was checked once".into());
    };
    assert_eq!(
        (seen.name.as_str(), seen.size, bytes.as_slice()),
        ("a.mp4", 5, &b"clean"[..])
    );
    assert_eq!(
        (seen.sha256.as_str(), seen.media_type.as_str()),
        (sha256(b"clean").as_str(), "video/mp4")
    );
    assert_eq!(seen.user, admin.session().user_id());
    Ok(())
}

async fn resumable_upload_whose_check_cannot_decide_is_finished_later(stored: Stored) -> Result {
    let scanner = Scanner::answering([Verdict::Undecided, Verdict::Undecided]);
    let (_, admin) = service(&stored.world, policy(), &scanner).await?;
    let mut at_once = open(&admin, new_movie("b", b"other")).await?;
    at_once.copy_from(&b"other"[..]).await?;
    let error = at_once.finish().await.expect_err("the check cannot decide");
    assert_eq!(
        (error.code(), error.is_retryable()),
        (Code::Unavailable, true)
    );
    nothing_is_left(&stored, &admin).await?;
    let upload = complete(&admin, b"clean").await?;
    let id = upload.id().clone();
    assert_eq!(refused(upload.finish(None).await), Code::Unavailable);
    assert_eq!(stored.objects().await?.len(), 0);
    let upload = admin.resume_upload(&id).await?;
    assert_eq!(upload.offset(), 5);
    assert!(!upload.finish(None).await?.existed);
    assert_eq!(scanner.times(), 3);
    Ok(())
}

async fn check_that_takes_too_long_is_interrupted(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, policy()).await;
    let scanner = Scanner::waiting();
    let brief = Policy {
        upload_check_timeout: SECOND / 100,
        ..policy()
    };
    let (_, admin) = service(&world, brief, &scanner).await?;
    let upload = complete(&admin, b"clean").await?;
    let id = upload.id().clone();
    assert_eq!(refused(upload.finish(None).await), Code::Unavailable);
    assert_eq!(admin.upload_status(&id).await?.offset, 5);
    Ok(())
}

async fn upload_that_is_dropped_during_its_check_can_be_finished(world: World) -> Result {
    let scanner = Scanner::waiting();
    let (youku, admin) = service(&world, policy(), &scanner).await?;
    let upload = complete(&admin, b"clean").await?;
    let id = upload.id().clone();
    let finishing = tokio::spawn(upload.finish(None));
    scanner.arrived.acquire().await?.forget();
    // As for a crash: another node finds the row and the staged file as they are.
    let other = world.another_node().await;
    let elsewhere = other.login(credentials("root")).await?.admin().await?;
    assert_eq!(elsewhere.upload_status(&id).await?.offset, 5);
    assert_eq!((world.objects().len(), world.staged().len()), (0, 1));
    let resumed = elsewhere.resume_upload(&id).await?;
    assert!(!resumed.finish(None).await?.existed);
    scanner.gate.as_ref().expect("it waits").add_permits(1);
    // The log-in of the other node has ended this session, and the upload is no longer its own.
    let late = finishing
        .await?
        .expect_err("another handle has finished it");
    let codes = [Code::Interrupted, Code::UploadGone, Code::SessionReplaced];
    assert!(codes.contains(&late.code()), "{late:?}");
    assert_eq!(youku.verify().await?.damaged, []);
    Ok(())
}

async fn upload_that_is_aborted_during_its_check_is_not_listed(world: World) -> Result {
    let scanner = Scanner::waiting();
    let (_, admin) = service(&world, policy(), &scanner).await?;
    let upload = complete(&admin, b"clean").await?;
    let id = upload.id().clone();
    let finishing = tokio::spawn(upload.finish(None));
    scanner.arrived.acquire().await?.forget();
    let aborting = admin.clone();
    let abort = tokio::spawn(async move { aborting.abort_upload(&id).await });
    while world.rows("upload").await? > 0 {
        tokio::task::yield_now().await;
    }
    scanner.gate.as_ref().expect("it waits").add_permits(1);
    assert_eq!(refused(finishing.await?), Code::UploadGone);
    abort.await??;
    assert_eq!(admin.session().movies().page(first(9)).await?.len(), 0);
    assert_eq!(world.staged().len(), 0);
    Ok(())
}

async fn nothing_is_checked_before_its_digest_is_right(world: World) -> Result {
    let scanner = Scanner::default();
    let (_, admin) = service(&world, policy(), &scanner).await?;
    let upload = complete(&admin, b"clean").await?;
    let wrong = sha256(b"other");
    assert_eq!(
        refused(upload.finish(Some(&wrong)).await),
        Code::ChecksumMismatch
    );
    let mut short = open(&admin, new_movie("b", b"other")).await?;
    short.copy_from(&b"oth"[..]).await?;
    assert_eq!(refused(short.finish().await), Code::Interrupted);
    assert_eq!(scanner.times(), 0);
    Ok(())
}
