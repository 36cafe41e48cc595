//! Accounts that are deleted, and what a person can take with them.

use std::collections::BTreeSet;

use youku_core::{Act, Code, NewNotice, Policy, Role, Rule, UserId, first};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::faults::races::at_once;
use crate::world::{
    HOUR, PASSWORD, SECOND, World, bytes, charged, credentials, finish, new_movie, policy,
    read_all, refused, registration, upload,
};

both_databases![
    deleted_person_is_gone_and_what_others_depend_on_stays,
    account_is_deleted_with_its_password_only,
    administrators_delete_users,
    last_administrator_cannot_be_deleted,
    one_of_two_administrators_who_leave_at_once_stays,
    name_of_a_deleted_user_is_reserved_if_the_policy_says_so,
    open_download_of_a_deleted_user_ends_soon,
    export_has_everything_about_the_user,
];

async fn deleted_person_is_gone_and_what_others_depend_on_stays(world: World) -> Result {
    let root = world.admin().await?;
    let movie = finish(&root, charged("b.mp4", b"abcd"), b"abcd").await?;
    let neo = world.user("neo").await?;
    let id = neo.user_id();
    root.change_role(id, Role::Admin).await?;
    let neo = world.youku.login(credentials("neo")).await?;
    let admin = neo.admin().await?;
    let code = admin.invite().await?.code;
    upload(&admin, "his.mp4", b"abc").await?;
    admin.open_upload(new_movie("half.mp4", b"half")).await?;
    neo.renew_membership(0).await?;
    let download = neo.download(movie.movie.id).at_most(500).open().await?;
    read_all(download.body().await?).await?;
    neo.delete_account(PASSWORD.to_owned()).await?;

    for table in ["invite", "download_record", "download_wait"] {
        assert_eq!(world.rows(table).await?, 0, "{table}");
    }
    let kept = ["purchase", "membership", "payment"];
    for (table, rows) in kept.into_iter().zip([1, 1, 2]) {
        assert_eq!(world.rows(table).await?, rows, "{table}");
    }
    let named = "SELECT COUNT(*) FROM `user` WHERE `username` = 'neo' OR `username_key` = 'neo'";
    assert_eq!(world.number(named).await?, 0);
    assert_eq!(
        refused(neo.whoami_again(&world).await),
        Code::Unauthenticated
    );
    let login = world.youku.login(credentials("neo")).await;
    assert_eq!(refused(login), Code::Unauthenticated);
    let invited = world.youku.register_admin(registration("smith"), &code);
    assert_eq!(refused(invited.await), Code::Forbidden);
    assert_eq!(root.users(first(9)).await?.len(), 1);
    assert_eq!(world.youku.statistics().await?.users, 1);
    for refusal in [
        root.lock_user(id).await.map(drop),
        root.delete_user(id).await,
        world.youku.session_for(id).await.map(drop),
        root.export(id).await.map(drop),
    ] {
        assert_eq!(refused(refusal), Code::NotFound);
    }
    let audit = root.audit(first(99)).await?;
    let line = audit.iter().find(|line| line.act == Act::AccountDeleted);
    let line = line.ok_or("an entry")?;
    assert_eq!((line.actor, line.actor_name.as_deref()), (Some(id), None));
    assert!(
        audit
            .iter()
            .all(|line| line.user_name.as_deref() != Some("neo"))
    );
    assert_eq!(root.session().movies().page(first(9)).await?.len(), 2);
    world.clock.advance(HOUR);
    assert_eq!(world.youku.sweep().await?.uploads, 1);
    world.another_node().await;
    Ok(())
}

trait Again {
    async fn whoami_again(&self, world: &World) -> youku_core::Result<()>;
}

impl Again for youku_core::Session {
    async fn whoami_again(&self, world: &World) -> youku_core::Result<()> {
        world.youku.session(self.token()).await.map(drop)
    }
}

async fn account_is_deleted_with_its_password_only(world: World) -> Result {
    let neo = world.user("neo").await?;
    for _ in 0..world.youku.policy().login_attempts {
        let wrong = neo.delete_account("something else".to_owned()).await;
        let error = wrong.expect_err("it is wrong");
        let broken = (error.field(), error.rule());
        assert_eq!(broken, (Some("password"), Some(&Rule::CurrentPassword)));
    }
    let locked = neo.delete_account(PASSWORD.to_owned()).await;
    assert_eq!(refused(locked), Code::Locked);
    world.clock.advance(HOUR);
    neo.delete_account(PASSWORD.to_owned()).await?;
    let again = neo.delete_account(PASSWORD.to_owned()).await;
    assert_eq!(refused(again), Code::Unauthenticated);
    Ok(())
}

async fn administrators_delete_users(world: World) -> Result {
    let root = world.admin().await?;
    let neo = world.user("neo").await?;
    let own = root.delete_user(root.session().user_id()).await;
    assert_eq!(refused(own), Code::Forbidden);
    let unknown = root.delete_user(UserId::new(999)).await;
    assert_eq!(refused(unknown), Code::NotFound);
    root.delete_user(neo.user_id()).await?;
    let line = &root.audit(first(1)).await?[0];
    assert_eq!(
        (line.act, line.user),
        (Act::UserDeleted, Some(neo.user_id()))
    );
    let refusal = neo.renew_membership(0).await;
    assert_eq!(refused(refusal), Code::Unauthenticated);
    Ok(())
}

async fn last_administrator_cannot_be_deleted(world: World) -> Result {
    let root = world.admin().await?;
    world.user("neo").await?;
    let trinity = world.youku.create_admin(registration("trinity")).await?;
    root.lock_user(trinity).await?;
    let password = PASSWORD.to_owned();
    let last = root.session().delete_account(password.clone()).await;
    assert_eq!(refused(last), Code::Forbidden);
    root.unlock_user(trinity).await?;
    root.session().delete_account(password).await?;
    Ok(())
}

async fn one_of_two_administrators_who_leave_at_once_stays(world: World) -> Result {
    let root = world.admin().await?.session().clone();
    world.youku.create_admin(registration("trinity")).await?;
    let sessions = [root, world.youku.login(credentials("trinity")).await?];
    let answers = at_once(2, |number| {
        let session = sessions[number].clone();
        async move { session.delete_account(PASSWORD.to_owned()).await }
    })
    .await?;
    let (left, stayed): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.is_ok());
    assert_eq!((left.len(), stayed.len()), (1, 1));
    assert_eq!(world.youku.statistics().await?.admins, 1);
    Ok(())
}

async fn name_of_a_deleted_user_is_reserved_if_the_policy_says_so(
    database: TestDatabase,
) -> Result {
    let world = World::with_policy(&database, policy()).await;
    let neo = world.user("neo").await?;
    neo.delete_account(PASSWORD.to_owned()).await?;
    for name in ["neo", "NEO", "ne\u{43e}"] {
        let taken = world.youku.register(registration(name)).await;
        assert_eq!(refused(taken), Code::Exists, "{name}");
    }
    let free = Policy {
        reserve_deleted_names: false,
        ..policy()
    };
    let node = world.reopen(free).await;
    let trinity = world.user("trinity").await?;
    let trinity = node.session(trinity.token()).await?;
    trinity.delete_account(PASSWORD.to_owned()).await?;
    node.register(registration("trinity")).await?;
    let session = node.login(credentials("trinity")).await?;
    assert_ne!(session.user_id(), trinity.user_id());
    Ok(())
}

async fn open_download_of_a_deleted_user_ends_soon(world: World) -> Result {
    let movie = upload(&world.admin().await?, "a.mp4", &bytes(1, 2_000_000)).await?;
    let neo = world.user("neo").await?;
    neo.renew_membership(0).await?;
    let mut body = neo.download(movie.id).open().await?.body().await?;
    assert!(body.chunk().await?.is_some());
    neo.delete_account(PASSWORD.to_owned()).await?;
    world.clock.advance(10 * SECOND);
    assert_eq!(refused(body.chunk().await), Code::Unauthenticated);
    Ok(())
}

async fn export_has_everything_about_the_user(world: World) -> Result {
    let root = world.admin().await?;
    let movie = finish(&root, charged("b.mp4", b"abcd"), b"abcd")
        .await?
        .movie;
    root.open_upload(new_movie("half.mp4", b"half")).await?;
    let notice = NewNotice {
        title: "a".to_owned(),
        content: "b".to_owned(),
    };
    root.publish_notice(notice).await?;
    let neo = world.user("neo").await?;
    neo.renew_membership(0).await?;
    let download = neo.download(movie.id).at_most(500).open().await?;
    read_all(download.body().await?).await?;

    let own = neo.export().await?;
    assert_eq!((&*own.account.username, own.account.role), ("neo", "user"));
    let paid = (own.purchases[0].movie_id, own.purchases[0].price_fen);
    assert_eq!(paid, (movie.id.get(), 500));
    assert_eq!(own.payments.len(), 2);
    assert!(own.payments.iter().all(|payment| payment.state == "paid"));
    assert_eq!((own.sessions.len(), own.memberships.len()), (1, 1));
    assert_eq!(own.history[0].movie, "b.mp4");
    assert!(own.uploads.is_empty() && own.movies.is_empty() && own.notices.is_empty());
    assert_eq!(root.export(neo.user_id()).await?, own);
    let roots = root.session().export().await?;
    assert_eq!(
        (&*roots.movies[0].name, &*roots.uploads[0].name),
        ("b.mp4", "half.mp4")
    );
    assert_eq!((roots.notices.len(), roots.purchases.len()), (1, 0));

    let json = serde_json::to_value(&own)?;
    let keys: BTreeSet<_> = json.as_object().ok_or("an object")?.keys().collect();
    let sections = [
        "account",
        "history",
        "memberships",
        "movies",
        "notices",
        "payments",
        "purchases",
        "sessions",
        "uploads",
    ];
    assert!(keys.into_iter().eq(sections));
    let text = json.to_string();
    assert!(
        !text.contains("argon2") && !text.contains(neo.token()),
        "{text}"
    );
    assert!(
        text.contains(r#""paid_at":"1"#) || text.contains(r#""paid_at":"2"#),
        "{text}"
    );
    Ok(())
}
