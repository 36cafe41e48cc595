//! A process killed at each step of an upload: nothing that is listed lacks its bytes, nothing acknowledged is lost, and the
//! upload can be resumed.

use std::env;
use std::fmt::{Debug, Write as _};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use rustix::process::{Signal, getpid, kill_process};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use youku_core::{Admin, Begin, Code, NewMovie, Youku};
use youku_tests::{Result, both_databases};

use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads::{chunk, open, send_rest};
use crate::world::{DAY, World, bytes, credentials, new_movie, policy};

/// The events that the service emits for an upload, in this order. The one with backticks is a statement that is about to run.
const STEPS: &[&str] = &[
    "upload row written",
    "staged file created",
    "bytes staged",
    "digest checked",
    "staged file synced",
    "bytes are in the store",
    "store synced",
    "INSERT INTO `movie`",
    "movie uploaded",
];

/// The steps after which every byte was acknowledged.
const ACKNOWLEDGED: &[&str] = STEPS.split_at(3).1;

both_databases![upload_survives_a_kill_at_each_of_its_steps];

async fn upload_survives_a_kill_at_each_of_its_steps(world: World) -> Result {
    world.admin().await?;
    for (number, step) in STEPS.iter().enumerate() {
        die_at(&world, step, number)?;
        let content = content(number);
        let youku = world.another_node().await;
        let found = youku.verify().await?;
        assert!(found.damaged.is_empty(), "{step}: {found:?}");
        let is_listed = *step == "movie uploaded";
        assert_eq!(found.movies, number as u64 + u64::from(is_listed), "{step}");
        let admin = youku.login(credentials("root")).await?.admin().await?;
        go_on(&admin, step, &content).await?;
        let found = youku.verify().await?;
        assert!(found.damaged.is_empty(), "{step}: {found:?}");
        assert_eq!(found.movies, number as u64 + 1, "{step}");
    }
    world.clock.advance(DAY);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.lost_movies, swept.objects), (0, 0));
    assert_eq!(
        (world.objects().len(), world.staged().len()),
        (STEPS.len(), 0)
    );
    assert_eq!(world.rows("upload").await?, 0);
    Ok(())
}

fn content(number: usize) -> Vec<u8> {
    bytes(number as u8, 700_000)
}

/// Lists the movie that a killed program did not list.
async fn go_on(admin: &Admin, step: &str, content: &[u8]) -> Result {
    let announced = NewMovie {
        sha256: Some(sha256(content)),
        ..new_movie("a", content)
    };
    let Some(status) = admin.uploads().await?.pop() else {
        assert_eq!(step, "movie uploaded");
        assert!(matches!(
            admin.open_upload(announced).await?,
            Begin::Exists(_)
        ));
        return Ok(());
    };
    let upload = match admin.resume_upload(&status.id).await {
        Ok(upload) => upload,
        Err(error) => {
            assert_eq!((error.code(), step), (Code::UploadGone, STEPS[0]));
            admin.abort_upload(&status.id).await?;
            open(admin, announced).await?
        }
    };
    if ACKNOWLEDGED.contains(&step) {
        assert_eq!(upload.offset(), content.len() as u64, "{step}");
        assert!(!upload.finish(Some(&sha256(content))).await?.existed);
        return Ok(());
    }
    send_rest(upload, content).await
}

/// Runs [`child`] in a separate process until it is killed at `step`.
fn die_at(world: &World, step: &str, number: usize) -> Result {
    let status = Command::new(env::current_exe()?)
        .args(["--exact", "faults::crashes::child", "--test-threads=1"])
        .env("YOUKU_CRASH_STEP", step)
        .env("YOUKU_CRASH_NUMBER", number.to_string())
        .env("YOUKU_CRASH_DATABASE", world.database.url())
        .env("YOUKU_CRASH_MOVIES", world.path(""))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    assert_eq!(status.signal(), Some(9), "{step}: {status}");
    Ok(())
}

/// Does nothing unless it runs for [`die_at`]: then it uploads a movie, and the process kills itself during the upload.
#[test]
fn child() {
    let Ok(step) = env::var("YOUKU_CRASH_STEP") else {
        return;
    };
    tracing::subscriber::set_global_default(KillAt(step))
        .expect("this process has no other subscriber");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let uploaded = runtime.block_on(upload());
    panic!("the upload came to its end: {uploaded:?}");
}

async fn upload() -> Result {
    let content = content(env::var("YOUKU_CRASH_NUMBER")?.parse()?);
    let youku = Youku::builder()
        .database(env::var("YOUKU_CRASH_DATABASE")?)
        .movies_folder(env::var("YOUKU_CRASH_MOVIES")?)
        .policy(policy())
        .open()
        .await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    let whole = chunk(0, content.len());
    upload.write_chunk(&whole, content.as_slice()).await?;
    upload.finish(Some(&sha256(&content))).await?;
    Ok(())
}

/// Kills this process when the service emits the event of a step, on any thread.
struct KillAt(String);

impl KillAt {
    fn look(&self, told: &str) {
        if told.contains(&self.0) {
            let _ = kill_process(getpid(), Signal::KILL);
            loop {
                std::thread::park();
            }
        }
    }
}

/// All fields of an event or a span, as text.
#[derive(Default)]
struct Told(String);

impl Visit for Told {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0, "{value:?}");
    }
}

impl Subscriber for KillAt {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut told = Told::default();
        span.record(&mut told);
        self.look(&told.0);
        Id::from_u64(1)
    }

    fn event(&self, event: &Event<'_>) {
        let mut told = Told::default();
        event.record(&mut told);
        self.look(&told.0);
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
