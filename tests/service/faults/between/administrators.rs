//! Two administrators who change the same user, or each other, at once.

use youku_core::{Act, Admin, Code, Page, Role, UserId, UserView};
use youku_tests::Result;

use super::{Watched, on_mysql};
use crate::world::{World, credentials, refused, registration};

/// What one of them does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Lock,
    Unlock,
    Role(Role),
}

impl Change {
    async fn by(self, admin: &Admin, user: UserId) -> youku_core::Result<UserView> {
        match self {
            Self::Lock => admin.lock_user(user).await,
            Self::Unlock => admin.unlock_user(user).await,
            Self::Role(role) => admin.change_role(user, role).await,
        }
    }
}

async fn second_admin(world: &World, name: &str) -> Result<Admin> {
    world.youku.create_admin(registration(name)).await?;
    let session = world.youku.login(credentials(name)).await?;
    Ok(session.admin().await?)
}

async fn count(admin: &Admin, act: Act) -> Result<usize> {
    let lines = admin.audit(Page::first(99)).await?;
    Ok(lines.iter().filter(|line| line.act == act).count())
}

#[test]
fn changes_of_one_user_by_two_administrators_both_count() {
    on_mysql(async |world: World| {
        let root = world.admin().await?;
        let trinity = second_admin(&world, "trinity").await?;
        let watched = Watched::new(&world).await?;
        let admin = watched.admin(&root).await?;
        let changes = [
            (Change::Lock, Change::Role(Role::Admin)),
            (Change::Role(Role::Admin), Change::Lock),
            (Change::Role(Role::Admin), Change::Unlock),
            (Change::Unlock, Change::Role(Role::Admin)),
            (Change::Lock, Change::Role(Role::User)),
        ];
        for (number, (own, others)) in changes.into_iter().enumerate() {
            let name = format!("neo{number}");
            let neo = world.youku.register(registration(&name)).await?;
            // Each change has to change something.
            if [own, others].contains(&Change::Unlock) {
                root.lock_user(neo).await?;
            }
            if [own, others].contains(&Change::Role(Role::User)) {
                root.change_role(neo, Role::Admin).await?;
            }
            let other = trinity.clone();
            watched.after("SELECT", "FROM `user`", async move {
                others.by(&other, neo).await?;
                Ok(())
            });
            let changed = own.by(&admin, neo).await?;
            watched.acted()?;
            let is_locked = [own, others].contains(&Change::Lock);
            let is_admin = [own, others].contains(&Change::Role(Role::Admin));
            let role = if is_admin { Role::Admin } else { Role::User };
            assert_eq!(changed.role, role, "{own:?} {others:?}");
            assert_eq!(changed.locked_at.is_some(), is_locked, "{own:?} {others:?}");
            let users = root.users(Page::first(99)).await?;
            assert_eq!(users.iter().find(|user| user.id == neo), Some(&changed));
        }
        Ok(())
    });
}

#[test]
fn same_change_by_two_administrators_is_made_once() {
    on_mysql(async |world: World| {
        let root = world.admin().await?;
        let trinity = second_admin(&world, "trinity").await?;
        let neo = world.youku.register(registration("neo")).await?;
        let watched = Watched::new(&world).await?;
        let admin = watched.admin(&root).await?;
        let changes = [
            (Change::Lock, Act::UserLocked),
            (Change::Unlock, Act::UserUnlocked),
            (Change::Role(Role::Admin), Act::Promoted),
            (Change::Role(Role::User), Act::Demoted),
        ];
        for (change, act) in changes {
            let other = trinity.clone();
            watched.after("SELECT", "FROM `user`", async move {
                change.by(&other, neo).await?;
                Ok(())
            });
            change.by(&admin, neo).await?;
            watched.acted()?;
            assert_eq!(count(&root, act).await?, 1, "{change:?}");
        }
        Ok(())
    });
}

#[test]
fn administrator_demoted_before_the_write_changes_no_user() {
    on_mysql(async |world: World| {
        let root = world.admin().await?;
        let neo = world.youku.register(registration("neo")).await?;
        for (number, loss) in [Change::Lock, Change::Role(Role::User)]
            .into_iter()
            .enumerate()
        {
            let former = second_admin(&world, &format!("trinity{number}")).await?;
            let watched = Watched::new(&world).await?;
            let admin = watched.admin(&former).await?;
            let (other, id) = (root.clone(), former.session().user_id());
            watched.after("SELECT", "FROM `session`", async move {
                loss.by(&other, id).await?;
                Ok(())
            });
            assert_eq!(refused(admin.lock_user(neo).await), Code::Unauthenticated);
            watched.acted()?;
            assert_eq!(count(&root, Act::UserLocked).await?, 1);
        }
        Ok(())
    });
}

#[test]
fn administrators_who_demote_each_other_leave_one() {
    on_mysql(async |world: World| {
        let root = world.admin().await?;
        let trinity = second_admin(&world, "trinity").await?;
        let watched = Watched::new(&world).await?;
        let admin = watched.admin(&root).await?;
        let (id, other) = (root.session().user_id(), trinity.clone());
        watched.after("SELECT", "FROM `session`", async move {
            other.change_role(id, Role::User).await?;
            Ok(())
        });
        let second = admin.change_role(trinity.session().user_id(), Role::User);
        assert_eq!(refused(second.await), Code::Unauthenticated);
        watched.acted()?;
        trinity.users(Page::first(9)).await?;
        Ok(())
    });
}

#[test]
fn log_out_of_one_session_by_two_is_reported_once() {
    on_mysql(async |world: World| {
        let root = world.admin().await?;
        let neo = world.user("neo").await?;
        let watched = Watched::new(&world).await?;
        let session = watched.session(&neo).await?;
        watched.after("SELECT", "FROM `session`", async move {
            Ok(neo.logout().await?)
        });
        session.logout().await?;
        watched.acted()?;
        assert_eq!(count(&root, Act::LoggedOut).await?, 1);
        Ok(())
    });
}
