//! Many calls at once: the database decides, and every caller gets the true result.

use std::future::Future;

use tokio::task::JoinSet;
use youku_core::{Begin, Code, Error, Session, first};
use youku_tests::{Result, both_databases};

use crate::world::{
    World, bytes, charged, credentials, finish, new_movie, open, refused, registration, upload,
};

/// Runs `count` tasks at once and returns the result of each of them.
pub(crate) async fn at_once<T, F>(
    count: usize,
    task: impl Fn(usize) -> F,
) -> Result<Vec<std::result::Result<T, Error>>>
where
    T: Send + 'static,
    F: Future<Output = std::result::Result<T, Error>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for number in 0..count {
        tasks.spawn(task(number));
    }
    let mut answers = Vec::new();
    while let Some(answer) = tasks.join_next().await {
        answers.push(answer?);
    }
    Ok(answers)
}

both_databases![
    twenty_registrations_of_one_name_make_one_user,
    eight_uploads_of_one_content_make_one_movie,
    sixteen_purchases_at_once_are_one_charge,
    logins_at_once_leave_one_session,
    renewals_at_once_all_count,
    one_invite_used_at_once_makes_one_administrator,
    deletions_at_once_delete_once,
    restoring_and_uploading_at_once_list_one_movie,
];

async fn twenty_registrations_of_one_name_make_one_user(world: World) -> Result {
    let nodes = [world.youku.clone(), world.another_node().await];
    let answers = at_once(20, |number| {
        let node = nodes[number % 2].clone();
        let name = if number % 3 == 0 { "NEO" } else { "neo" };
        async move { node.register(registration(name)).await }
    })
    .await?;
    let (made, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.is_ok());
    assert_eq!((made.len(), world.rows("user").await?), (1, 1));
    assert!(
        others
            .into_iter()
            .all(|other| refused(other) == Code::Exists)
    );
    Ok(())
}

async fn eight_uploads_of_one_content_make_one_movie(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 300_000);
    let mut uploads = Vec::new();
    for number in 0..8 {
        let mut upload = open(&admin, new_movie(&number.to_string(), &content)).await?;
        upload.copy_from(content.as_slice()).await?;
        uploads.push(Some(upload));
    }
    let uploads = std::sync::Mutex::new(uploads);
    let answers = at_once(8, |number| {
        let upload = uploads.lock().expect("no holder panics")[number]
            .take()
            .expect("once each");
        upload.finish()
    })
    .await?;
    let finished: Vec<_> = answers.into_iter().collect::<std::result::Result<_, _>>()?;
    assert_eq!(
        finished.iter().filter(|finished| !finished.existed).count(),
        1
    );
    assert!(
        finished
            .iter()
            .all(|other| other.movie == finished[0].movie)
    );
    assert_eq!(
        (world.rows("movie").await?, world.rows("upload").await?),
        (1, 0)
    );
    assert_eq!((world.objects().len(), world.staged().len()), (1, 0));
    Ok(())
}

async fn sixteen_purchases_at_once_are_one_charge(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("a", b"abc"), b"abc").await?.movie;
    let session = world.user("neo").await?;
    let elsewhere = world.another_node().await.session(session.token()).await?;
    let answers = at_once(16, |number| {
        let session: Session = if number % 2 == 0 {
            session.clone()
        } else {
            elsewhere.clone()
        };
        async move { session.download(movie.id).at_most(1000).open().await }
    })
    .await?;
    let downloads: Vec<_> = answers.into_iter().collect::<std::result::Result<_, _>>()?;
    assert_eq!(
        downloads
            .iter()
            .map(|download| download.price_fen)
            .sum::<u64>(),
        1000
    );
    assert_eq!(
        world
            .number("SELECT SUM(`price_fen`) FROM `purchase`")
            .await?,
        1000
    );
    assert_eq!(
        (
            world.rows("purchase").await?,
            world.rows("download_wait").await?
        ),
        (1, 1)
    );
    assert!(
        downloads
            .iter()
            .all(|other| other.ready_at == downloads[0].ready_at)
    );
    Ok(())
}

async fn logins_at_once_leave_one_session(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let nodes = [world.youku.clone(), world.another_node().await];
    let answers = at_once(8, |number| {
        let node = nodes[number % 2].clone();
        async move { node.login(credentials("neo")).await }
    })
    .await?;
    let mut valid = 0;
    for answer in answers {
        match world.youku.session(answer?.token()).await {
            Ok(_) => valid += 1,
            Err(error) => assert_eq!(error.code(), Code::SessionReplaced),
        }
    }
    assert_eq!(valid, 1);
    Ok(())
}

async fn renewals_at_once_all_count(world: World) -> Result {
    let session = world.user("neo").await?;
    let answers = at_once(8, |_| {
        let session = session.clone();
        async move { session.renew_membership(0).await }
    })
    .await?;
    let mut ends = Vec::new();
    for answer in answers {
        ends.push(answer?.until);
    }
    ends.sort();
    let month = 30 * 86_400;
    assert!(
        ends.windows(2)
            .all(|two| two[1].duration_since(two[0]).as_secs() == month)
    );
    assert_eq!(world.rows("membership").await?, 8);
    Ok(())
}

async fn one_invite_used_at_once_makes_one_administrator(world: World) -> Result {
    let invite = world.admin().await?.invite().await?;
    let answers = at_once(8, |number| {
        let (youku, code) = (world.youku.clone(), invite.code.clone());
        async move {
            youku
                .register_admin(registration(&format!("n{number}")), &code)
                .await
        }
    })
    .await?;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(world.rows("user").await?, 2);
    let others = answers.into_iter().filter(|answer| answer.is_err());
    assert!(
        others
            .into_iter()
            .all(|other| refused(other) == Code::Forbidden)
    );
    Ok(())
}

async fn deletions_at_once_delete_once(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let answers = at_once(8, |_| {
        let admin = admin.clone();
        async move { admin.delete(movie.id).await }
    })
    .await?;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    Ok(())
}

async fn restoring_and_uploading_at_once_list_one_movie(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    for _ in 0..4 {
        admin.delete(movie.id).await?;
        let answers = at_once(4, |number| {
            let admin = admin.clone();
            async move {
                if number % 2 == 0 {
                    return admin.restore(movie.id).await;
                }
                match admin.upload(new_movie("a", b"abc")).await? {
                    Begin::Exists(_) => admin.restore(movie.id).await,
                    Begin::Open(mut upload) => {
                        upload.write(b"abc").await?;
                        Ok(upload.finish().await?.movie)
                    }
                }
            }
        })
        .await?;
        for answer in answers {
            assert_eq!(answer?.id, movie.id);
        }
        assert_eq!(admin.session().movies().page(first(50)).await?.len(), 1);
    }
    Ok(())
}
