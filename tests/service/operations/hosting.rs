//! What the host of a service needs: maintenance, health, statistics, an existing database, and a
//! password reset for users who forgot theirs.

use youku_core::{Act, Code, Page, Policy, Statistics, Youku};
use youku_orm::{Database, sql};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{
    DAY, HOUR, PASSWORD, World, bad_field, charged, credentials, finish, policy, refused,
    registration, upload,
};

both_databases![
    maintenance_runs_rounds_until_the_service_is_closed,
    maintenance_continues_after_a_failed_round,
    old_audit_entries_are_removed_by_policy,
    many_expired_sessions_are_removed_by_one_round,
    a_healthy_service_reports_no_problem,
    health_reports_problems,
    statistics_count_everything,
    sums_of_the_highest_price_are_reported,
    a_database_of_the_host_is_left_open,
    a_forgotten_password_is_reset,
];

async fn maintenance_runs_rounds_until_the_service_is_closed(world: World) -> Result {
    let youku = world.youku.clone();
    youku.create_admin(registration("root")).await?;
    youku.login(credentials("root")).await?;
    let running = tokio::spawn(youku.clone().maintenance());
    // It sleeps after its first round.
    world.clock.sleepers(1).await;
    assert_eq!(world.rows("session").await?, 1);
    world.clock.advance(40 * DAY);
    // The test's deadline bounds this wait.
    while world.rows("session").await? == 1 {
        tokio::task::yield_now().await;
    }
    youku.close().await?;
    running.await?;
    Ok(())
}

async fn maintenance_continues_after_a_failed_round(world: World) -> Result {
    world.execute("DROP TABLE `login_failure`").await?;
    let running = tokio::spawn(world.youku.clone().maintenance());
    world.clock.sleepers(1).await;
    assert!(world.youku.maintain_once().await.is_err());
    // It sleeps, and has not ended.
    assert!(!running.is_finished());
    world.youku.close().await?;
    running.await?;
    Ok(())
}

async fn old_audit_entries_are_removed_by_policy(database: TestDatabase) -> Result {
    let policy = Policy {
        audit_retention: Some(90 * DAY),
        ..policy()
    };
    let world = World::with_policy(&database, policy).await;
    world.youku.register(registration("neo")).await?;
    let copy = "INSERT INTO `audit` (`act`, `create_time`, `peer`) \
         SELECT `act`, `create_time`, `peer` FROM `audit`";
    for _ in 0..9 {
        world.execute(copy).await?;
    }
    world.clock.advance(90 * DAY);
    assert_eq!(world.youku.maintain_once().await?.audit_entries, 0);
    world.youku.create_admin(registration("root")).await?;
    world.clock.advance(HOUR);
    // More than a batch of them.
    assert_eq!(world.youku.maintain_once().await?.audit_entries, 512);
    let root = world.youku.login(credentials("root")).await?;
    let left = root.admin().await?.audit(Page::first(9)).await?;
    let acts: Vec<Act> = left.iter().map(|entry| entry.act).collect();
    assert_eq!(acts, [Act::LoggedIn, Act::AdminCreated]);
    Ok(())
}

/// More than a batch of them.
async fn many_expired_sessions_are_removed_by_one_round(world: World) -> Result {
    world.user("neo").await?;
    for number in 0..9 {
        let copy = format!(
            "INSERT INTO `session` (`user_id`, `token_digest`, `peer`, `created_at`, `idle_until`, \
             `expires_at`) SELECT `user_id`, `s_id` + {}, `peer`, `created_at`, `idle_until`, \
             `expires_at` FROM `session`",
            (number + 1) * 100_000
        );
        world.execute(copy).await?;
    }
    assert_eq!(world.rows("session").await?, 512);
    let sessions = |maintained: youku_core::Maintained| maintained.sweep.sessions;
    assert_eq!(sessions(world.youku.maintain_once().await?), 0);
    world.clock.advance(40 * DAY);
    assert_eq!(sessions(world.youku.maintain_once().await?), 512);
    Ok(())
}

async fn a_healthy_service_reports_no_problem(world: World) -> Result {
    let health = world.youku.health().await;
    assert!(health.is_well(), "{health}");
    assert_eq!(health.to_string(), "well");
    assert!(health.free_bytes.is_some_and(|bytes| bytes > 0));
    Ok(())
}

async fn health_reports_problems(world: World) -> Result {
    world.execute("DROP TABLE `audit`").await?;
    let id = world.path("store-id");
    std::fs::remove_file(&id)?;
    let health = world.youku.health().await;
    assert!(health.database.is_none());
    assert!(health.schema[0].contains("`audit` is missing"), "{health}");
    let movies = health.movies.as_ref().map(|error| error.field());
    assert_eq!(movies, Some(Some("movies")), "{health}");
    world.youku.clone().close().await?;
    let database = world.youku.health().await.database;
    let database = database.map(|error| error.code());
    assert_eq!(database, Some(Code::Unavailable));
    Ok(())
}

async fn sums_of_the_highest_price_are_reported(database: TestDatabase) -> Result {
    let highest = 1_000_000_000_000;
    let dear = |price_fen| Policy {
        price_fen,
        membership_price_fen: price_fen,
        ..policy()
    };
    let world = World::with_policy(&database, dear(highest)).await;
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("a", b"abc"), b"abc").await?.movie.id;
    for name in ["neo", "trinity"] {
        let session = world.user(name).await?;
        let download = session.download(movie).at_most(highest).open().await?;
        assert_eq!(download.price_fen, highest);
        assert_eq!(session.renew_membership(highest).await?.price_fen, highest);
    }
    let found = world.youku.statistics().await?;
    assert_eq!(found.purchase_fen, 2 * highest);
    assert_eq!(found.membership_fen, 2 * highest);
    let builder = Youku::builder().database(database.url());
    let dearer = builder.movies("memory:///").policy(dear(highest + 1));
    assert_eq!(bad_field(dearer.open().await), Some("policy"));
    Ok(())
}

async fn statistics_count_everything(world: World) -> Result {
    assert_eq!(world.youku.statistics().await?, Statistics::default());
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    let gone = upload(&admin, "b", b"abcde").await?;
    admin.delete(gone.id).await?;
    let paid = finish(&admin, charged("c", b"abcd"), b"abcd").await?;
    let neo = world.user("neo").await?;
    neo.renew_membership(0).await?;
    neo.download(paid.movie.id)
        .at_most(1000)
        .open()
        .await?
        .body()
        .await?;
    // A newer session replaces the previous one.
    world.youku.login(credentials("neo")).await?;
    let trinity = world.youku.register(registration("trinity")).await?;
    admin.lock_user(trinity).await?;
    let found = world.youku.statistics().await?;
    assert_eq!((found.users, found.admins), (3, 1));
    assert_eq!((found.members, found.locked_users), (1, 1));
    assert_eq!((found.sessions, found.uploads, found.downloads), (2, 0, 1));
    assert_eq!((found.movies, found.movie_bytes), (2, 7));
    assert_eq!((found.deleted_movies, found.deleted_bytes), (1, 5));
    assert_eq!((found.purchases, found.purchase_fen), (1, 500));
    assert_eq!((found.memberships, found.membership_fen), (1, 0));
    world.clock.advance(40 * DAY);
    let found = world.youku.statistics().await?;
    assert_eq!((found.sessions, found.members), (0, 0));
    Ok(())
}

async fn a_database_of_the_host_is_left_open(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let builder = || {
        let builder = Youku::builder().existing_database(db.clone());
        builder.movies("memory:///").policy(policy())
    };
    builder().migrate().await?;
    let youku = builder().open().await?;
    youku.register(registration("neo")).await?;
    youku.close().await?;
    let users: u64 = sql("SELECT COUNT(*) FROM `user`").one(&db).await?;
    assert_eq!(users, 1);
    db.clone().close().await?;
    assert_eq!(refused(builder().open().await), Code::Unavailable);
    Ok(())
}

async fn a_forgotten_password_is_reset(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    let reset = async |name: &str, password: &str| {
        let password = password.to_owned();
        world.youku.reset_password(name, password).await
    };
    let login = async || world.youku.login(credentials("neo")).await;
    assert_eq!(
        refused(reset("nobody", "battery staple").await),
        Code::NotFound
    );
    assert_eq!(bad_field(reset("neo", "short").await), Some("password"));
    assert_eq!(reset("NEO", "battery staple").await?, neo.user_id());
    let ended = world.youku.session(neo.token()).await;
    assert_eq!(refused(ended), Code::Unauthenticated);
    for _ in 0..world.youku.policy().login_attempts {
        // With the forgotten password.
        assert_eq!(refused(login().await), Code::Unauthenticated);
    }
    assert_eq!(refused(login().await), Code::Locked);
    reset("neo", PASSWORD).await?;
    login().await?;
    let audit = admin.audit(Page::first(2)).await?;
    assert_eq!((audit[1].act, audit[1].actor), (Act::PasswordReset, None));
    assert_eq!(audit[1].user, Some(neo.user_id()));
    Ok(())
}
