//! Users and administrators that are changed, locked or logged in while another call changes them.

use mysql_async::{Opts, OptsBuilder, Pool};
use youku_core::{Admin, Code, Credentials, PasswordChange, Policy, Role, Session, UserId, Youku};
use youku_orm::{Database, mysql_options};
use youku_tests::{Result, TestDatabase, both_databases};

use super::{Watched, on_mysql};
use crate::world::{HOUR, PASSWORD, World, bad_field, credentials, policy, refused, registration};

both_databases![
    name_taken_before_the_write_is_refused,
    invite_used_before_the_write_is_refused,
    password_reset_before_the_write_is_wrong,
    log_in_has_the_role_at_the_write,
    user_locked_before_the_write_is_refused,
    name_locked_before_the_write_is_refused,
    lock_set_before_the_write_is_not_prolonged,
    password_is_changed_by_one_of_two,
    later_use_of_a_session_counts,
];

const NEW: &str = "battery staple";

/// Three failures lock a name for an hour.
fn strict() -> Policy {
    Policy {
        login_attempts: 3,
        login_lockout: HOUR,
        ..policy()
    }
}

fn wrong() -> Credentials {
    Credentials {
        password: NEW.to_owned(),
        ..credentials("neo")
    }
}

/// Locks the name by failed log-ins.
async fn fail(youku: &Youku, times: usize) -> Result {
    for _ in 0..times {
        assert_eq!(refused(youku.login(wrong()).await), Code::Unauthenticated);
    }
    Ok(())
}

/// A second administrator, and a user.
async fn trinity_and_neo(world: &World) -> Result<(Admin, UserId)> {
    world.youku.create_admin(registration("trinity")).await?;
    let neo = world.youku.register(registration("neo")).await?;
    let session = world.youku.login(credentials("trinity")).await?;
    Ok((session.admin().await?, neo))
}

async fn name_taken_before_the_write_is_refused(world: World) -> Result {
    let watched = Watched::new(&world).await?;
    let other = world.youku.clone();
    watched.after("SELECT", "FROM `user`", async move {
        other.register(registration("NEO")).await?;
        Ok(())
    });
    let second = watched.youku.register(registration("neo")).await;
    watched.acted()?;
    assert_eq!(refused(second), Code::Exists);
    assert_eq!(world.rows("user").await?, 1);
    Ok(())
}

async fn invite_used_before_the_write_is_refused(world: World) -> Result {
    is_used_once(&world, 0).await
}

#[test]
fn invite_is_used_by_one_of_two() {
    on_mysql(async |world: World| is_used_once(&world, 1).await);
}

/// The administrator who created the invite is locked after it was read. In front of the transaction, the lock has deleted it.
#[test]
fn invite_of_an_administrator_who_is_locked_before_the_write_is_refused() {
    on_mysql(async |world: World| {
        let root = world.admin().await?;
        for passed in 0..=1 {
            let name = format!("trinity{passed}");
            world.youku.create_admin(registration(&name)).await?;
            let trinity = world.youku.login(credentials(&name)).await?;
            let code = trinity.admin().await?.invite().await?.code;
            let watched = Watched::new(&world).await?;
            let (root, id) = (root.clone(), trinity.user_id());
            watched.after_more(passed, "SELECT", "FROM `invite`", async move {
                root.lock_user(id).await?;
                Ok(())
            });
            let smith = watched.youku.register_admin(registration("smith"), &code);
            assert_eq!(refused(smith.await), Code::Forbidden, "{passed}");
            watched.acted()?;
        }
        Ok(())
    });
}

/// Another new user uses the invite after that many other reads of it.
async fn is_used_once(world: &World, passed: usize) -> Result {
    let code = world.admin().await?.invite().await?.code;
    let watched = Watched::new(world).await?;
    let (other, same) = (world.youku.clone(), code.clone());
    watched.after_more(passed, "SELECT", "FROM `invite`", async move {
        other.register_admin(registration("trinity"), &same).await?;
        Ok(())
    });
    let second = watched.youku.register_admin(registration("neo"), &code);
    assert_eq!(refused(second.await), Code::Forbidden);
    watched.acted()?;
    assert_eq!(world.rows("user").await?, 2);
    Ok(())
}

/// The answer to the right password if `other` runs after the user was read.
async fn log_in(
    world: &World,
    other: impl Future<Output = Result> + Send + 'static,
) -> Result<youku_core::Result<Session>> {
    let watched = Watched::with_policy(world, strict()).await?;
    watched.after("SELECT", "FROM `user`", other);
    let answer = watched.youku.login(credentials("neo")).await;
    watched.acted()?;
    Ok(answer)
}

async fn password_reset_before_the_write_is_wrong(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let other = world.youku.clone();
    let reset = async move {
        other.reset_password("neo", NEW.to_owned()).await?;
        Ok(())
    };
    assert_eq!(refused(log_in(&world, reset).await?), Code::Unauthenticated);
    world.youku.login(wrong()).await?;
    Ok(())
}

async fn log_in_has_the_role_at_the_write(world: World) -> Result {
    let (admin, neo) = trinity_and_neo(&world).await?;
    let promote = async move {
        admin.change_role(neo, Role::Admin).await?;
        Ok(())
    };
    let session = log_in(&world, promote).await??;
    assert_eq!(session.role(), Role::Admin);
    session.admin().await?;
    Ok(())
}

async fn user_locked_before_the_write_is_refused(world: World) -> Result {
    let (admin, neo) = trinity_and_neo(&world).await?;
    let lock = async move {
        admin.lock_user(neo).await?;
        Ok(())
    };
    assert_eq!(refused(log_in(&world, lock).await?), Code::Locked);
    let sessions = format!("SELECT COUNT(*) FROM `session` WHERE `user_id` = {neo}");
    assert_eq!(world.number(sessions).await?, 0);
    Ok(())
}

async fn name_locked_before_the_write_is_refused(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, strict()).await;
    world.youku.register(registration("neo")).await?;
    let other = world.youku.clone();
    let lock = async move { fail(&other, 3).await };
    assert_eq!(refused(log_in(&world, lock).await?), Code::Locked);
    assert_eq!(world.rows("session").await?, 0);
    Ok(())
}

#[test]
fn name_that_is_locked_when_the_log_in_begins_stays_locked() {
    on_mysql(async |database: TestDatabase| {
        let world = World::with_policy(&database, strict()).await;
        world.youku.register(registration("neo")).await?;
        fail(&world.youku, 1).await?;
        let watched = Watched::with_policy(&world, strict()).await?;
        let other = world.youku.clone();
        watched.after_more(1, "SELECT", "FROM `login_failure`", async move {
            fail(&other, 2).await
        });
        let answer = watched.youku.login(credentials("neo")).await;
        watched.acted()?;
        assert_eq!(refused(answer), Code::Locked);
        assert_eq!(world.rows("login_failure").await?, 1);
        assert_eq!(world.rows("session").await?, 0);
        Ok(())
    });
}

async fn lock_set_before_the_write_is_not_prolonged(database: TestDatabase) -> Result {
    let world = World::with_policy(&database, strict()).await;
    world.youku.register(registration("neo")).await?;
    let watched = Watched::with_policy(&world, strict()).await?;
    let (other, clock) = (world.youku.clone(), world.clock.clone());
    watched.after("SELECT", "FROM `user`", async move {
        fail(&other, 3).await?;
        clock.advance(HOUR / 2);
        Ok(())
    });
    let late = watched.youku.login(wrong()).await;
    watched.acted()?;
    let late = late.expect_err("the name is locked");
    assert_eq!(
        (late.code(), late.retry_after()),
        (Code::Locked, Some(HOUR / 2))
    );
    world.clock.advance(HOUR / 2);
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

/// Failures that are counted at once, at every isolation level that a host may set: none is lost.
#[test]
fn every_failure_of_a_new_window_counts() {
    on_mysql(async |database: TestDatabase| {
        let world = World::with_policy(&database, strict()).await;
        world.youku.register(registration("neo")).await?;
        let options = OptsBuilder::from_opts(Opts::from_url(database.url())?);
        let isolation = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
        let options = mysql_options(options.setup(vec![isolation]));
        let pool = Pool::new(options);
        let isolated = Database::options().with_mysql_pool(pool).await?;
        let watched = Watched::with(&world, strict(), &isolated).await?;
        let failures = "SELECT `failures` FROM `login_failure`";
        // Without a previous failure, and with one from an expired window.
        for _ in 0..2 {
            let other = world.youku.clone();
            watched.after_more(1, "SELECT", "FROM `login_failure`", async move {
                fail(&other, 1).await
            });
            fail(&watched.youku, 1).await?;
            watched.acted()?;
            assert_eq!(world.number(failures).await?, 2);
            world.clock.advance(HOUR);
        }
        Ok(())
    });
}

async fn password_is_changed_by_one_of_two(world: World) -> Result {
    let neo = world.user("neo").await?;
    let change = |new: &str| PasswordChange {
        old: PASSWORD.to_owned(),
        new: new.to_owned(),
    };
    let watched = Watched::new(&world).await?;
    let (other, first) = (neo.clone(), change(NEW));
    watched.after("SELECT", "FROM `user`", async move {
        other.change_password(first).await?;
        Ok(())
    });
    let session = watched.session(&neo).await?;
    let second = session.change_password(change("horse battery")).await;
    watched.acted()?;
    assert_eq!(bad_field(second), Some("old_password"));
    world.youku.login(wrong()).await?;
    Ok(())
}

async fn later_use_of_a_session_counts(world: World) -> Result {
    let neo = world.user("neo").await?;
    let watched = Watched::new(&world).await?;
    world.clock.advance(HOUR);
    let (other, clock, token) = (
        world.youku.clone(),
        world.clock.clone(),
        neo.token().to_owned(),
    );
    watched.after("SELECT", "FROM `session`", async move {
        clock.advance(2 * HOUR);
        other.session(&token).await?;
        Ok(())
    });
    // It began two hours before the use that it conflicted with.
    watched.youku.session(neo.token()).await?;
    watched.acted()?;
    world.clock.advance(23 * HOUR);
    world.youku.session(neo.token()).await?;
    Ok(())
}
