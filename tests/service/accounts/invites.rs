//! Invites: who may use them, how they end, and who may register without one.

use youku_core::{
    Act, Admin, Code, InviteId, Page, PasswordChange, Policy, RegistrationMode, Role, UserId, Youku,
};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{HOUR, World, credentials, policy, refused, registration};

both_databases![
    invites_of_a_locked_or_demoted_administrator_end_for_good,
    invites_end_with_the_password_of_their_author,
    invites_of_a_former_administrator_make_none_whatever_is_left_of_them,
    invites_that_can_be_used_are_listed_and_revoked,
    user_invite_makes_a_user_only,
    registration_by_invite_needs_one,
    closed_registration_takes_no_one_but_the_operators_administrators,
];

/// A second administrator, who may be locked and demoted.
async fn trinity(world: &World) -> Result<(Admin, UserId)> {
    world.youku.create_admin(registration("trinity")).await?;
    let session = world.youku.login(credentials("trinity")).await?;
    Ok((session.admin().await?, session.user_id()))
}

/// Whether either invite of `admin` can be used.
async fn use_both(youku: &Youku, codes: &[String; 2], name: &str) -> [Option<Code>; 2] {
    let code = |result: youku_core::Result<UserId>| result.err().map(|error| error.code());
    let admin = youku.register_admin(registration(name), &codes[0]).await;
    let user = youku
        .register_invited(registration(&format!("{name}2")), &codes[1], "")
        .await;
    [code(admin), code(user)]
}

async fn both(admin: &Admin) -> Result<[String; 2]> {
    Ok([admin.invite().await?.code, admin.invite_user().await?.code])
}

const REFUSED: [Option<Code>; 2] = [Some(Code::Forbidden); 2];

async fn invites_of_a_locked_or_demoted_administrator_end_for_good(world: World) -> Result {
    let root = world.admin().await?;
    let (admin, id) = trinity(&world).await?;
    let codes = both(&admin).await?;
    root.lock_user(id).await?;
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    root.unlock_user(id).await?;
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);

    let session = world.youku.login(credentials("trinity")).await?;
    let codes = both(&session.admin().await?).await?;
    root.change_role(id, Role::User).await?;
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    root.change_role(id, Role::Admin).await?;
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    assert!(root.invites(Page::first(9)).await?.is_empty());

    let session = world.youku.login(credentials("trinity")).await?;
    let codes = both(&session.admin().await?).await?;
    assert_eq!(use_both(&world.youku, &codes, "neo").await, [None; 2]);
    Ok(())
}

/// Who knew the old password may have made them.
async fn invites_end_with_the_password_of_their_author(world: World) -> Result {
    let (admin, _) = trinity(&world).await?;
    let codes = both(&admin).await?;
    let youku = &world.youku;
    let new = "another long password".to_owned();
    youku.reset_password("trinity", new.clone()).await?;
    assert_eq!(use_both(youku, &codes, "smith").await, REFUSED);

    let mut known = credentials("trinity");
    known.password = new.clone();
    let session = youku.login(known).await?;
    let codes = both(&session.admin().await?).await?;
    let change = PasswordChange {
        old: new,
        new: "a third long password".to_owned(),
    };
    session.change_password(change).await?;
    assert_eq!(use_both(youku, &codes, "smith").await, REFUSED);
    Ok(())
}

/// The state that a lock leaves if an older program or a concurrent transaction inserts an invite.
async fn invites_of_a_former_administrator_make_none_whatever_is_left_of_them(
    world: World,
) -> Result {
    let root = world.admin().await?;
    let (admin, id) = trinity(&world).await?;
    let codes = both(&admin).await?;
    let set = async |column: &str| {
        let update = format!("UPDATE `user` SET {column} WHERE `u_id` = {id}");
        world.execute(update).await
    };
    set("`locked_at` = `register_time`").await?;
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    set("`locked_at` = NULL, `user_type` = 'user'").await?;
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    // They end with the next change of the right, even one that gives it back.
    root.change_role(id, Role::Admin).await?;
    assert_eq!(world.rows("invite").await?, 0);
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    Ok(())
}

async fn invites_that_can_be_used_are_listed_and_revoked(database: TestDatabase) -> Result {
    let policy = Policy {
        invite_lifetime: 4 * HOUR,
        ..policy()
    };
    let world = World::with_policy(&database, policy).await;
    let root = world.admin().await?;
    let used = root.invite().await?;
    let youku = &world.youku;
    youku
        .register_admin(registration("trinity"), &used.code)
        .await?;
    let old = root.invite().await?;
    world.clock.advance(3 * HOUR);
    let first = root.invite().await?;
    let second = root.invite_user().await?;
    let listed = root.invites(Page::first(9)).await?;
    let ids: Vec<_> = listed.iter().map(|invite| invite.id).collect();
    assert_eq!(ids, [second.id, first.id, old.id]);
    assert_eq!(
        (
            listed[0].role,
            &*listed[0].inviter_name,
            listed[0].expires_at
        ),
        (Role::User, "root", second.expires_at)
    );
    let rest = root.invites(Page::first(1).after(second.id.get())).await?;
    assert_eq!((rest[0].id, rest.next.is_some()), (first.id, true));
    world.clock.advance(HOUR);
    assert_eq!(root.invites(Page::first(9)).await?.len(), 2);

    root.revoke_invite(first.id).await?;
    let revoked = youku.register_admin(registration("smith"), &first.code);
    assert_eq!(refused(revoked.await), Code::Forbidden);
    let line = &root.audit(Page::first(1)).await?[0];
    let own = root.session().user_id();
    assert_eq!((line.act, line.user), (Act::InviteRevoked, Some(own)));
    for gone in [first.id, used.id, old.id, InviteId::new(999)] {
        assert_eq!(refused(root.revoke_invite(gone).await), Code::NotFound);
    }
    assert_eq!(root.invites(Page::first(9)).await?.len(), 1);
    Ok(())
}

async fn user_invite_makes_a_user_only(world: World) -> Result {
    let root = world.admin().await?;
    let invite = root.invite_user().await?;
    let youku = &world.youku;
    let admin = youku.register_admin(registration("smith"), &invite.code);
    assert_eq!(refused(admin.await), Code::Forbidden);
    let admin_invite = root.invite().await?.code;
    let user = youku.register_invited(registration("smith"), &admin_invite, "");
    assert_eq!(refused(user.await), Code::Forbidden);
    youku
        .register_invited(registration("neo"), &invite.code, "10.0.0.1")
        .await?;
    let line = &root.audit(Page::first(1)).await?[0];
    assert_eq!((line.act, &*line.peer), (Act::InviteUsed, "10.0.0.1"));
    let session = youku.login(credentials("neo")).await?;
    assert_eq!(session.role(), Role::User);
    Ok(())
}

async fn with(database: &TestDatabase, registration: RegistrationMode) -> World {
    let policy = Policy {
        registration,
        ..policy()
    };
    World::with_policy(database, policy).await
}

async fn registration_by_invite_needs_one(database: TestDatabase) -> Result {
    let world = with(&database, RegistrationMode::Invite).await;
    let codes = both(&world.admin().await?).await?;
    let without = world.youku.register(registration("smith")).await;
    assert_eq!(refused(without), Code::Forbidden);
    assert_eq!(use_both(&world.youku, &codes, "neo").await, [None; 2]);
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    Ok(())
}

async fn closed_registration_takes_no_one_but_the_operators_administrators(
    database: TestDatabase,
) -> Result {
    let world = with(&database, RegistrationMode::Closed).await;
    let codes = both(&world.admin().await?).await?;
    let without = world.youku.register(registration("smith")).await;
    assert_eq!(refused(without), Code::Forbidden);
    assert_eq!(use_both(&world.youku, &codes, "smith").await, REFUSED);
    world.youku.create_admin(registration("trinity")).await?;
    assert_eq!(world.rows("user").await?, 2);
    Ok(())
}
