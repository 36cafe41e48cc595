//! Users as administrators list, lock and promote them.

use youku_core::{Admin, Code, Page, Role, UserId};
use youku_tests::{Result, both_databases};

use crate::faults::races::at_once;
use crate::world::{HOUR, PASSWORD, World, as_role, credentials, new_movie, refused, registration};

/// A second administrator in addition to `root`, logged in.
async fn second_admin(world: &World, first: &Admin) -> Result<Admin> {
    let id = world.youku.register(registration("trinity")).await?;
    first.change_role(id, Role::Admin).await?;
    let session = world.youku.login(credentials("trinity")).await?;
    Ok(session.admin().await?)
}

both_databases![
    users_are_listed_by_pages,
    only_administrators_list_users,
    locked_user_is_logged_out_at_once_and_cannot_log_in,
    session_row_of_a_locked_user_is_not_accepted,
    locked_user_is_told_so_only_with_the_right_password,
    unlocking_ends_both_kinds_of_locks,
    locking_and_unlocking_twice_changes_nothing,
    new_role_ends_the_sessions_of_the_old_one,
    role_that_a_user_has_stays_with_their_sessions,
    administrators_cannot_lock_or_demote_themselves,
    missing_users_are_not_found,
    former_administrators_change_no_user,
    administrators_who_demote_each_other_at_once_leave_one,
    logins_during_a_lock_leave_no_session,
];

async fn users_are_listed_by_pages(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("Neo").await?;
    neo.renew_membership(0).await?;
    world.youku.register(registration("trinity")).await?;
    let page = admin.users(Page::first(2)).await?;
    let names: Vec<_> = page.iter().map(|user| user.username.as_str()).collect();
    assert_eq!(names, ["root", "Neo"]);
    assert_eq!((page[0].role, page[1].role), (Role::Admin, Role::User));
    assert_eq!(page[1].id, neo.user_id());
    assert_eq!(page[1].member_until, neo.member_until());
    assert_eq!((page[0].locked_at, page[0].member_until), (None, None));
    let rest = admin.users(Page::first(2).after(page[1].id.get())).await?;
    assert_eq!((rest.len(), rest[0].username.as_str()), (1, "trinity"));
    assert!(!format!("{page:?}").contains("argon2"));
    Ok(())
}

async fn only_administrators_list_users(world: World) -> Result {
    let first = world.admin().await?;
    let second = second_admin(&world, &first).await?;
    first
        .change_role(second.session().user_id(), Role::User)
        .await?;
    let answer = second.users(Page::first(9)).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    Ok(())
}

async fn locked_user_is_logged_out_at_once_and_cannot_log_in(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let node = world.another_node().await;
    let locked = admin.lock_user(neo.user_id()).await?;
    assert!(locked.locked_at.is_some());
    assert_eq!(
        refused(node.session(neo.token()).await),
        Code::Unauthenticated
    );
    assert_eq!(
        refused(neo.renew_membership(0).await),
        Code::Unauthenticated
    );
    world.clock.advance(1000 * HOUR);
    assert_eq!(refused(node.login(credentials("neo")).await), Code::Locked);
    let admin = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    let unlocked = admin.unlock_user(neo.user_id()).await?;
    assert_eq!(unlocked.locked_at, None);
    assert_eq!(
        refused(node.session(neo.token()).await),
        Code::Unauthenticated
    );
    node.login(credentials("neo")).await?;
    Ok(())
}

async fn session_row_of_a_locked_user_is_not_accepted(world: World) -> Result {
    let neo = world.user("neo").await?;
    world
        .execute("UPDATE `user` SET `locked_at` = `register_time`")
        .await?;
    assert_eq!(world.rows("session").await?, 1);
    let answer = world.youku.session(neo.token()).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    let answer = neo.renew_membership(0).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    Ok(())
}

async fn locked_user_is_told_so_only_with_the_right_password(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    admin.lock_user(neo.user_id()).await?;
    let mut wrong = credentials("neo");
    wrong.password = format!("{PASSWORD}!");
    for guess in [wrong, as_role("neo", Role::Admin)] {
        let error = world.youku.login(guess).await.expect_err("it is wrong");
        assert_eq!(error.code(), Code::Unauthenticated);
        assert_eq!(error.to_string(), "user name or password is wrong");
    }
    let right = world.youku.login(credentials("neo")).await;
    let error = right.expect_err("the user is locked");
    assert_eq!((error.code(), error.retry_after()), (Code::Locked, None));
    assert!(!error.is_retryable());
    assert_eq!(
        error.to_string(),
        "an administrator has locked this account"
    );
    Ok(())
}

async fn unlocking_ends_both_kinds_of_locks(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    admin.lock_user(neo.user_id()).await?;
    for _ in 0..world.youku.policy().login_attempts {
        let answer = world.youku.login(as_role("neo", Role::Admin)).await;
        assert_eq!(refused(answer), Code::Unauthenticated);
    }
    let error = world.youku.login(credentials("neo")).await;
    let error = error.expect_err("the name is locked");
    assert!(error.code() == Code::Locked && error.retry_after().is_some());
    admin.unlock_user(neo.user_id()).await?;
    world.youku.login(credentials("neo")).await?;
    Ok(())
}

async fn locking_and_unlocking_twice_changes_nothing(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    let first = admin.lock_user(neo).await?;
    world.clock.advance(HOUR);
    assert_eq!(admin.lock_user(neo).await?, first);
    let unlocked = admin.unlock_user(neo).await?;
    assert_eq!(admin.unlock_user(neo).await?, unlocked);
    Ok(())
}

async fn new_role_ends_the_sessions_of_the_old_one(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let promoted = admin.change_role(neo.user_id(), Role::Admin).await?;
    assert_eq!(promoted.role, Role::Admin);
    assert_eq!(refused(neo.admin().await), Code::Unauthenticated);
    let neo = world.youku.login(as_role("neo", Role::Admin)).await?;
    let powers = neo.admin().await?;
    admin.change_role(neo.user_id(), Role::User).await?;
    let answer = powers.upload(new_movie("a", b"abc")).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    let neo = world.youku.login(as_role("neo", Role::User)).await?;
    assert_eq!(refused(neo.admin().await), Code::Forbidden);
    Ok(())
}

async fn role_that_a_user_has_stays_with_their_sessions(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    admin.change_role(neo.user_id(), Role::User).await?;
    admin.unlock_user(neo.user_id()).await?;
    world.youku.session(neo.token()).await?;
    Ok(())
}

async fn administrators_cannot_lock_or_demote_themselves(world: World) -> Result {
    let admin = world.admin().await?;
    let root = admin.session().user_id();
    assert_eq!(refused(admin.lock_user(root).await), Code::Forbidden);
    let demotion = admin.change_role(root, Role::User).await;
    assert_eq!(refused(demotion), Code::Forbidden);
    admin.change_role(root, Role::Admin).await?;
    admin.users(Page::first(1)).await?;
    Ok(())
}

async fn missing_users_are_not_found(world: World) -> Result {
    let admin = world.admin().await?;
    for id in [0, 999, u64::MAX] {
        let id = UserId::new(id);
        assert_eq!(refused(admin.lock_user(id).await), Code::NotFound);
        assert_eq!(refused(admin.unlock_user(id).await), Code::NotFound);
        let promotion = admin.change_role(id, Role::Admin).await;
        assert_eq!(refused(promotion), Code::NotFound);
    }
    Ok(())
}

async fn former_administrators_change_no_user(world: World) -> Result {
    let first = world.admin().await?;
    let second = second_admin(&world, &first).await?;
    let neo = world.youku.register(registration("neo")).await?;
    first.lock_user(second.session().user_id()).await?;
    assert_eq!(refused(second.lock_user(neo).await), Code::Unauthenticated);
    assert_eq!(
        refused(second.unlock_user(neo).await),
        Code::Unauthenticated
    );
    let promotion = second.change_role(neo, Role::Admin).await;
    assert_eq!(refused(promotion), Code::Unauthenticated);
    Ok(())
}

async fn administrators_who_demote_each_other_at_once_leave_one(world: World) -> Result {
    let first = world.admin().await?;
    let mut pair = [first.clone(), second_admin(&world, &first).await?];
    for _ in 0..8 {
        let answers = at_once(2, |number| {
            let (one, other) = (pair[number].clone(), pair[1 - number].session().user_id());
            async move { one.change_role(other, Role::User).await }
        })
        .await?;
        let demoted: Vec<_> = answers.into_iter().flatten().collect();
        assert_eq!(demoted.len(), 1);
        let admins = "SELECT COUNT(*) FROM `user` WHERE `user_type` = 'admin'";
        assert_eq!(world.number(admins).await?, 1);
        pair.sort_by_key(|admin| admin.session().user_id() == demoted[0].id);
        pair[0].change_role(demoted[0].id, Role::Admin).await?;
        let again = world.youku.login(credentials(&demoted[0].username)).await?;
        pair[1] = again.admin().await?;
    }
    Ok(())
}

async fn logins_during_a_lock_leave_no_session(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    for _ in 0..4 {
        let answers = at_once(6, |number| {
            let (youku, admin) = (world.youku.clone(), admin.clone());
            async move {
                if number == 3 {
                    return admin.lock_user(neo).await.map(|_| None);
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
                Err(error) => assert_eq!(error.code(), Code::Locked),
            }
        }
        let sessions = format!("SELECT COUNT(*) FROM `session` WHERE `user_id` = {neo}");
        assert_eq!(world.number(sessions).await?, 0);
        admin.unlock_user(neo).await?;
    }
    Ok(())
}
