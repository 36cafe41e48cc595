//! Becoming an administrator, and what only administrators may do.

use youku_core::{Code, NewNotice, Role};
use youku_tests::{Result, both_databases};

use crate::world::{
    HOUR, World, as_role, bad_field, credentials, new_movie, refused, registration, upload,
};

both_databases![
    users_get_no_admin_handle,
    invite_makes_one_administrator,
    unknown_invite_is_refused,
    invite_expires,
    invite_survives_a_registration_that_fails,
    invite_is_stored_as_a_digest,
    admin_handle_of_a_former_administrator_is_powerless,
    admin_handle_ends_with_its_session,
];

async fn users_get_no_admin_handle(world: World) -> Result {
    let session = world.user("neo").await?;
    assert_eq!(refused(session.admin().await), Code::Forbidden);
    let admin = world.admin().await?;
    assert_eq!(admin.session().role(), Role::Admin);
    world.youku.login(as_role("root", Role::Admin)).await?;
    Ok(())
}

async fn invite_makes_one_administrator(world: World) -> Result {
    let admin = world.admin().await?;
    let invite = admin.invite().await?;
    world
        .youku
        .register_admin(registration("trinity"), &invite.code)
        .await?;
    let session = world.youku.login(credentials("trinity")).await?;
    session.admin().await?;
    let again = world
        .youku
        .register_admin(registration("cypher"), &invite.code)
        .await;
    assert_eq!(refused(again), Code::Forbidden);
    assert_eq!(world.rows("user").await?, 2);
    Ok(())
}

async fn unknown_invite_is_refused(world: World) -> Result {
    for code in ["", "please", &"0".repeat(64), &"0".repeat(1 << 20)] {
        let refusal = world
            .youku
            .register_admin(registration("cypher"), code)
            .await;
        assert_eq!(refused(refusal), Code::Forbidden);
    }
    assert_eq!(world.rows("user").await?, 0);
    Ok(())
}

async fn invite_expires(world: World) -> Result {
    let invite = world.admin().await?.invite().await?;
    for time in [72 * HOUR, HOUR] {
        world.clock.advance(time);
        let late = world
            .youku
            .register_admin(registration("trinity"), &invite.code)
            .await;
        assert_eq!(refused(late), Code::Forbidden);
    }
    Ok(())
}

async fn invite_survives_a_registration_that_fails(world: World) -> Result {
    let invite = world.admin().await?.invite().await?;
    let taken = world
        .youku
        .register_admin(registration("Root"), &invite.code)
        .await;
    assert_eq!(refused(taken), Code::Exists);
    let unnamed = world
        .youku
        .register_admin(registration(""), &invite.code)
        .await;
    assert_eq!(bad_field(unnamed), Some("username"));
    world
        .youku
        .register_admin(registration("trinity"), &invite.code)
        .await?;
    Ok(())
}

async fn invite_is_stored_as_a_digest(world: World) -> Result {
    let invite = world.admin().await?.invite().await?;
    let stored = format!(
        "SELECT COUNT(*) FROM `invite` WHERE `code_digest` = '{}'",
        invite.code
    );
    assert_eq!(world.number(stored).await?, 0);
    assert!(!format!("{invite:?}").contains(&invite.code));
    Ok(())
}

async fn admin_handle_of_a_former_administrator_is_powerless(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    world
        .execute("UPDATE `user` SET `user_type` = 'user' WHERE `username` = 'root'")
        .await?;
    let notice = NewNotice {
        title: "a".to_owned(),
        content: "b".to_owned(),
    };
    assert_eq!(
        refused(admin.upload(new_movie("x", b"x")).await),
        Code::Forbidden
    );
    assert_eq!(refused(admin.delete(movie.id).await), Code::Forbidden);
    assert_eq!(refused(admin.restore(movie.id).await), Code::Forbidden);
    assert_eq!(refused(admin.publish_notice(notice).await), Code::Forbidden);
    assert_eq!(refused(admin.invite().await), Code::Forbidden);
    Ok(())
}

async fn admin_handle_ends_with_its_session(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    world.youku.login(credentials("root")).await?;
    assert_eq!(refused(admin.delete(movie.id).await), Code::SessionReplaced);
    assert_eq!(refused(admin.invite().await), Code::SessionReplaced);
    assert_eq!(
        refused(admin.session().admin().await),
        Code::SessionReplaced
    );
    Ok(())
}
