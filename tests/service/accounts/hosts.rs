//! Handles without a password, and the sessions that users and administrators list and end.

use youku_core::{Act, Code, NewNotice, Page, Policy, Role, SessionId, UserId, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{DAY, HOUR, World, credentials, policy, refused, registration, upload};

both_databases![
    host_acts_for_a_user_without_a_password,
    handle_of_a_host_loses_its_power_with_its_user,
    system_acts_without_being_a_user,
    last_administrator_stays_whatever_the_system_does,
    sessions_are_listed_and_ended,
    administrators_list_and_end_the_sessions_of_a_user,
];

fn notice() -> NewNotice {
    NewNotice {
        title: "a".to_owned(),
        content: "b".to_owned(),
    }
}

async fn host_acts_for_a_user_without_a_password(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let handle = world.youku.session_for(neo.user_id()).await?;
    assert_eq!((handle.username(), handle.token()), ("neo", ""));
    assert_eq!(handle.role(), Role::User);
    handle.renew_membership(0).await?;
    assert!(world.youku.session_for(neo.user_id()).await?.is_vip());
    // It neither ends the session of the log-in nor becomes one.
    world.youku.session(neo.token()).await?;
    assert_eq!(world.rows("session").await?, 2);
    handle.logout().await?;
    world.clock.advance(400 * DAY);
    handle.renew_membership(0).await?;
    assert_eq!(refused(handle.admin().await), Code::Forbidden);
    assert_eq!(
        refused(world.youku.session("").await),
        Code::Unauthenticated
    );

    let root = world.youku.session_for(admin.session().user_id()).await?;
    let root = root.admin().await?;
    root.publish_notice(notice()).await?;
    let line = &root.audit(first(1)).await?[0];
    assert_eq!((line.act, &*line.peer), (Act::NoticePublished, "host"));
    assert_eq!(line.actor_name.as_deref(), Some("root"));
    let unknown = world.youku.session_for(UserId::new(999)).await;
    assert_eq!(refused(unknown), Code::NotFound);
    Ok(())
}

async fn handle_of_a_host_loses_its_power_with_its_user(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    admin.change_role(neo, Role::Admin).await?;
    let handle = world.youku.session_for(neo).await?;
    let powerful = handle.admin().await?;
    powerful.publish_notice(notice()).await?;
    admin.change_role(neo, Role::User).await?;
    let refusal = powerful.publish_notice(notice()).await;
    assert_eq!(refused(refusal), Code::Forbidden);
    handle.renew_membership(0).await?;
    admin.lock_user(neo).await?;
    let refusal = handle.renew_membership(0).await;
    assert_eq!(refused(refusal), Code::Unauthenticated);
    assert_eq!(refused(world.youku.session_for(neo).await), Code::Locked);
    Ok(())
}

async fn system_acts_without_being_a_user(world: World) -> Result {
    let root = world.admin().await?;
    let system = world.youku.system().await?;
    let other = world.another_node().await.system().await?;
    assert_eq!(system.session().user_id(), other.session().user_id());
    upload(&system, "a.mp4", b"abc").await?;
    other.publish_notice(notice()).await?;
    let invite = system.invite_user().await?;
    world
        .youku
        .register_invited(registration("neo"), &invite.code, "")
        .await?;
    let line = &root.audit(first(2)).await?[1];
    assert_eq!((line.act, &*line.peer), (Act::UserInvited, "system"));
    assert_eq!(line.actor_name.as_deref(), Some("system"));

    let users = root.users(first(9)).await?;
    assert_eq!(users.len(), 2);
    let counted = world.youku.statistics().await?;
    assert_eq!((counted.users, counted.admins), (2, 1));
    let id = system.session().user_id();
    assert_eq!(refused(root.lock_user(id).await), Code::NotFound);
    assert_eq!(
        refused(root.change_role(id, Role::User).await),
        Code::NotFound
    );
    assert_eq!(refused(root.delete_user(id).await), Code::NotFound);
    assert_eq!(refused(world.youku.session_for(id).await), Code::NotFound);
    for name in ["system", " system"] {
        let login = world.youku.login(credentials(name)).await;
        assert_eq!(refused(login), Code::Unauthenticated);
    }
    // A person may have that name.
    world.youku.register(registration("system")).await?;
    world.youku.login(credentials("system")).await?;
    world.another_node().await;
    Ok(())
}

async fn last_administrator_stays_whatever_the_system_does(world: World) -> Result {
    let root = world.admin().await?.session().user_id();
    let system = world.youku.system().await?;
    for refusal in [
        system.lock_user(root).await.map(drop),
        system.change_role(root, Role::User).await.map(drop),
        system.delete_user(root).await,
    ] {
        assert_eq!(refused(refusal), Code::Forbidden);
    }
    world.youku.create_admin(registration("trinity")).await?;
    system.lock_user(root).await?;
    system.unlock_user(root).await?;
    system.delete_user(root).await?;
    Ok(())
}

async fn several_sessions(database: &TestDatabase) -> World {
    let several = Policy {
        one_session_per_user: false,
        ..policy()
    };
    World::with_policy(database, several).await
}

async fn sessions_are_listed_and_ended(database: TestDatabase) -> Result {
    let world = several_sessions(&database).await;
    let first_one = world.user("neo").await?;
    world.clock.advance(HOUR);
    let second = world.youku.login(credentials("neo")).await?;
    let trinity = world.user("trinity").await?;
    let listed = second.sessions(first(9)).await?;
    assert_eq!(listed.len(), 2);
    assert_eq!((listed[0].is_current, listed[1].is_current), (true, false));
    assert_eq!(listed[0].peer, "[::1]:1999");
    assert_eq!(listed[0].created_at, listed[1].created_at + HOUR);
    assert_eq!(listed[0].expires_at, listed[0].created_at + DAY);
    let page = second.sessions(Page::first(1)).await?;
    assert_eq!((page.len(), page.next.is_some()), (1, true));

    let foreign = trinity.end_session(listed[1].id).await;
    assert_eq!(refused(foreign), Code::NotFound);
    second.end_session(listed[1].id).await?;
    let ended = world.youku.session(first_one.token()).await;
    assert_eq!(refused(ended), Code::Unauthenticated);
    for id in [listed[1].id, SessionId::new(999)] {
        assert_eq!(refused(second.end_session(id).await), Code::NotFound);
    }
    second.end_session(listed[0].id).await?;
    let refusal = second.sessions(first(9)).await;
    assert_eq!(refused(refusal), Code::Unauthenticated);
    world.clock.advance(DAY);
    let later = world.youku.login(credentials("trinity")).await?;
    assert_eq!(later.sessions(first(9)).await?.len(), 1);
    Ok(())
}

async fn administrators_list_and_end_the_sessions_of_a_user(database: TestDatabase) -> Result {
    let world = several_sessions(&database).await;
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let listed = admin.sessions(neo.user_id(), first(9)).await?;
    assert_eq!((listed.len(), listed[0].is_current), (1, false));
    let own = admin.session().user_id();
    let wrong = admin.end_session(own, listed[0].id).await;
    assert_eq!(refused(wrong), Code::NotFound);
    admin.end_session(neo.user_id(), listed[0].id).await?;
    let ended = neo.renew_membership(0).await;
    assert_eq!(refused(ended), Code::Unauthenticated);
    let line = &admin.audit(first(1)).await?[0];
    let about = (line.act, line.user);
    assert_eq!(about, (Act::SessionEnded, Some(neo.user_id())));
    Ok(())
}
