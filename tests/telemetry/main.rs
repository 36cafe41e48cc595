//! What a service reports about itself: logs without secrets, and metrics under the names in the
//! documentation. It runs in a separate program, because both are collected for the whole process.

mod collected;
#[allow(dead_code, reason = "it is made for more tests than these")]
#[path = "../service/world.rs"]
mod world;

use collected::{Names, logged};
use sha2::{Digest, Sha256};
use youku_core::{Act, Clock, Credentials, Page, PasswordChange, Policy, Registration, first};
use youku_tests::source::sources;
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::world::{
    HOUR, World, charged, credentials, finish, policy, read_all, registration, upload,
};

both_databases![
    no_secret_is_logged,
    metrics_have_the_names_of_the_documentation,
    unknown_names_cost_as_much_as_users_at_every_node,
];

/// Everything that a reader of the logs must not learn.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn password(&mut self, password: &str) -> String {
        self.0.push(password.to_owned());
        password.to_owned()
    }

    /// A token or an invite, and its digest.
    fn token(&mut self, token: &str) {
        let digest = Sha256::digest(token.as_bytes());
        let digest = digest.iter().map(|byte| format!("{byte:02x}"));
        self.0.extend([token.to_owned(), digest.collect()]);
    }
}

fn named(username: &str, password: &str) -> Registration {
    Registration {
        username: username.to_owned(),
        password: password.to_owned(),
    }
}

fn with(username: &str, password: &str) -> Credentials {
    Credentials {
        password: password.to_owned(),
        ..credentials(username)
    }
}

/// Performs every kind of operation that involves a secret, and some of every other kind.
async fn scenario(world: &World, secrets: &mut Secrets) -> Result {
    let youku = &world.youku;
    let old = secrets.password("0ld-passw0rd-of-root");
    youku.create_admin(named("root", &old)).await?;
    let admin = youku.login(with("root", &old)).await?.admin().await?;
    secrets.token(admin.session().token());
    let invite = admin.invite().await?;
    secrets.token(&invite.code);
    let trinity = named("trinity", &secrets.password("passw0rd-0f-trinity"));
    let invited = youku.register_admin(trinity.clone(), &invite.code).await;
    invited?;
    let again = youku.register_admin(trinity, &invite.code).await;
    again.expect_err("the invite is used");
    let wrong = secrets.password("a-wr0ng-guess");
    for name in ["root", "nobody"] {
        for _ in 0..youku.policy().login_attempts + 1 {
            let login = youku.login(with(name, &wrong)).await;
            login.expect_err("the password is wrong");
        }
    }
    world.clock.advance(HOUR);
    let first_login = youku.login(with("root", &old)).await?;
    secrets.token(first_login.token());
    let session = youku.login(with("root", &old)).await?;
    secrets.token(session.token());
    let replaced = youku.session(first_login.token()).await;
    replaced.expect_err("a newer one took its place");
    let new = secrets.password("n3w-passw0rd-of-root");
    let change = PasswordChange { old, new };
    session.change_password(change.clone()).await?;
    let again = session.change_password(change).await;
    again.expect_err("the old password is another one");
    movies(&session).await?;
    let reset = secrets.password("an0ther-passw0rd");
    youku.reset_password("trinity", reset).await?;
    youku.register(registration("neo")).await?;
    youku.maintain_once().await?;
    let now = world.clock.now();
    world.clock.set(now + 48 * HOUR);
    assert!(youku.maintain_once().await?.sweep.hold.is_some());
    world.clock.set(now);
    assert!(youku.health().await.is_well());
    assert_eq!(youku.statistics().await?.users, 3);
    let audit = session.admin().await?.audit(Page::first(99)).await?;
    assert!(audit.iter().any(|entry| entry.act == Act::NameLocked));
    session.logout().await?;
    Ok(())
}

async fn movies(session: &youku_core::Session) -> Result {
    let admin = session.admin().await?;
    let movie = upload(&admin, "a.mp4", b"abc").await?;
    let paid = finish(&admin, charged("b.mp4", b"abcd"), b"abcd").await?;
    session.renew_membership(0).await?;
    for movie in [movie.id, paid.movie.id] {
        let download = session.download(movie).at_most(1000).open().await?;
        read_all(download.body().await?).await?;
    }
    session.history(first(9)).await?;
    Ok(())
}

async fn no_secret_is_logged(database: TestDatabase) -> Result {
    collected::install();
    let policy = Policy {
        audit_retention: Some(HOUR),
        ..policy()
    };
    let world = World::with_policy(&database, policy).await;
    // The hash of every password begins with this.
    let mut secrets = Secrets(vec!["$argon2id$".to_owned()]);
    scenario(&world, &mut secrets).await?;
    let marker = format!("the end of {}", database.url());
    tracing::trace!(marker);
    let log = logged();
    for said in [
        "logged in",
        "log-in refused",
        "INSERT INTO `session`",
        "COMMIT",
        &marker,
    ] {
        assert!(log.contains(said), "the log has no `{said}`");
    }
    assert!(secrets.0.len() > 10);
    for secret in &secrets.0 {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "a log line holds `{secret}`");
    }
    Ok(())
}

async fn metrics_have_the_names_of_the_documentation(mut world: World) -> Result {
    collected::install();
    // Opened a second time, because the recorder may only be installed now.
    world.youku = world.another_node().await;
    scenario(&world, &mut Secrets::default()).await?;
    let sources = sources("youku-core/src");
    let mut roots = sources
        .iter()
        .filter(|source| source.path.ends_with("/src/lib.rs"));
    let docs = &roots.next().expect("the crate has a root").text;
    let rows = docs
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `youku_"));
    let documented = rows.filter_map(|row| row.split('`').next());
    let documented: Names = documented.map(|name| format!("youku_{name}")).collect();
    assert!(documented.len() > 5, "{documented:?}");
    assert_eq!(collected::described(), documented);
    assert_eq!(collected::used(), documented);
    Ok(())
}

/// A policy of a cost that no other test has, because the counters are those of the whole process.
fn costing(memory_kib: u32) -> Policy {
    let mut policy = policy();
    policy.password_cost.memory_kib = memory_kib;
    policy
}

/// Which of the costs a log-in under that name has.
async fn cost_of(youku: &youku_core::Youku, name: &str, costs: [u32; 2]) -> Result<u32> {
    let counts = || {
        costs.map(|memory| {
            let cost = format!("m={memory},t=1,p=1");
            collected::count("youku_password_comparisons_total", &cost)
        })
    };
    let before = counts();
    let login = youku.login(with(name, "a wrong guess")).await;
    login.expect_err("the password is wrong");
    match counts() {
        [first, _] if first > before[0] => Ok(costs[0]),
        [_, second] if second > before[1] => Ok(costs[1]),
        _ => Err("it has neither cost".into()),
    }
}

async fn unknown_names_cost_as_much_as_users_at_every_node(database: TestDatabase) -> Result {
    collected::install();
    let costs = match database.backend() {
        Backend::Mysql => [9, 10],
        _ => [11, 12],
    };
    let [old, new] = costs.map(costing);
    let world = World::with_policy(&database, old).await;
    for number in 0..12 {
        let name = format!("early{number}");
        world.youku.register(registration(&name)).await?;
    }
    let node = world.reopen(new.clone()).await;
    for number in 0..12 {
        let name = format!("late{number}");
        node.register(registration(&name)).await?;
    }
    node.maintain_once().await?;
    let other = world.reopen(new).await;
    assert_eq!(cost_of(&node, "early1", costs).await?, costs[0]);
    assert_eq!(cost_of(&node, "late1", costs).await?, costs[1]);
    let mut drawn = Vec::new();
    for number in 0..60 {
        let name = format!("unknown{number}");
        let cost = cost_of(&node, &name, costs).await?;
        assert_eq!(cost_of(&other, &name, costs).await?, cost);
        assert_eq!(cost_of(&node, &name.to_uppercase(), costs).await?, cost);
        drawn.push(cost);
    }
    let dear = drawn.iter().filter(|cost| **cost == costs[1]).count();
    assert!((15..=45).contains(&dear), "{dear} of 60");
    Ok(())
}
