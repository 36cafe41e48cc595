//! What this process holds in memory: download slots, charges in flight, permits to hash a password.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::thread::available_parallelism;

use youku_core::{Code, Error, Membership, MovieId, Policy, Session, first};
use youku_tests::{Backend, Result, TestDatabase};

use super::{Ending, each_way, in_own_process};
use crate::bank::Bank;
use crate::world::{World, bytes, credentials, policy, refused, registration, upload};

/// The tests check through the same handle; its connections to a server would end with their runtime.
const SQLITE: &[Backend] = &[Backend::Sqlite];

/// A service that allows one download at a time, and a member who may start it.
async fn one_download(database: &TestDatabase) -> Result<(World, Session, MovieId)> {
    let narrow = Policy {
        max_downloads: Some(1),
        ..policy()
    };
    let world = World::with_policy(database, narrow).await;
    let movie = upload(&world.admin().await?, "a", &bytes(1, 600_000)).await?;
    let session = world.user("neo").await?;
    session.renew_membership(0).await?;
    Ok((world, session, movie.id))
}

/// The only download slot is free again.
async fn is_free(world: World, _: Ending) -> Result {
    let session = world.youku.login(credentials("neo")).await?;
    let movies = session.movies().page(first(1)).await?;
    let _open = session.download(movies[0].id).open().await?;
    let second = session.download(movies[0].id).open().await;
    assert_eq!(refused(second), Code::RateLimited);
    Ok(())
}

#[test]
fn download_returns_its_permit() {
    in_own_process("held::download_returns_its_permit", || {
        let granted = async |database: &TestDatabase| {
            let (world, session, movie) = one_download(database).await?;
            Ok((world, session.download(movie).open().await?))
        };
        each_way(SQLITE, &granted, &is_free);
        let begun = async |database: &TestDatabase| {
            let (world, session, movie) = one_download(database).await?;
            let mut body = session.download(movie).open().await?.body().await?;
            body.chunk().await?;
            Ok((world, body))
        };
        each_way(SQLITE, &begun, &is_free);
        let as_file = async |database: &TestDatabase| {
            let (world, session, movie) = one_download(database).await?;
            let body = session.download(movie).open().await?.body().await?;
            Ok((world, body.into_file().expect("it is in a folder")))
        };
        each_way(SQLITE, &as_file, &is_free);
    });
}

/// A call of the service that has come far enough to wait for something.
type Call = Pin<Box<dyn Future<Output = std::result::Result<(), Error>> + Send>>;

#[test]
fn payment_whose_caller_has_gone_is_charged_once() {
    in_own_process(
        "held::payment_whose_caller_has_gone_is_charged_once",
        || {
            let last = RefCell::new(Bank::new());
            let renewing = async |database: &TestDatabase, key: Option<&'static str>| {
                let bank = Bank::closed();
                last.replace(bank.clone());
                let dear = Policy {
                    membership_price_fen: 2500,
                    ..policy()
                };
                let world = World::with_payments(database, dear, bank.clone()).await;
                let neo = world.user("neo").await?;
                let mut renew: Call = Box::pin(async move { renew(&neo, key).await.map(drop) });
                tokio::select! {
                    _ = &mut renew => return Err("the bank is closed".into()),
                    () = bank.waiting(1) => {}
                }
                Ok((world, renew))
            };
            // The same renewal again.
            let named = async |world: World, _: Ending| {
                let bank = last.borrow().clone();
                bank.let_in(9);
                let neo = world.youku.login(credentials("neo")).await?;
                let paid = renew(&neo, Some("1")).await?;
                assert_eq!(renew(&neo, Some("1")).await?, paid);
                let calls = bank.calls();
                assert!(calls.iter().all(|call| call.key == calls[0].key));
                assert_eq!(bank.taken(), 2500);
                assert_eq!(world.rows("membership").await?, 1);
                Ok(())
            };
            each_way(
                SQLITE,
                &async |database: &TestDatabase| renewing(database, Some("1")).await,
                &named,
            );
            // A renewal that resumes the unfinished one, and is a different renewal while the first is in progress.
            let unnamed = async |world: World, ending: Ending| {
                let bank = last.borrow().clone();
                bank.let_in(9);
                let neo = world.youku.login(credentials("neo")).await?;
                renew(&neo, None).await?;
                let is_attended = matches!(ending, Ending::OutsideRuntime | Ending::Panic);
                let count = 1 + u64::from(is_attended);
                while world.rows("membership").await? < count {}
                assert_eq!(
                    (world.rows("payment").await?, bank.taken()),
                    (count, 2500 * count)
                );
                Ok(())
            };
            each_way(
                SQLITE,
                &async |database: &TestDatabase| renewing(database, None).await,
                &unnamed,
            );
        },
    );
}

async fn renew(neo: &Session, key: Option<&str>) -> youku_core::Result<Membership> {
    match key {
        Some(key) => neo.renew_membership_once(key, 2500).await,
        None => neo.renew_membership(2500).await,
    }
}

#[test]
fn passwords_are_hashed_after_dropped_log_ins() {
    let make = async |database: &TestDatabase| -> Result<(World, Vec<Call>)> {
        let world = World::with_policy(database, policy()).await;
        world.youku.register(registration("neo")).await?;
        let permits = available_parallelism().map_or(1, usize::from);
        let mut logins = Vec::new();
        for _ in 0..4 * permits {
            let youku = world.youku.clone();
            let login = async move { youku.login(credentials("neo")).await.map(drop) };
            let mut login: Call = Box::pin(login);
            let _ = futures_util::poll!(&mut login);
            logins.push(login);
        }
        Ok((world, logins))
    };
    let look = async |world: World, _: Ending| {
        world.youku.login(credentials("neo")).await?;
        Ok(())
    };
    let name = "held::passwords_are_hashed_after_dropped_log_ins";
    in_own_process(name, || each_way(SQLITE, &make, &look));
}
