//! Names that lock after failed log-ins, and unlock automatically.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use youku_core::testing::ManualClock;
use youku_core::{Clock, Code, Credentials, Error, Policy, Role, Session, Sleep, Timestamp, Youku};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::faults::races::at_once;
use crate::world::{HOUR, SECOND, World, as_role, credentials, policy, refused, registration};

const MINUTE: Duration = Duration::from_secs(60);

/// Three failures within a minute lock a name for an hour.
fn strict() -> Policy {
    Policy {
        login_attempts: 3,
        login_window: MINUTE,
        login_lockout: HOUR,
        ..policy()
    }
}

async fn strict_world(database: &TestDatabase) -> Result<World> {
    let world = World::with_policy(database, strict()).await;
    world.youku.register(registration("neo")).await?;
    Ok(world)
}

fn wrong(name: &str) -> Credentials {
    Credentials {
        password: "battery staple".to_owned(),
        ..credentials(name)
    }
}

/// The answer to a log-in with a wrong password.
async fn fail(youku: &Youku, name: &str) -> Error {
    let answer: std::result::Result<Session, Error> = youku.login(wrong(name)).await;
    answer.expect_err("the password is wrong")
}

async fn lock(world: &World, name: &str) {
    for _ in 0..3 {
        let error = fail(&world.youku, name).await;
        assert_eq!(error.code(), Code::Unauthenticated);
    }
    assert_eq!(fail(&world.youku, name).await.code(), Code::Locked);
}

both_databases![
    name_locks_whether_or_not_a_user_has_it,
    locked_name_unlocks_after_the_lockout,
    failures_while_locked_do_not_prolong_it,
    success_sets_the_count_to_zero,
    failures_are_forgotten_after_the_window,
    count_holds_for_every_node_and_spelling,
    wrong_role_counts_as_a_failure,
    names_lock_separately,
    sessions_continue_while_their_name_is_locked,
    attempts_at_once_do_not_exceed_the_limit,
    right_password_is_refused_when_the_name_was_locked_during_the_attempt,
    zero_lockout_turns_locking_off,
    typed_names_are_not_stored,
    sweep_forgets_failures_that_no_longer_count,
];

async fn name_locks_whether_or_not_a_user_has_it(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    for _ in 0..5 {
        let (known, unknown) = (
            fail(&world.youku, "neo").await,
            fail(&world.youku, "nobody").await,
        );
        assert_eq!(known.code(), unknown.code());
        assert_eq!(known.to_string(), unknown.to_string());
        assert_eq!(known.retry_after(), unknown.retry_after());
    }
    let right = world.youku.login(credentials("neo")).await;
    let error = right.expect_err("the name is locked");
    assert_eq!(
        (error.code(), error.retry_after()),
        (Code::Locked, Some(HOUR))
    );
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "too many failed log-ins; try again later"
    );
    Ok(())
}

async fn locked_name_unlocks_after_the_lockout(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    lock(&world, "neo").await;
    world.clock.advance(HOUR - SECOND);
    let error = fail(&world.youku, "neo").await;
    assert_eq!(error.retry_after(), Some(SECOND));
    world.clock.advance(SECOND);
    // As often as the name locks, after a success and without one.
    for succeeds in [true, false, false] {
        if succeeds {
            world.youku.login(credentials("neo")).await?;
        }
        lock(&world, "neo").await;
        world.clock.advance(HOUR - SECOND);
        let answer = world.youku.login(credentials("neo")).await;
        let error = answer.expect_err("the name is locked");
        assert_eq!(error.retry_after(), Some(SECOND));
        world.clock.advance(SECOND);
    }
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn failures_while_locked_do_not_prolong_it(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    lock(&world, "neo").await;
    for _ in 0..6 {
        world.clock.advance(HOUR / 6);
        fail(&world.youku, "neo").await;
    }
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn success_sets_the_count_to_zero(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    for _ in 0..3 {
        fail(&world.youku, "neo").await;
        fail(&world.youku, "neo").await;
        world.youku.login(credentials("neo")).await?;
    }
    assert_eq!(world.rows("login_failure").await?, 0);
    Ok(())
}

async fn failures_are_forgotten_after_the_window(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    for _ in 0..3 {
        fail(&world.youku, "neo").await;
        fail(&world.youku, "neo").await;
        world.clock.advance(MINUTE);
    }
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn count_holds_for_every_node_and_spelling(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    let node = world.reopen(strict()).await;
    fail(&world.youku, "neo").await;
    fail(&node, "NEO").await;
    fail(&world.youku, "Neo").await;
    assert_eq!(refused(node.login(credentials("neo")).await), Code::Locked);
    let later = world.reopen(strict()).await;
    assert_eq!(refused(later.login(credentials("nEo")).await), Code::Locked);
    Ok(())
}

async fn wrong_role_counts_as_a_failure(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    for _ in 0..3 {
        let answer = world.youku.login(as_role("neo", Role::Admin)).await;
        assert_eq!(refused(answer), Code::Unauthenticated);
    }
    let answer = world.youku.login(credentials("neo")).await;
    assert_eq!(refused(answer), Code::Locked);
    Ok(())
}

async fn names_lock_separately(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    world.youku.register(registration("trinity")).await?;
    lock(&world, "neo").await;
    world.youku.login(credentials("trinity")).await?;
    Ok(())
}

async fn sessions_continue_while_their_name_is_locked(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    let session = world.youku.login(credentials("neo")).await?;
    lock(&world, "neo").await;
    world.youku.session(session.token()).await?;
    session.renew_membership(0).await?;
    Ok(())
}

async fn attempts_at_once_do_not_exceed_the_limit(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    let nodes = [world.youku.clone(), world.reopen(strict()).await];
    for name in ["neo", "nobody"] {
        let answers = at_once(12, |number| {
            let node = nodes[number % 2].clone();
            async move { node.login(wrong(name)).await }
        })
        .await?;
        let codes: Vec<Code> = answers.into_iter().map(refused).collect();
        let told = codes.iter().filter(|code| **code == Code::Unauthenticated);
        assert_eq!(told.count(), 3, "{codes:?}");
        let locked = codes.iter().filter(|code| **code == Code::Locked);
        assert_eq!(locked.count(), 9, "{codes:?}");
    }
    Ok(())
}

/// A clock that moves two hours ahead when it is read for the first time.
#[derive(Debug)]
struct SetBack {
    clock: ManualClock,
    asked: AtomicBool,
}

impl Clock for SetBack {
    fn now(&self) -> Timestamp {
        let now = self.clock.now();
        if self.asked.swap(true, Ordering::Relaxed) {
            now
        } else {
            now + 2 * HOUR
        }
    }

    fn sleep_until(&self, deadline: Timestamp) -> Sleep<'_> {
        self.clock.sleep_until(deadline)
    }
}

async fn right_password_is_refused_when_the_name_was_locked_during_the_attempt(
    database: TestDatabase,
) -> Result {
    let world = strict_world(&database).await?;
    lock(&world, "neo").await;
    for guess in [credentials("neo"), wrong("neo")] {
        // The name is open when the log-in begins and locked when its password has been compared.
        let clock = SetBack {
            clock: world.clock.clone(),
            asked: AtomicBool::new(false),
        };
        let node = world.reopen_with(strict(), clock).await;
        assert_eq!(refused(node.login(guess).await), Code::Locked);
    }
    assert_eq!(world.rows("session").await?, 0);
    Ok(())
}

async fn zero_lockout_turns_locking_off(database: TestDatabase) -> Result {
    let lenient = Policy {
        login_lockout: Duration::ZERO,
        ..strict()
    };
    let world = World::with_policy(&database, lenient).await;
    world.youku.register(registration("neo")).await?;
    for _ in 0..8 {
        let error = fail(&world.youku, "neo").await;
        assert_eq!(error.code(), Code::Unauthenticated);
    }
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn typed_names_are_not_stored(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    fail(&world.youku, "correct horse").await;
    let digests = "SELECT COUNT(*) FROM `login_failure` WHERE LENGTH(`name_digest`) = 64";
    assert_eq!(world.number(digests).await?, 1);
    Ok(())
}

async fn sweep_forgets_failures_that_no_longer_count(database: TestDatabase) -> Result {
    let world = strict_world(&database).await?;
    lock(&world, "neo").await;
    fail(&world.youku, "nobody").await;
    world.clock.advance(MINUTE);
    assert_eq!(world.youku.sweep().await?.login_failures, 1);
    let answer = world.youku.login(credentials("neo")).await;
    assert_eq!(refused(answer), Code::Locked);
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep().await?.login_failures, 1);
    assert_eq!(world.rows("login_failure").await?, 0);
    Ok(())
}
