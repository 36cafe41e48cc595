//! One user's quota, used by two writers at once: the second waits, and sees what the first has used.

use tokio::task::{JoinHandle, yield_now};
use youku_core::{Admin, Code, Policy};
use youku_tests::{Result, TestDatabase};

use super::{Watched, on_mysql};
use crate::world::{World, new_movie, policy, refused, upload};

fn one_movie() -> Policy {
    Policy {
        quota_movies: Some(1),
        ..policy()
    }
}

/// A service, its administrator, and the same administrator on another server.
async fn two_servers(database: &TestDatabase) -> Result<(World, Admin, Watched, Admin)> {
    let world = World::with_policy(database, one_movie()).await;
    let others = world.admin().await?;
    let watched = Watched::with_policy(&world, one_movie()).await?;
    let own = watched.admin(&others).await?;
    Ok((world, others, watched, own))
}

/// Waits until `task` has ended or waits for the row of its user.
async fn ends_or_waits<T>(world: &World, task: &JoinHandle<T>) -> Result {
    let waiting = "SELECT COUNT(*) FROM `information_schema`.`processlist` \
         WHERE `db` = DATABASE() AND `info` LIKE 'UPDATE `user`%'";
    while !task.is_finished() && world.number(waiting).await? == 0 {
        yield_now().await;
    }
    Ok(())
}

#[test]
fn upload_waits_for_an_upload_of_the_same_user() {
    on_mysql(async |database: TestDatabase| {
        let (world, others, watched, own) = two_servers(&database).await?;
        let second = async move { others.open_upload(new_movie("b", b"abcd")).await };
        is_refused(&world, &watched, second, async || {
            own.open_upload(new_movie("a", b"abc")).await.map(drop)
        })
        .await?;
        assert_eq!(world.rows("upload").await?, 1);
        Ok(())
    });
}

#[test]
fn upload_waits_for_a_movie_of_the_same_user_that_is_restored() {
    on_mysql(async |database: TestDatabase| {
        let (world, others, watched, own) = two_servers(&database).await?;
        let movie = upload(&others, "a", b"abc").await?.id;
        others.delete(movie).await?;
        let second = async move { others.open_upload(new_movie("b", b"abcd")).await };
        is_refused(&world, &watched, second, async || {
            own.restore(movie).await.map(drop)
        })
        .await?;
        assert_eq!(world.rows("upload").await?, 0);
        Ok(())
    });
}

/// `first` has counted what exists but has not yet used the quota when `second` begins.
async fn is_refused<T: std::fmt::Debug + Send + 'static>(
    world: &World,
    watched: &Watched,
    second: impl Future<Output = youku_core::Result<T>> + Send + 'static,
    first: impl AsyncFnOnce() -> youku_core::Result<()>,
) -> Result {
    let (sent, mut given) = tokio::sync::mpsc::unbounded_channel();
    let here = world.clone();
    watched.after(
        "SELECT",
        "COUNT(*), SUM(`upload`.`movie_size`)",
        async move {
            let task = tokio::spawn(second);
            ends_or_waits(&here, &task).await?;
            Ok(sent.send(task)?)
        },
    );
    first().await?;
    watched.acted()?;
    let second = given.recv().await.ok_or("a task")?.await?;
    assert_eq!(refused(second), Code::QuotaExceeded);
    Ok(())
}
