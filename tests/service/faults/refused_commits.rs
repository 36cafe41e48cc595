//! A database that refuses a commit, as a cluster does when another node was first. The transaction runs again, and its effect
//! happens once.

use youku_core::{Code, MovieEdit, PasswordChange, Role, Youku};
use youku_orm::{Database, sql};
use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

use crate::faults::between::Moments;
use crate::uploads::resumed_uploads::{self, chunk};
use crate::world::{
    PASSWORD, World, bytes, charged, credentials, finish, new_movie, policy, read_all, refused,
    registration,
};

const TABLES: [&str; 11] = [
    "user",
    "session",
    "login_failure",
    "invite",
    "movie",
    "upload",
    "payment",
    "purchase",
    "membership",
    "download_wait",
    "download_record",
];

#[test]
fn refused_commit_is_repeated_and_takes_effect_once() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let world = World::with_policy(&database, policy()).await;
        world.youku.create_admin(registration("root")).await?;
        let proxy = Proxy::start(database.url()).await?;
        let (db, moments) = Moments::of(&Database::connect(proxy.url()).await?);
        let builder = world.builder(policy()).existing_database(db);
        let youku = builder.open().await?;
        // The result if nothing is refused.
        let (left, commits) = left(&world, &youku, &moments, 0).await?;
        assert!(commits > 20, "{commits}");
        for number in 0..commits {
            proxy.refuse_commit(number);
            let again = self::left(&world, &youku, &moments, number + 1).await?;
            // The refused commit was sent a second time.
            assert_eq!(again, (left.clone(), commits + 1), "{number}");
        }
        Ok(())
    });
}

/// How many rows one run of all operations leaves, audit entries included, and how many commits it takes.
async fn left(
    world: &World,
    youku: &Youku,
    moments: &Moments,
    round: usize,
) -> Result<((Vec<u64>, Vec<String>), usize)> {
    let db = Database::connect(world.database.url()).await?;
    let count = async || -> Result<Vec<u64>> {
        let mut rows = Vec::new();
        for table in TABLES {
            rows.push(world.rows(table).await?);
        }
        Ok(rows)
    };
    let (before, lines) = (count().await?, world.rows("audit").await?);
    moments.forget();
    live(youku, round).await?;
    let told = moments.told();
    let commits = told.iter().filter(|sql| sql.starts_with("COMMIT")).count();
    let after = count().await?;
    let rows = after
        .iter()
        .zip(&before)
        .map(|(after, before)| after - before);
    let acts = sql("SELECT `act` FROM `audit` ORDER BY `a_id`").all(&db);
    let acts: Vec<String> = acts.await?;
    db.close().await?;
    let acts = acts.into_iter().skip(usize::try_from(lines)?).collect();
    Ok(((rows.collect(), acts), commits))
}

/// Every kind of write; each call succeeds.
async fn live(youku: &Youku, round: usize) -> Result {
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let code = admin.invite().await?.code;
    let trinity = registration(&format!("trinity{round}"));
    youku.register_admin(trinity, &code).await?;
    let neo = format!("neo{round}");
    let user = youku.register(registration(&neo)).await?;
    let session = youku.login(credentials(&neo)).await?;
    let change = PasswordChange {
        old: PASSWORD.to_owned(),
        new: "battery staple".to_owned(),
    };
    session.change_password(change).await?;

    let content = bytes(round as u8, 1000 + round);
    let movie = finish(&admin, charged("a", &content), &content).await?;
    let movie = movie.movie.id;
    session.renew_membership(0).await?;
    let body = session
        .download(movie)
        .at_most(1000)
        .open()
        .await?
        .body()
        .await?;
    assert!(read_all(body).await? == content);
    let edit = MovieEdit {
        name: Some("c".to_owned()),
        kind: None,
    };
    admin.edit_movie(movie, edit).await?;
    admin.delete(movie).await?;
    admin.restore(movie).await?;

    let content = bytes(round as u8, 5000 + round);
    let mut upload = resumed_uploads::open(&admin, new_movie("b", &content)).await?;
    let id = upload.id().clone();
    let first = chunk(0, 1000);
    upload.write_chunk(&first, &content[..1000]).await?;
    upload.suspend().await?;
    let upload = admin.resume_upload(&id).await?;
    resumed_uploads::send_rest(upload, &content).await?;

    admin.change_role(user, Role::Admin).await?;
    admin.lock_user(user).await?;
    admin.unlock_user(user).await?;
    // The password has changed by now.
    let wrong = youku.login(credentials(&neo)).await;
    assert_eq!(refused(wrong), Code::Unauthenticated);
    admin.session().logout().await?;
    Ok(())
}
