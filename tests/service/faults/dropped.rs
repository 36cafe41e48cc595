//! What a value does when it is dropped while its runtime shuts down, outside any runtime, and by a panic: nothing aborts,
//! nothing acknowledged is lost, and what the value held is free again.
//!
//! Each test runs in a separate process, because the failure it guards against ends the process.

mod held;

use std::env;
use std::future::{Future, pending};
use std::process::Command;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::timeout;
use youku_core::{ResumableUpload, Upload};
use youku_tests::{Backend, Result, TestDatabase, mariadb};

use crate::uploads::resumed_uploads::{self, chunk, interrupt, only_movie_is, send_rest};
use crate::world::{DAY, World, bytes, credentials, new_movie, open, policy};

/// How a value is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// With the task that owns it, by a runtime that shuts down.
    WithRuntime,
    /// By a thread without a runtime, while the value's own runtime exists and after it has gone.
    OutsideRuntime,
    AfterRuntime,
    /// By unwinding of the task that owns it.
    Panic,
}

const ENDINGS: [Ending; 4] = [
    Ending::WithRuntime,
    Ending::OutsideRuntime,
    Ending::AfterRuntime,
    Ending::Panic,
];

/// Far longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// A runtime of one of the two kinds.
fn runtime(multi_thread: bool) -> Runtime {
    let mut builder = if multi_thread {
        Builder::new_multi_thread()
    } else {
        Builder::new_current_thread()
    };
    builder
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads and a descriptor")
}

/// Drops `value` as `ending` says and returns a live runtime: the value's own, or another one of the same kind.
fn end<T: Send + 'static>(
    value: T,
    ending: Ending,
    (own, multi_thread): (Runtime, bool),
) -> Runtime {
    match ending {
        Ending::WithRuntime => {
            own.spawn(async move {
                let _value = value;
                pending::<()>().await;
            });
            own.block_on(yield_now());
            drop(own);
            runtime(multi_thread)
        }
        Ending::OutsideRuntime => {
            drop(value);
            own
        }
        Ending::AfterRuntime => {
            drop(own);
            drop(value);
            runtime(multi_thread)
        }
        Ending::Panic => {
            let handler = own.spawn(async move {
                let _value = value;
                panic!("a handler of a request panics");
            });
            let ended = own.block_on(handler);
            assert!(ended.is_err_and(|error| error.is_panic()));
            own
        }
    }
}

/// Makes a value in a runtime of each kind, drops it in each way, and checks what is left of it.
fn each_way<T: Send + 'static>(
    backends: &[Backend],
    make: &impl AsyncFn(&TestDatabase) -> Result<(World, T)>,
    look: &impl AsyncFn(World, Ending) -> Result,
) {
    for backend in backends.iter().filter(|backend| backend.is_available()) {
        for multi_thread in [false, true] {
            for ending in ENDINGS {
                eprintln!("{backend:?}, multi_thread: {multi_thread}, {ending:?}");
                let own = runtime(multi_thread);
                let database = own.block_on(TestDatabase::create(*backend));
                let (world, value) = bounded(&own, make(&database));
                let runtime = end(value, ending, (own, multi_thread));
                bounded(&runtime, look(world, ending));
            }
        }
    }
}

fn bounded<T>(runtime: &Runtime, work: impl Future<Output = Result<T>>) -> T {
    let done = runtime.block_on(async { timeout(LONG, work).await });
    done.expect("it takes more than a minute")
        .expect("it works")
}

/// Runs `body` in a separate process as the test `name` of this file, and fails with that process's output.
fn in_own_process(name: &str, body: impl FnOnce()) {
    if env::var("YOUKU_DROPPED").is_ok_and(|own| own == name) {
        return body();
    }
    let mut child = Command::new(env::current_exe().expect("this program"));
    child.args([
        "--exact",
        &format!("faults::dropped::{name}"),
        "--nocapture",
    ]);
    child.env("YOUKU_DROPPED", name);
    if let Some(url) = mariadb::url() {
        child.env("YOUKU_TEST_MYSQL", url);
    }
    let output = child.output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{told}", output.status);
}

/// What the state of the database decides, as another process sees it, holds on both databases.
const BOTH: &[Backend] = &[Backend::Sqlite, Backend::Mysql];

#[test]
fn upload_leaves_no_file_and_at_most_a_row_for_the_sweep() {
    let make = async |database: &TestDatabase| -> Result<(World, Upload)> {
        let world = World::with_policy(database, policy()).await;
        let admin = world.admin().await?;
        let mut upload = open(&admin, new_movie("a", b"abc")).await?;
        upload.write(b"ab").await?;
        Ok((world, upload))
    };
    let look = async |world: World, ending: Ending| {
        assert_eq!(world.staged().len(), 0);
        // Only a task can remove the row, and only a live runtime runs it.
        let left = u64::from(ending != Ending::Panic);
        while world.rows("upload").await? != left {
            assert_eq!(ending, Ending::Panic);
        }
        world.clock.advance(DAY);
        assert_eq!(world.another_node().await.sweep().await?.uploads, left);
        assert_eq!(world.rows("upload").await?, 0);
        Ok(())
    };
    let name = "upload_leaves_no_file_and_at_most_a_row_for_the_sweep";
    in_own_process(name, || each_way(BOTH, &make, &look));
}

#[test]
fn resumable_upload_keeps_every_acknowledged_byte() {
    let content = bytes(1, 900_000);
    let make = async |database: &TestDatabase| -> Result<(World, ResumableUpload)> {
        let world = World::with_policy(database, policy()).await;
        let admin = world.admin().await?;
        let mut upload = resumed_uploads::open(&admin, new_movie("a", &content)).await?;
        let first = chunk(0, 300_000);
        upload.write_chunk(&first, &content[..300_000]).await?;
        let rest = chunk(300_000, 600_000);
        interrupt(&mut upload, &rest, &content[300_000..700_000]).await?;
        Ok((world, upload))
    };
    let look = async |world: World, ending: Ending| {
        let node = match ending {
            // The handle saves its bytes in the background, and the same service waits for that.
            Ending::Panic => world.youku.clone(),
            _ => world.another_node().await,
        };
        let admin = node.login(credentials("root")).await?.admin().await?;
        let status = admin.uploads().await?.remove(0);
        let (id, offset) = (status.id, status.offset);
        // Only a live runtime runs the task that acknowledges the rest.
        let kept = if ending == Ending::Panic {
            700_000
        } else {
            300_000
        };
        assert_eq!(offset, kept);
        let upload = admin.resume_upload(&id).await?;
        assert_eq!(upload.offset(), offset);
        send_rest(upload, &content).await?;
        only_movie_is(&world, &admin, &content).await
    };
    let name = "resumable_upload_keeps_every_acknowledged_byte";
    in_own_process(name, || each_way(BOTH, &make, &look));
}
