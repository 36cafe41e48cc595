//! The audit: the actions that administrators can read about.

use youku_core::{
    Act, Admin, AuditEntry, Code, Credentials, NewNotice, Page, PasswordChange, Role,
};
use youku_tests::{Result, both_databases};

use crate::world::{
    HOUR, PASSWORD, SECOND, World, as_role, credentials, finish, new_movie, refused, registration,
    upload,
};

/// The recorded actions, oldest first.
async fn acts(admin: &Admin) -> Result<Vec<Act>> {
    let mut entries = admin.audit(Page::first(500)).await?.entries;
    entries.reverse();
    Ok(entries.into_iter().map(|entry| entry.act).collect())
}

async fn newest(admin: &Admin) -> Result<AuditEntry> {
    let mut page = admin.audit(Page::first(1)).await?.entries;
    Ok(page.remove(0))
}

both_databases![
    every_action_of_an_administrator_is_audited,
    every_event_of_an_account_is_audited,
    locked_names_are_audited_once,
    unlocked_names_are_audited,
    becoming_an_administrator_is_audited,
    registrations_record_their_origin,
    actions_without_effect_are_not_audited,
    entries_name_actor_time_target_and_origin,
    only_administrators_read_the_audit,
    audit_holds_no_secret,
];

async fn every_action_of_an_administrator_is_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    admin.delete(movie.id).await?;
    admin.restore(movie.id).await?;
    admin.delete(movie.id).await?;
    finish(&admin, new_movie("a", b"abc"), b"abc").await?;
    let notice = NewNotice {
        title: "a".to_owned(),
        content: "b".to_owned(),
    };
    let notice = admin.publish_notice(notice).await?;
    assert_eq!(newest(&admin).await?.notice, Some(notice.id));
    let neo = world.youku.register(registration("neo")).await?;
    admin.lock_user(neo).await?;
    admin.unlock_user(neo).await?;
    admin.change_role(neo, Role::Admin).await?;
    admin.change_role(neo, Role::User).await?;
    assert_eq!(
        acts(&admin).await?,
        [
            Act::AdminCreated,
            Act::LoggedIn,
            Act::MovieUploaded,
            Act::MovieDeleted,
            Act::MovieRestored,
            Act::MovieDeleted,
            Act::MovieUploaded,
            Act::NoticePublished,
            Act::Registered,
            Act::UserLocked,
            Act::UserUnlocked,
            Act::Promoted,
            Act::Demoted,
        ]
    );
    let entries = admin.audit(Page::first(500)).await?;
    let movies = entries.iter().filter(|entry| entry.movie == Some(movie.id));
    assert_eq!(movies.count(), 5);
    Ok(())
}

async fn every_event_of_an_account_is_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let change = PasswordChange {
        old: PASSWORD.to_owned(),
        new: "battery staple".to_owned(),
    };
    neo.change_password(change).await?;
    neo.logout().await?;
    let written = acts(&admin).await?;
    assert_eq!(
        written[2..],
        [
            Act::Registered,
            Act::LoggedIn,
            Act::PasswordChanged,
            Act::LoggedOut
        ]
    );
    Ok(())
}

async fn locked_names_are_audited_once(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    for name in ["neo", "nobody"] {
        for _ in 0..world.youku.policy().login_attempts + 3 {
            world
                .youku
                .login(as_role(name, Role::Admin))
                .await
                .expect_err("it is refused");
        }
    }
    assert_eq!(acts(&admin).await?[3..], [Act::NameLocked; 2]);
    let page = admin.audit(Page::first(2)).await?;
    assert_eq!((page[0].user, page[1].user), (None, Some(neo)));
    assert_eq!((page[0].actor, page[1].actor), (None, None));
    assert_eq!(page[0].peer, "[::1]:1999");
    Ok(())
}

async fn unlocked_names_are_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    let fail = async || world.youku.login(as_role("neo", Role::Admin)).await;
    // One failure locks nothing, so nothing is unlocked.
    fail().await.expect_err("it is refused");
    admin.unlock_user(neo).await?;
    assert_eq!(newest(&admin).await?.act, Act::Registered);
    for _ in 0..world.youku.policy().login_attempts {
        fail().await.expect_err("it is refused");
    }
    assert_eq!(newest(&admin).await?.act, Act::NameLocked);
    admin.unlock_user(neo).await?;
    let entry = newest(&admin).await?;
    assert_eq!((entry.act, entry.user), (Act::UserUnlocked, Some(neo)));
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn becoming_an_administrator_is_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let root = admin.session().user_id();
    let invite = admin.invite().await?;
    let trinity = world
        .youku
        .register_admin(registration("trinity"), &invite.code)
        .await?;
    assert_eq!(
        acts(&admin).await?,
        [
            Act::AdminCreated,
            Act::LoggedIn,
            Act::AdminInvited,
            Act::InviteUsed
        ]
    );
    let entries = admin.audit(Page::first(9)).await?;
    assert_eq!(
        (entries[0].actor, entries[0].user),
        (Some(trinity), Some(root))
    );
    assert_eq!((entries[1].actor, entries[1].user), (Some(root), None));
    assert_eq!((entries[3].actor, entries[3].user), (None, Some(root)));
    Ok(())
}

async fn registrations_record_their_origin(world: World) -> Result {
    let admin = world.admin().await?;
    let from = "192.0.2.7\n";
    let neo = world.youku.register_from(registration("neo"), from);
    let neo = neo.await?;
    let entry = newest(&admin).await?;
    assert_eq!((entry.act, entry.actor), (Act::Registered, Some(neo)));
    assert_eq!((entry.peer.as_str(), entry.user), ("192.0.2.7", None));
    let code = admin.invite().await?.code;
    let trinity = registration("trinity");
    world
        .youku
        .register_admin_from(trinity, &code, "192.0.2.8")
        .await?;
    let entry = newest(&admin).await?;
    assert_eq!(
        (entry.act, entry.peer.as_str()),
        (Act::InviteUsed, "192.0.2.8")
    );
    Ok(())
}

async fn actions_without_effect_are_not_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let neo = world.user("neo").await?;
    let newer = world.youku.login(credentials("neo")).await?;
    let before = acts(&admin).await?;
    admin.restore(movie.id).await?;
    admin.unlock_user(neo.user_id()).await?;
    admin.change_role(neo.user_id(), Role::User).await?;
    admin
        .lock_user(admin.session().user_id())
        .await
        .expect_err("it is refused");
    neo.logout().await?;
    neo.logout().await?;
    world
        .youku
        .login(as_role("neo", Role::Admin))
        .await
        .expect_err("it is refused");
    assert_eq!(acts(&admin).await?, before);
    world.clock.advance(24 * HOUR);
    newer.logout().await?;
    let admin = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    assert_eq!(acts(&admin).await?.len(), before.len() + 1);
    Ok(())
}

async fn entries_name_actor_time_target_and_origin(world: World) -> Result {
    world.youku.create_admin(registration("Root")).await?;
    let from = Credentials {
        peer: "192.0.2.1".to_owned(),
        ..credentials("root")
    };
    let admin = world.youku.login(from).await?.admin().await?;
    let neo = world.youku.register(registration("Neo")).await?;
    let before = newest(&admin).await?;
    world.clock.advance(SECOND);
    let locked = admin.lock_user(neo).await?;
    let entry = newest(&admin).await?;
    assert!(entry.id > before.id);
    assert_eq!(entry.act, Act::UserLocked);
    assert_eq!(Some(entry.time), locked.locked_at);
    assert_eq!(entry.actor, Some(admin.session().user_id()));
    assert_eq!(entry.actor_name.as_deref(), Some("Root"));
    assert_eq!(entry.user, Some(neo));
    assert_eq!(entry.user_name.as_deref(), Some("Neo"));
    assert_eq!(entry.peer, "192.0.2.1");
    assert_eq!((entry.movie, entry.notice), (None, None));
    Ok(())
}

async fn only_administrators_read_the_audit(world: World) -> Result {
    let admin = world.admin().await?;
    world
        .execute("UPDATE `user` SET `user_type` = 'user' WHERE `username` = 'root'")
        .await?;
    assert_eq!(refused(admin.audit(Page::first(9)).await), Code::Forbidden);
    Ok(())
}

async fn audit_holds_no_secret(world: World) -> Result {
    let admin = world.admin().await?;
    let invite = admin.invite().await?;
    let shown = format!("{:?}", admin.audit(Page::first(500)).await?);
    for secret in [PASSWORD, &invite.code, admin.session().token(), "argon2"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    Ok(())
}
