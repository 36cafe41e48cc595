//! Uploads that are refused before their bytes arrive: too many movies, too many bytes, too little space.

use youku_core::{Admin, Begin, Code, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::faults::races::at_once;
use crate::world::{
    DAY, World, bytes, credentials, new_movie, open, policy, refused, registration, upload,
};

/// A service with a policy, and an administrator.
async fn world(database: &TestDatabase, policy: Policy) -> Result<(World, Admin)> {
    let world = World::with_policy(database, policy).await;
    let admin = world.admin().await?;
    Ok((world, admin))
}

both_databases![
    movies_and_uploads_count_until_they_end,
    bytes_count_as_they_were_announced,
    uploads_opened_at_once_share_one_quota,
    restored_movie_counts_for_the_user_who_uploads_it_again,
    movies_restored_at_once_share_one_quota,
    upload_that_would_fill_the_disk_is_refused,
];

async fn movies_and_uploads_count_until_they_end(database: TestDatabase) -> Result {
    let quota = Policy {
        quota_movies: Some(2),
        ..policy()
    };
    let (world, admin) = world(&database, quota).await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let open_one = open(&admin, new_movie("b", b"abcd")).await?;
    let more = || admin.upload(new_movie("c", b"abcde"));
    assert_eq!(refused(more().await), Code::QuotaExceeded);
    assert_eq!(
        refused(admin.open_upload(new_movie("c", b"abcde")).await),
        Code::QuotaExceeded
    );
    open_one.abort().await?;
    let left = admin.open_upload(new_movie("c", b"abcde")).await?;
    admin.delete(movie.id).await?;
    let next = more().await?;
    world.youku.create_admin(registration("trinity")).await?;
    let other = world
        .youku
        .login(credentials("trinity"))
        .await?
        .admin()
        .await?;
    upload(&other, "d", b"other").await?;
    drop((left, next));
    world.clock.advance(DAY);
    let admin = world
        .youku
        .login(credentials("root"))
        .await?
        .admin()
        .await?;
    upload(&admin, "e", b"not swept yet").await?;
    Ok(())
}

async fn bytes_count_as_they_were_announced(database: TestDatabase) -> Result {
    let quota = Policy {
        quota_bytes: Some(1000),
        ..policy()
    };
    let (world, admin) = world(&database, quota).await?;
    upload(&admin, "a", &bytes(1, 600)).await?;
    assert_eq!(
        refused(admin.upload(new_movie("b", &bytes(2, 401))).await),
        Code::QuotaExceeded
    );
    let rest = open(&admin, new_movie("b", &bytes(2, 400))).await?;
    assert_eq!(
        refused(admin.upload(new_movie("c", b"c")).await),
        Code::QuotaExceeded
    );
    drop(rest);
    assert_eq!(world.rows("movie").await?, 1);
    Ok(())
}

async fn uploads_opened_at_once_share_one_quota(database: TestDatabase) -> Result {
    let quota = Policy {
        quota_movies: Some(3),
        ..policy()
    };
    let (world, admin) = world(&database, quota.clone()).await?;
    let elsewhere = world
        .reopen(quota)
        .await
        .session(admin.session().token())
        .await?;
    let nodes = [admin, elsewhere.admin().await?];
    let answers = at_once(8, |number| {
        let node = nodes[number % 2].clone();
        async move {
            node.open_upload(new_movie(&number.to_string(), b"abc"))
                .await
        }
    })
    .await?;
    let (opened, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.is_ok());
    assert_eq!((opened.len(), world.rows("upload").await?), (3, 3));
    for other in others {
        assert_eq!(refused(other), Code::QuotaExceeded);
    }
    Ok(())
}

async fn restored_movie_counts_for_the_user_who_uploads_it_again(database: TestDatabase) -> Result {
    let quota = Policy {
        quota_movies: Some(1),
        ..policy()
    };
    let (world, admin) = world(&database, quota).await?;
    let first = upload(&admin, "a", b"abc").await?;
    admin.delete(first.id).await?;
    let second = upload(&admin, "b", b"abcd").await?;
    assert_eq!(refused(admin.restore(first.id).await), Code::QuotaExceeded);
    world.youku.create_admin(registration("trinity")).await?;
    let trinity = world.youku.login(credentials("trinity")).await?;
    let trinity = trinity.admin().await?;
    // The movie counts for the user who uploaded it, whichever administrator restores it.
    assert_eq!(
        refused(trinity.restore(first.id).await),
        Code::QuotaExceeded
    );
    assert_eq!(upload(&trinity, "a", b"abc").await?.id, first.id);
    let more = trinity.upload(new_movie("c", b"abcde")).await;
    assert_eq!(refused(more), Code::QuotaExceeded);
    trinity.delete(first.id).await?;
    admin.delete(second.id).await?;
    trinity.restore(first.id).await?;
    admin.restore(second.id).await?;
    assert_eq!(admin.restore(second.id).await?.id, second.id);
    Ok(())
}

async fn movies_restored_at_once_share_one_quota(database: TestDatabase) -> Result {
    let quota = Policy {
        quota_movies: Some(1),
        ..policy()
    };
    let (world, admin) = world(&database, quota.clone()).await?;
    let mut deleted = Vec::new();
    for number in 0..6 {
        let movie = upload(&admin, "a", &[number; 3]).await?.id;
        admin.delete(movie).await?;
        deleted.push(movie);
    }
    let elsewhere = world
        .reopen(quota)
        .await
        .session(admin.session().token())
        .await?;
    let nodes = [admin, elsewhere.admin().await?];
    let answers = at_once(deleted.len(), |number| {
        let (node, movie) = (nodes[number % 2].clone(), deleted[number]);
        async move { node.restore(movie).await }
    })
    .await?;
    let (restored, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.is_ok());
    assert_eq!(restored.len(), 1);
    for other in others {
        assert_eq!(refused(other), Code::QuotaExceeded);
    }
    Ok(())
}

async fn upload_that_would_fill_the_disk_is_refused(database: TestDatabase) -> Result {
    let (world, admin) = world(&database, policy()).await?;
    let full = Policy {
        min_free_bytes: u64::MAX,
        ..policy()
    };
    let full = world
        .reopen(full)
        .await
        .session(admin.session().token())
        .await?;
    let full = full.admin().await?;
    assert_eq!(
        refused(full.upload(new_movie("a", b"abc")).await),
        Code::NoSpace
    );
    assert_eq!(
        refused(full.open_upload(new_movie("a", b"abc")).await),
        Code::NoSpace
    );
    assert_eq!((world.rows("upload").await?, world.staged().len()), (0, 0));
    // Bytes announced by other uploads count as taken.
    let announced = admin.open_upload(new_movie("a", b"abc")).await?;
    world
        .execute("UPDATE `upload` SET `movie_size` = 9000000000000000000")
        .await?;
    assert_eq!(
        refused(admin.upload(new_movie("b", b"abc")).await),
        Code::NoSpace
    );
    if let Begin::Open(upload) = announced {
        upload.abort().await?;
    }
    upload(&admin, "b", b"abc").await?;
    Ok(())
}
