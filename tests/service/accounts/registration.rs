//! Registering.

use youku_core::{Code, Registration, Role};
use youku_tests::{Result, both_databases};

use crate::faults::races::at_once;
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
    names_that_look_like_another_are_taken,
    names_of_the_past_keep_their_looks,
    two_names_that_look_alike_at_once_make_one_user,
];

/// Spellings of `admin` that a person cannot tell from it.
const DOUBLES: [&str; 5] = ["ADMIN", "ａｄｍｉｎ", "аdmin", "adrnin", "admın"];

async fn names_that_look_like_another_are_taken(world: World) -> Result {
    world.youku.register(named("admin")).await?;
    for name in DOUBLES {
        let taken = world.youku.register(named(name)).await;
        assert_eq!(refused(taken), Code::Exists, "{name}");
    }
    for name in ["王小明", "محمد", "علی‌رضا", "श्री"] {
        world.youku.register(named(name)).await?;
        world.youku.login(credentials(name)).await?;
    }
    // Written with full-width letters, it is the same name.
    let session = world.youku.login(credentials("ＡＤＭＩＮ")).await?;
    assert_eq!(session.username(), "admin");
    Ok(())
}

/// Users who registered under older rules, which stored no looks.
async fn names_of_the_past_keep_their_looks(world: World) -> Result {
    for name in ["neo", "trinity", "smith"] {
        world.youku.register(named(name)).await?;
    }
    for (name, past) in [
        ("neo", "аdmin"),
        ("trinity", "admin"),
        ("smith", "a\u{2800}b"),
    ] {
        let renamed = format!(
            "UPDATE `user` SET `username` = '{past}', `username_key` = '{past}' \
             WHERE `username` = '{name}'"
        );
        world.execute(renamed).await?;
    }
    world.execute("DELETE FROM `name_skeleton`").await?;
    let node = world.another_node().await;
    assert_eq!(world.rows("name_skeleton").await?, 3);
    for name in ["аdmin", "admin", "a\u{2800}b"] {
        assert_eq!(node.login(credentials(name)).await?.username(), name);
    }
    for name in DOUBLES {
        assert_eq!(refused(node.register(named(name)).await), Code::Exists);
    }
    // Of another version of Unicode, they are made again, for the same users.
    let holders = "SELECT SUM(`user_id`) FROM `name_skeleton` WHERE `only_one` IS NOT NULL";
    let before = world.number(holders).await?;
    let older = "UPDATE `name_skeleton` SET `unicode_version` = '6.3.0'";
    world.execute(older).await?;
    world.another_node().await;
    assert_eq!(world.number(holders).await?, before);
    let old = "SELECT COUNT(*) FROM `name_skeleton` WHERE `unicode_version` = '6.3.0'";
    assert_eq!(world.number(old).await?, 0);
    Ok(())
}

async fn two_names_that_look_alike_at_once_make_one_user(world: World) -> Result {
    let names = ["admin", "аdmin"];
    let answers = at_once(2, |number| {
        let youku = world.youku.clone();
        async move { youku.register(named(names[number])).await }
    })
    .await?;
    let made = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!((made, world.rows("user").await?), (1, 1));
    Ok(())
}

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
    assert_eq!(world.rows("user").await?, 1);
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
