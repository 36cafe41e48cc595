//! Registering.

use youku_core::{Code, Registration, Role};
use youku_tests::{Result, both_databases};

use crate::world::{PASSWORD, World, bad_field, credentials, refused, registration};

fn named(username: impl Into<String>) -> Registration {
    Registration {
        username: username.into(),
        password: PASSWORD.to_owned(),
    }
}

fn with_password(password: impl Into<String>) -> Registration {
    Registration {
        username: "neo".to_owned(),
        password: password.into(),
    }
}

both_databases![
    registered_user_can_log_in,
    name_is_unique_whatever_its_case_and_composition,
    names_that_deceive_or_do_not_fit_are_refused,
    passwords_too_short_or_too_long_are_refused,
    password_is_stored_as_argon2id_only,
    longest_name_that_folding_can_make_fits_its_column,
];

async fn registered_user_can_log_in(world: World) -> Result {
    let user = world.youku.register(registration("Neo")).await?;
    let session = world.youku.login(credentials("neo")).await?;
    assert_eq!(session.user_id(), user);
    assert_eq!(session.username(), "Neo");
    assert_eq!(session.role(), Role::User);
    assert!(!session.is_vip());
    Ok(())
}

async fn name_is_unique_whatever_its_case_and_composition(world: World) -> Result {
    world.youku.register(named("Admin")).await?;
    assert_eq!(
        refused(world.youku.register(named("admin")).await),
        Code::Exists
    );
    world.youku.register(named("Ren\u{e9}")).await?;
    assert_eq!(
        refused(world.youku.register(named("RENE\u{301}")).await),
        Code::Exists
    );
    world.youku.register(named("stra\u{df}e")).await?;
    assert_eq!(
        refused(world.youku.register(named("STRASSE")).await),
        Code::Exists
    );
    assert_eq!(world.rows("user").await?, 3);
    Ok(())
}

async fn names_that_deceive_or_do_not_fit_are_refused(world: World) -> Result {
    for name in [
        "",
        " ",
        " neo",
        "n\0o",
        "n\no",
        "\u{202e}oen",
        "ne\u{200b}o",
    ] {
        let refused = world.youku.register(named(name)).await;
        assert_eq!(bad_field(refused), Some("username"), "{name:?}");
    }
    let long = world.youku.register(named("x".repeat(65))).await;
    assert_eq!(bad_field(long), Some("username"));
    world.youku.register(named("电".repeat(64))).await?;
    assert_eq!(world.rows("user").await?, 1);
    Ok(())
}

async fn passwords_too_short_or_too_long_are_refused(world: World) -> Result {
    for password in [
        String::new(),
        "x".repeat(7),
        "x".repeat(257),
        "x".repeat(1 << 20),
    ] {
        let refused = world.youku.register(with_password(password)).await;
        assert_eq!(bad_field(refused), Some("password"));
    }
    assert_eq!(world.rows("user").await?, 0);
    world
        .youku
        .register(with_password("电".repeat(256)))
        .await?;
    Ok(())
}

async fn password_is_stored_as_argon2id_only(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let hashed = "SELECT COUNT(*) FROM `user` WHERE `password` LIKE '$argon2id$v=19$m=8,t=1,p=1$%'";
    assert_eq!(world.number(hashed).await?, 1);
    Ok(())
}

async fn longest_name_that_folding_can_make_fits_its_column(world: World) -> Result {
    // One character that case folding turns into three.
    world.youku.register(named("\u{390}".repeat(64))).await?;
    world.youku.register(named("\u{fb03}".repeat(64))).await?;
    assert_eq!(world.rows("user").await?, 2);
    Ok(())
}

#[test]
fn debug_shows_no_password() {
    let shown = format!("{:?} {:?}", registration("neo"), credentials("neo"));
    assert!(
        shown.contains("neo") && !shown.contains(PASSWORD),
        "{shown}"
    );
}
