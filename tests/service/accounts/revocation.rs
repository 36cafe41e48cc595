//! What ends a session ends it everywhere at once: on every node, for every handle, and for every write.

use youku_core::{
    Admin, Code, Kind, MovieEdit, MovieId, NewNotice, PasswordChange, Policy, ResumableUpload,
    Role, Session, Upload, UserId,
};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::uploads::resumed_uploads::{self, chunk};
use crate::world::{
    PASSWORD, World, charged, credentials, finish, new_movie, open, policy, refused, registration,
    upload,
};

both_databases![
    what_ends_a_session_ends_it_at_every_node_at_once,
    changed_password_ends_the_other_sessions_at_every_node_at_once,
    no_write_of_an_ended_session_counts,
    no_write_of_a_former_administrator_counts,
];

/// An action that ends another user's session.
#[derive(Debug, Clone, Copy)]
enum End {
    LogOut,
    LogIn,
    Lock,
    Promotion,
    Demotion,
}

impl End {
    async fn come(self, admin: &Admin, session: &Session, world: &World) -> Result<Code> {
        let user = session.user_id();
        match self {
            Self::LogOut => session.logout().await?,
            Self::LogIn => {
                world.youku.login(credentials("neo")).await?;
                return Ok(Code::SessionReplaced);
            }
            Self::Lock => {
                admin.lock_user(user).await?;
            }
            Self::Promotion => {
                admin.change_role(user, Role::Admin).await?;
            }
            Self::Demotion => {
                admin.change_role(user, Role::User).await?;
            }
        }
        Ok(Code::Unauthenticated)
    }
}

/// The clock is not moved: no time passes between the end and the refusals.
async fn what_ends_a_session_ends_it_at_every_node_at_once(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    let elsewhere = world.another_node().await;
    for end in [
        End::LogOut,
        End::LogIn,
        End::Lock,
        End::Promotion,
        End::Demotion,
    ] {
        admin.unlock_user(neo).await?;
        let session = world.youku.login(credentials("neo")).await?;
        let other = elsewhere.session(session.token()).await?;
        other.renew_membership(0).await?;
        let code = end.come(&admin, &session, &world).await?;
        for node in [&world.youku, &elsewhere] {
            assert_eq!(
                refused(node.session(session.token()).await),
                code,
                "{end:?}"
            );
        }
        for handle in [session, other] {
            assert_eq!(refused(handle.renew_membership(0).await), code, "{end:?}");
            assert_eq!(refused(handle.admin().await), code, "{end:?}");
        }
    }
    Ok(())
}

async fn changed_password_ends_the_other_sessions_at_every_node_at_once(
    database: TestDatabase,
) -> Result {
    let several = Policy {
        one_session_per_user: false,
        ..policy()
    };
    let world = World::with_policy(&database, several.clone()).await;
    let session = world.user("neo").await?;
    let elsewhere = world.reopen(several).await;
    let other = elsewhere.login(credentials("neo")).await?;
    let change = PasswordChange {
        old: PASSWORD.to_owned(),
        new: "battery staple".to_owned(),
    };
    session.change_password(change).await?;
    for node in [&world.youku, &elsewhere] {
        assert_eq!(
            refused(node.session(other.token()).await),
            Code::Unauthenticated
        );
        node.session(session.token()).await?;
    }
    assert_eq!(
        refused(other.renew_membership(0).await),
        Code::Unauthenticated
    );
    Ok(())
}

/// Operations that were started while everything was allowed.
struct Begun {
    admin: Admin,
    finished: Upload,
    resumable: ResumableUpload,
    whole: ResumableUpload,
}

/// A movie, a deleted one, a paid one, another user, and the start of every operation.
async fn begin(world: &World) -> Result<Begun> {
    let admin = world.admin().await?;
    world.youku.register(registration("neo")).await?;
    upload(&admin, "one", b"one").await?;
    let deleted = upload(&admin, "two", b"two").await?;
    admin.delete(deleted.id).await?;
    finish(&admin, charged("three", b"three"), b"three").await?;
    let mut finished = open(&admin, new_movie("b", b"def")).await?;
    finished.write(b"def").await?;
    let resumable = resumed_uploads::open(&admin, new_movie("c", b"ghi")).await?;
    let mut whole = resumed_uploads::open(&admin, new_movie("d", b"jkl")).await?;
    whole.write_chunk(&chunk(0, 3), &b"jkl"[..]).await?;
    Ok(Begun {
        admin,
        finished,
        resumable,
        whole,
    })
}

/// Tries every write of an administrator; each of them must be refused with `code`.
async fn every_write_of_an_administrator_is_refused(begun: Begun, code: Code) -> Result {
    let Begun {
        admin,
        finished,
        mut resumable,
        whole,
    } = begun;
    let (neo, listed, deleted) = (UserId::new(2), MovieId::new(1), MovieId::new(2));
    let id = resumable.id().clone();
    let notice = NewNotice {
        title: "a".to_owned(),
        content: "b".to_owned(),
    };
    let edit = MovieEdit {
        name: Some("other".to_owned()),
        kind: Some(Kind::Charged),
    };
    assert_eq!(refused(admin.invite().await), code);
    assert_eq!(refused(admin.publish_notice(notice).await), code);
    assert_eq!(refused(admin.edit_movie(listed, edit).await), code);
    assert_eq!(refused(admin.delete(listed).await), code);
    assert_eq!(refused(admin.restore(deleted).await), code);
    assert_eq!(refused(admin.lock_user(neo).await), code);
    assert_eq!(refused(admin.unlock_user(neo).await), code);
    assert_eq!(refused(admin.change_role(neo, Role::Admin).await), code);
    assert_eq!(refused(admin.upload(new_movie("e", b"e")).await), code);
    assert_eq!(refused(admin.open_upload(new_movie("e", b"e")).await), code);
    assert_eq!(refused(admin.resume_upload(&id).await), code);
    assert_eq!(refused(admin.abort_upload(&id).await), code);
    let written = resumable.write_chunk(&chunk(0, 3), &b"ghi"[..]).await;
    assert_eq!(refused(written), code);
    assert_eq!(refused(whole.finish(None).await), code);
    assert_eq!(refused(finished.finish().await), code);
    Ok(())
}

/// The rows of every table that a refused write could have changed.
async fn counted(world: &World) -> Result<Vec<u64>> {
    let tables = [
        "audit",
        "download_record",
        "download_wait",
        "invite",
        "membership",
        "movie",
        "notice",
        "payment",
        "purchase",
    ];
    let mut counts = Vec::new();
    for table in tables {
        counts.push(world.rows(table).await?);
    }
    let states = [
        "SELECT COUNT(*) FROM `movie` WHERE `is_delete` = 1 OR `movie_name` = 'other'",
        "SELECT COUNT(*) FROM `user` WHERE `locked_at` IS NOT NULL OR `user_type` = 'admin'",
    ];
    for state in states {
        counts.push(world.number(state).await?);
    }
    Ok(counts)
}

async fn no_write_of_an_ended_session_counts(world: World) -> Result {
    let begun = begin(&world).await?;
    let session = begun.admin.session().clone();
    let granted = session
        .download(MovieId::new(1))
        .at_most(1000)
        .open()
        .await?;
    world.clock.advance(granted.wait);
    let before = counted(&world).await?;
    world.execute("DELETE FROM `session`").await?;
    let code = Code::Unauthenticated;
    let change = PasswordChange {
        old: PASSWORD.to_owned(),
        new: "battery staple".to_owned(),
    };
    assert_eq!(refused(session.renew_membership(0).await), code);
    assert_eq!(refused(session.renew_membership_once("a", 0).await), code);
    assert_eq!(refused(session.change_password(change).await), code);
    for movie in [1, 3].map(MovieId::new) {
        assert_eq!(
            refused(session.download(movie).at_most(1000).open().await),
            code
        );
    }
    session.logout().await?;
    assert_eq!(refused(granted.body().await), code);
    every_write_of_an_administrator_is_refused(begun, code).await?;
    assert_eq!(counted(&world).await?, before);
    world.youku.login(credentials("root")).await?;
    Ok(())
}

async fn no_write_of_a_former_administrator_counts(world: World) -> Result {
    let begun = begin(&world).await?;
    world
        .execute("UPDATE `user` SET `user_type` = 'user'")
        .await?;
    let before = counted(&world).await?;
    every_write_of_an_administrator_is_refused(begun, Code::Forbidden).await?;
    assert_eq!(counted(&world).await?, before);
    Ok(())
}
