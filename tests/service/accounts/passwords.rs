//! Changing a password, and passwords that are refused for every user.

use std::fmt::Debug;

use youku_core::{Code, Credentials, Error, PasswordChange, Policy, Registration, Rule};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::faults::races::at_once;
use crate::world::{PASSWORD, World, credentials, policy, refused, registration};

const NEW: &str = "battery staple";

fn change(old: &str, new: &str) -> PasswordChange {
    PasswordChange {
        old: old.to_owned(),
        new: new.to_owned(),
    }
}

fn with_new(name: &str) -> Credentials {
    Credentials {
        password: NEW.to_owned(),
        ..credentials(name)
    }
}

/// Asserts that the answer is a refusal because `field` breaks `rule`.
#[track_caller]
fn breaks<T: Debug>(answer: Result<T, Error>, field: &str, rule: &Rule) {
    let error = answer.expect_err("this must be refused");
    assert_eq!((error.field(), error.rule()), (Some(field), Some(rule)));
    assert_eq!(error.code(), Code::BadRequest);
}

/// A world in which users may have several sessions.
async fn several_sessions(database: &TestDatabase) -> World {
    let several = Policy {
        one_session_per_user: false,
        ..policy()
    };
    World::with_policy(database, several).await
}

both_databases![
    changed_password_is_the_one_to_log_in_with,
    change_ends_all_other_sessions,
    wrong_old_password_changes_nothing,
    new_password_keeps_the_rules,
    wrong_old_passwords_lock_the_change,
    ended_session_changes_no_password,
    one_of_two_changes_at_once_counts,
    logins_with_the_old_password_during_a_change_end,
    common_passwords_are_refused,
    digests_of_common_passwords_and_blank_ones_are_refused_wherever_they_are_new,
    owner_changes_the_password_while_a_stranger_keeps_the_name_locked,
];

async fn changed_password_is_the_one_to_log_in_with(world: World) -> Result {
    let neo = world.user("neo").await?;
    neo.change_password(change(PASSWORD, NEW)).await?;
    world.youku.session(neo.token()).await?;
    let answer = world.youku.login(credentials("neo")).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    world.youku.login(with_new("neo")).await?;
    Ok(())
}

async fn change_ends_all_other_sessions(database: TestDatabase) -> Result {
    let world = several_sessions(&database).await;
    let first = world.user("neo").await?;
    let second = world.youku.login(credentials("neo")).await?;
    let other = world.user("trinity").await?;
    second.change_password(change(PASSWORD, NEW)).await?;
    let answer = world.youku.session(first.token()).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    world.youku.session(second.token()).await?;
    world.youku.session(other.token()).await?;
    Ok(())
}

async fn wrong_old_password_changes_nothing(database: TestDatabase) -> Result {
    let world = several_sessions(&database).await;
    let first = world.user("neo").await?;
    let second = world.youku.login(credentials("neo")).await?;
    for old in ["", NEW, &"x".repeat(1 << 20)] {
        let answer = second.change_password(change(old, NEW)).await;
        breaks(answer, "old_password", &Rule::CurrentPassword);
    }
    world.youku.session(first.token()).await?;
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn new_password_keeps_the_rules(world: World) -> Result {
    let neo = world.user("neo").await?;
    let long = "x".repeat(257);
    for (new, rule) in [
        ("", Rule::Length(8..=256)),
        ("1234567", Rule::Length(8..=256)),
        ("password1", Rule::CommonPassword),
        (&long, Rule::Length(8..=256)),
    ] {
        let answer = neo.change_password(change(PASSWORD, new)).await;
        breaks(answer, "password", &rule);
    }
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

/// They are counted apart from log-ins.
async fn wrong_old_passwords_lock_the_change(world: World) -> Result {
    let neo = world.user("neo").await?;
    for _ in 0..world.youku.policy().login_attempts {
        let answer = neo.change_password(change(NEW, NEW)).await;
        breaks(answer, "old_password", &Rule::CurrentPassword);
    }
    let right = neo.change_password(change(PASSWORD, NEW)).await;
    let error = right.expect_err("it is locked");
    assert_eq!(error.code(), Code::Locked);
    let neo = world.youku.login(credentials("neo")).await?;
    let right = neo.change_password(change(PASSWORD, NEW)).await;
    assert_eq!(refused(right), Code::Locked);
    world.clock.advance(error.retry_after().ok_or("a time")?);
    neo.change_password(change(PASSWORD, NEW)).await?;
    Ok(())
}

async fn owner_changes_the_password_while_a_stranger_keeps_the_name_locked(world: World) -> Result {
    let neo = world.user("neo").await?;
    for _ in 0..world.youku.policy().login_attempts {
        let wrong = world.youku.login(with_new("neo")).await;
        assert_eq!(refused(wrong), Code::Unauthenticated);
    }
    let right = world.youku.login(credentials("neo")).await;
    assert_eq!(refused(right), Code::Locked);
    neo.change_password(change(PASSWORD, NEW)).await?;
    // The name is still locked for all others.
    let other = world.youku.login(with_new("neo")).await;
    assert_eq!(refused(other), Code::Locked);
    world.youku.session(neo.token()).await?;
    Ok(())
}

async fn ended_session_changes_no_password(world: World) -> Result {
    let neo = world.user("neo").await?;
    let newer = world.youku.login(credentials("neo")).await?;
    let answer = neo.change_password(change(PASSWORD, NEW)).await;
    assert_eq!(refused(answer), Code::SessionReplaced);
    newer.logout().await?;
    let answer = newer.change_password(change(PASSWORD, NEW)).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn one_of_two_changes_at_once_counts(world: World) -> Result {
    let neo = world.user("neo").await?;
    let news = ["first new one", "second new one"];
    let answers = at_once(2, |number| {
        let neo = neo.clone();
        async move { neo.change_password(change(PASSWORD, news[number])).await }
    })
    .await?;
    let (made, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.is_ok());
    assert_eq!(made.len(), 1);
    for other in others {
        breaks(other, "old_password", &Rule::CurrentPassword);
    }
    world.youku.session(neo.token()).await?;
    Ok(())
}

async fn logins_with_the_old_password_during_a_change_end(database: TestDatabase) -> Result {
    let world = several_sessions(&database).await;
    let neo = world.user("neo").await?;
    let answers = at_once(6, |number| {
        let (youku, neo) = (world.youku.clone(), neo.clone());
        async move {
            if number == 3 {
                return neo
                    .change_password(change(PASSWORD, NEW))
                    .await
                    .map(|()| None);
            }
            youku.login(credentials("neo")).await.map(Some)
        }
    })
    .await?;
    for answer in answers {
        match answer {
            Ok(Some(session)) => {
                let answer = world.youku.session(session.token()).await;
                assert_eq!(refused(answer), Code::Unauthenticated);
            }
            Ok(None) => {}
            Err(error) => assert_eq!(error.code(), Code::Unauthenticated),
        }
    }
    assert_eq!(world.rows("session").await?, 1);
    world.youku.session(neo.token()).await?;
    Ok(())
}

async fn common_passwords_are_refused(world: World) -> Result {
    for password in [
        "password",
        "12345678",
        "QwertyUiop",
        "1q2w3e4r",
        "woaini1314",
    ] {
        let common = Registration {
            username: "neo".to_owned(),
            password: password.to_owned(),
        };
        let answer = world.youku.register(common.clone()).await;
        breaks(answer, "password", &Rule::CommonPassword);
        let answer = world.youku.create_admin(common).await;
        breaks(answer, "password", &Rule::CommonPassword);
    }
    world.youku.register(registration("neo")).await?;
    Ok(())
}

async fn digests_of_common_passwords_and_blank_ones_are_refused_wherever_they_are_new(
    world: World,
) -> Result {
    let root = world.admin().await?;
    let youku = &world.youku;
    let invites = [root.invite().await?.code, root.invite_user().await?.code];
    let neo = world.user("neo").await?;
    let (digest, blank) = ("e10adc3949ba59abbe56e057f20f883e", "        ");
    for (password, rule) in [
        (digest.to_owned(), Rule::CommonPassword),
        (digest.to_uppercase(), Rule::CommonPassword),
        (blank.to_owned(), Rule::NotBlank),
    ] {
        let new = Registration {
            username: "smith".to_owned(),
            password: password.clone(),
        };
        breaks(youku.register(new.clone()).await, "password", &rule);
        breaks(youku.create_admin(new.clone()).await, "password", &rule);
        let admin = youku.register_admin(new.clone(), &invites[0]).await;
        breaks(admin, "password", &rule);
        let user = youku.register_invited(new, &invites[1], "").await;
        breaks(user, "password", &rule);
        let reset = youku.reset_password("neo", password.clone()).await;
        breaks(reset, "password", &rule);
        let changed = neo.change_password(change(PASSWORD, &password)).await;
        breaks(changed, "password", &rule);
    }
    Ok(())
}

#[test]
fn debug_shows_no_password() {
    let shown = format!("{:?}", change(PASSWORD, NEW));
    assert!(!shown.contains(PASSWORD) && !shown.contains(NEW), "{shown}");
}
