//! Logging in, the state of being logged in, and the end of a session.

use std::time::Duration;

use youku_core::{Code, Credentials, Page, Policy, Role};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{
    DAY, HOUR, World, as_role, bad_field, credentials, policy, refused, registration, upload,
};

fn with_password(name: &str, password: &str) -> Credentials {
    Credentials {
        password: password.to_owned(),
        ..credentials(name)
    }
}

both_databases![
    wrong_password_unknown_user_and_wrong_role_get_the_same_answer,
    huge_password_is_refused_before_it_is_hashed,
    token_finds_its_session_on_every_node,
    unknown_tokens_are_refused,
    only_the_digest_of_a_token_is_stored,
    newer_login_replaces_the_older_one_and_says_so,
    replaced_session_is_told_so_until_it_expires,
    users_do_not_replace_each_other,
    policy_may_allow_several_sessions_of_a_user,
    session_expires_when_idle_and_lives_while_used,
    session_expires_at_the_latest_however_much_it_is_used,
    writes_of_a_session_keep_it_alive,
    log_out_ends_every_handle_of_a_session,
    password_is_hashed_again_when_the_cost_changed,
    origin_of_a_login_is_shortened_and_sanitised,
];

async fn wrong_password_unknown_user_and_wrong_role_get_the_same_answer(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let answers = [
        world
            .youku
            .login(with_password("neo", "battery staple"))
            .await,
        world.youku.login(with_password("neo", "")).await,
        world.youku.login(credentials("morpheus")).await,
        world.youku.login(credentials("\0")).await,
        world.youku.login(credentials(&"x".repeat(1 << 20))).await,
        world.youku.login(as_role("neo", Role::Admin)).await,
    ];
    for answer in answers {
        let error = answer.expect_err("this must be refused");
        assert_eq!(error.code(), Code::Unauthenticated);
        assert_eq!(error.to_string(), "user name or password is wrong");
    }
    assert_eq!(world.rows("session").await?, 0);
    world.youku.login(as_role("neo", Role::User)).await?;
    Ok(())
}

async fn huge_password_is_refused_before_it_is_hashed(world: World) -> Result {
    let huge = "x".repeat(1 << 20);
    let refused = world.youku.login(with_password("neo", &huge)).await;
    assert_eq!(bad_field(refused), Some("password"));
    Ok(())
}

async fn token_finds_its_session_on_every_node(world: World) -> Result {
    let session = world.user("neo").await?;
    assert_eq!(session.token().len(), 64);
    let node = world.another_node().await;
    let found = node.session(session.token()).await?;
    assert_eq!(found.user_id(), session.user_id());
    assert_eq!(found.username(), "neo");
    session.logout().await?;
    assert_eq!(
        refused(node.session(session.token()).await),
        Code::Unauthenticated
    );
    Ok(())
}

async fn unknown_tokens_are_refused(world: World) -> Result {
    let session = world.user("neo").await?;
    let token = session.token();
    let flipped = match token.strip_prefix('0') {
        Some(rest) => format!("1{rest}"),
        None => format!("0{}", &token[1..]),
    };
    for wrong in [
        "",
        "null",
        &flipped,
        &token[1..],
        &token.to_uppercase(),
        &token.repeat(999),
    ] {
        let answer = world.youku.session(wrong).await;
        let same = wrong == token;
        assert!(same || refused(answer) == Code::Unauthenticated, "{wrong}");
    }
    Ok(())
}

async fn only_the_digest_of_a_token_is_stored(world: World) -> Result {
    let session = world.user("neo").await?;
    let token = session.token();
    let stored = format!("SELECT COUNT(*) FROM `session` WHERE `token_digest` = '{token}'");
    assert_eq!(world.number(stored).await?, 0);
    let stored = "SELECT COUNT(*) FROM `session` WHERE LENGTH(`token_digest`) = 64";
    assert_eq!(world.number(stored).await?, 1);
    assert!(!format!("{session:?}").contains(token));
    Ok(())
}

async fn newer_login_replaces_the_older_one_and_says_so(world: World) -> Result {
    let older = world.user("neo").await?;
    let newer = world.youku.login(credentials("neo")).await?;
    assert_ne!(older.token(), newer.token());
    assert_eq!(
        refused(world.youku.session(older.token()).await),
        Code::SessionReplaced
    );
    assert_eq!(
        refused(older.renew_membership(0).await),
        Code::SessionReplaced
    );
    world.youku.session(newer.token()).await?;
    older.logout().await?;
    assert_eq!(
        refused(world.youku.session(older.token()).await),
        Code::Unauthenticated
    );
    world.youku.session(newer.token()).await?;
    Ok(())
}

async fn replaced_session_is_told_so_until_it_expires(world: World) -> Result {
    let older = world.user("neo").await?;
    world.youku.login(credentials("neo")).await?;
    world.clock.advance(29 * DAY);
    let answer = world.youku.session(older.token()).await;
    assert_eq!(refused(answer), Code::SessionReplaced);
    world.clock.advance(DAY);
    let answer = world.youku.session(older.token()).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    Ok(())
}

async fn users_do_not_replace_each_other(world: World) -> Result {
    let neo = world.user("neo").await?;
    let trinity = world.user("trinity").await?;
    world.youku.session(neo.token()).await?;
    world.youku.session(trinity.token()).await?;
    Ok(())
}

async fn policy_may_allow_several_sessions_of_a_user(database: TestDatabase) -> Result {
    let several = Policy {
        one_session_per_user: false,
        ..policy()
    };
    let world = World::with_policy(&database, several).await;
    let older = world.user("neo").await?;
    let newer = world.youku.login(credentials("neo")).await?;
    world.youku.session(older.token()).await?;
    world.youku.session(newer.token()).await?;
    Ok(())
}

async fn session_expires_when_idle_and_lives_while_used(world: World) -> Result {
    let session = world.user("neo").await?;
    for _ in 0..3 {
        world.clock.advance(23 * HOUR);
        world.youku.session(session.token()).await?;
    }
    world.clock.advance(24 * HOUR);
    assert_eq!(
        refused(world.youku.session(session.token()).await),
        Code::Unauthenticated
    );
    assert_eq!(
        refused(session.renew_membership(0).await),
        Code::Unauthenticated
    );
    Ok(())
}

async fn session_expires_at_the_latest_however_much_it_is_used(world: World) -> Result {
    let session = world.user("neo").await?;
    let mut age = Duration::ZERO;
    while age + 12 * HOUR < 30 * DAY {
        world.clock.advance(12 * HOUR);
        age += 12 * HOUR;
        world.youku.session(session.token()).await?;
    }
    world.clock.advance(12 * HOUR);
    assert_eq!(
        refused(world.youku.session(session.token()).await),
        Code::Unauthenticated
    );
    Ok(())
}

async fn writes_of_a_session_keep_it_alive(world: World) -> Result {
    let session = world.user("neo").await?;
    for _ in 0..3 {
        world.clock.advance(23 * HOUR);
        session.renew_membership(0).await?;
    }
    world.youku.session(session.token()).await?;
    Ok(())
}

async fn log_out_ends_every_handle_of_a_session(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    let session = world.user("neo").await?;
    let twin = world.youku.session(session.token()).await?;
    session.logout().await?;
    session.logout().await?;
    assert_eq!(
        refused(twin.renew_membership(0).await),
        Code::Unauthenticated
    );
    assert_eq!(
        refused(twin.download(movie.id).open().await),
        Code::Unauthenticated
    );
    assert_eq!(refused(twin.admin().await), Code::Unauthenticated);
    assert!(twin.notices(Page::first(1)).await?.is_empty());
    Ok(())
}

async fn password_is_hashed_again_when_the_cost_changed(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let mut dearer = policy();
    dearer.password_cost.passes = 2;
    let node = world.reopen(dearer).await;
    node.login(credentials("neo")).await?;
    let rehashed = "SELECT COUNT(*) FROM `user` WHERE `password` LIKE '%m=8,t=2,p=1$%'";
    assert_eq!(world.number(rehashed).await?, 1);
    node.login(credentials("neo")).await?;
    world.youku.login(credentials("neo")).await?;
    assert_eq!(
        refused(node.login(with_password("neo", "wrong")).await),
        Code::Unauthenticated
    );
    Ok(())
}

async fn origin_of_a_login_is_shortened_and_sanitised(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let peer = format!("\u{202e}{}\n", "x".repeat(1000));
    world
        .youku
        .login(Credentials {
            peer,
            ..credentials("neo")
        })
        .await?;
    let kept = format!(
        "SELECT COUNT(*) FROM `session` WHERE `peer` = '{}'",
        "x".repeat(255)
    );
    assert_eq!(world.number(kept).await?, 1);
    Ok(())
}
