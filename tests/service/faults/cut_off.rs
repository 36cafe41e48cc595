//! What has happened if the future of a call is dropped before its end, at each place where it waits.

mod future;
pub(crate) use future::cut_off;

use youku_core::{Act, Admin, Begin, Chunk, Code, Credentials, Page, PasswordChange};
use youku_tests::{Result, both_databases};

use crate::uploads::complete_uploads::sha256;
use crate::uploads::resumed_uploads::{self, chunk};
use crate::world::{
    PASSWORD, World, bytes, charged, credentials, finish, new_movie, registration, upload,
};

both_databases![
    a_registration_is_complete_or_absent,
    a_login_leaves_one_session_at_most,
    a_changed_password_is_the_old_or_the_new_one,
    a_lock_is_written_with_its_audit_entry_or_not_at_all,
    an_invite_is_used_with_its_administrator_or_not_at_all,
    a_movie_is_paid_for_once_or_not_at_all,
    a_movie_is_deleted_with_its_audit_entry_or_not_at_all,
    an_upload_resumes_wherever_its_calls_were_interrupted,
];

/// Far more polls than any call needs.
const MOST: usize = 2000;

fn with(name: &str, password: &str) -> Credentials {
    Credentials {
        password: password.to_owned(),
        ..credentials(name)
    }
}

async fn count(admin: &Admin, act: Act) -> Result<usize> {
    let lines = admin.audit(Page::first(500)).await?;
    Ok(lines.iter().filter(|line| line.act == act).count())
}

async fn a_registration_is_complete_or_absent(world: World) -> Result {
    let admin = world.admin().await?;
    for polls in 0..MOST {
        let name = format!("neo{polls}");
        let register = || world.youku.register(registration(&name));
        let done = cut_off(register(), polls).await;
        if let Err(error) = register().await {
            assert_eq!(error.code(), Code::Exists);
        }
        world.youku.login(credentials(&name)).await?;
        assert_eq!(count(&admin, Act::Registered).await?, polls + 1);
        if done.is_some() {
            assert!(polls > 2, "it was never cut off");
            return Ok(());
        }
    }
    panic!("it has no end");
}

async fn a_login_leaves_one_session_at_most(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    for polls in 0..MOST {
        let done = cut_off(world.youku.login(credentials("neo")), polls).await;
        let session = world.youku.login(credentials("neo")).await?;
        assert!(world.youku.session(session.token()).await.is_ok());
        let current = "SELECT COUNT(*) FROM `session` WHERE `replaced_at` IS NULL";
        assert_eq!(world.number(current).await?, 1);
        if let Some(done) = done {
            let replaced = world.youku.session(done?.token()).await;
            let replaced = replaced.expect_err("a newer one took its place");
            assert_eq!(replaced.code(), Code::SessionReplaced);
            return Ok(());
        }
    }
    panic!("it has no end");
}

async fn a_changed_password_is_the_old_or_the_new_one(world: World) -> Result {
    let mut session = world.user("neo").await?;
    let mut old = PASSWORD.to_owned();
    for polls in 0..MOST {
        let new = format!("battery staple {polls}");
        let change = PasswordChange {
            old: old.clone(),
            new: new.clone(),
        };
        let done = cut_off(session.change_password(change), polls).await;
        // Logs in with the new one again, because the dropped call may still be committing.
        let mut found = None;
        for password in [&new, &old, &new] {
            if let Ok(session) = world.youku.login(with("neo", password)).await {
                found = Some((session, password.clone()));
                break;
            }
        }
        let (found, password) = found.expect("one of them is the password");
        let other = if password == new { &old } else { &new };
        assert!(world.youku.login(with("neo", other)).await.is_err());
        (session, old) = (found, password);
        if done.is_some() {
            return Ok(());
        }
    }
    panic!("it has no end");
}

async fn a_lock_is_written_with_its_audit_entry_or_not_at_all(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.youku.register(registration("neo")).await?;
    let mut locks = 0;
    for polls in 0..MOST {
        let done = cut_off(admin.lock_user(neo), polls).await;
        // Again, because the dropped call may still be committing.
        let lines = loop {
            assert_eq!(admin.unlock_user(neo).await?.locked_at, None);
            let lines = count(&admin, Act::UserLocked).await?;
            if count(&admin, Act::UserUnlocked).await? == lines {
                break lines;
            }
        };
        assert!(lines == locks || lines == locks + 1);
        locks = lines;
        if done.is_some() {
            assert!(locks > 0);
            return Ok(());
        }
    }
    panic!("it has no end");
}

async fn an_invite_is_used_with_its_administrator_or_not_at_all(world: World) -> Result {
    let admin = world.admin().await?;
    for polls in 0..MOST {
        let code = admin.invite().await?.code;
        let name = format!("neo{polls}");
        let register = || world.youku.register_admin(registration(&name), &code);
        let done = cut_off(register(), polls).await;
        match register().await {
            Ok(_) => {}
            // The name and the use of the invite are committed together; the error depends on which one is checked.
            Err(error) => assert!(matches!(error.code(), Code::Forbidden | Code::Exists)),
        }
        let session = world.youku.login(credentials(&name)).await?;
        session.admin().await?;
        if done.is_some() {
            return Ok(());
        }
    }
    panic!("it has no end");
}

async fn a_movie_is_paid_for_once_or_not_at_all(world: World) -> Result {
    let admin = world.admin().await?;
    let neo = world.user("neo").await?;
    for polls in 0..MOST {
        let content = polls.to_string();
        let new = charged("a", content.as_bytes());
        let movie = finish(&admin, new, content.as_bytes()).await?.movie.id;
        let done = cut_off(neo.download(movie).at_most(1000).open(), polls).await;
        neo.download(movie).at_most(1000).open().await?;
        let count = polls as u64 + 1;
        assert_eq!(world.rows("purchase").await?, count);
        let paid = "SELECT SUM(`price_fen`) FROM `payment` WHERE `state` = 'paid'";
        assert_eq!(world.number(paid).await?, 1000 * count);
        assert_eq!(world.rows("payment").await?, count);
        if done.is_some() {
            assert!(polls > 2, "it was never cut off");
            return Ok(());
        }
    }
    panic!("it has no end");
}

async fn a_movie_is_deleted_with_its_audit_entry_or_not_at_all(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    let mut deletions = 0;
    for polls in 0..MOST {
        let done = cut_off(admin.delete(movie), polls).await;
        // Again, because the dropped call may still be committing.
        let lines = loop {
            admin.restore(movie).await?;
            let lines = count(&admin, Act::MovieDeleted).await?;
            if count(&admin, Act::MovieRestored).await? == lines {
                break lines;
            }
        };
        assert!(lines == deletions || lines == deletions + 1);
        deletions = lines;
        if done.is_some() {
            assert!(deletions > 0);
            return Ok(());
        }
    }
    panic!("it has no end");
}

/// Every call of an upload is dropped after the same number of polls. The upload is opened until that succeeds, sent in chunks
/// with and without a digest, resumed, and finished.
async fn an_upload_resumes_wherever_its_calls_were_interrupted(world: World) -> Result {
    let admin = world.admin().await?;
    for polls in 0..MOST {
        let content = bytes(polls as u8, 600_000 + polls);
        let opened = cut_off(admin.open_upload(new_movie("a", &content)), polls).await;
        let mut is_last = opened.is_some();
        let mut upload = match opened {
            Some(Ok(Begin::Open(upload))) => upload,
            _ => resumed_uploads::open(&admin, new_movie("a", &content)).await?,
        };
        let id = upload.id().clone();
        for (offset, sha256) in [
            (0, None),
            (300_000, Some(sha256(&content[300_000..600_000]))),
        ] {
            let rest = &content[offset..];
            let next = Chunk {
                sha256,
                ..chunk(offset, rest.len().min(300_000))
            };
            is_last &= cut_off(upload.write_chunk(&next, rest), polls)
                .await
                .is_some();
            drop(upload);
            is_last &= cut_off(admin.resume_upload(&id), polls).await.is_some();
            upload = admin.resume_upload(&id).await?;
            let rest = &content[upload.offset() as usize..offset + 300_000];
            let next = chunk(upload.offset() as usize, rest.len());
            upload.write_chunk(&next, rest).await?;
        }
        let rest = &content[600_000..];
        upload
            .write_chunk(&chunk(600_000, rest.len()), rest)
            .await?;
        let digest = sha256(&content);
        is_last &= cut_off(upload.finish(Some(&digest)), polls).await.is_some();
        while let Ok(status) = admin.upload_status(&id).await {
            assert_eq!(status.offset, content.len() as u64);
            if let Ok(upload) = admin.resume_upload(&id).await {
                // The dropped call may be listing it.
                let _ = upload.finish(Some(&digest)).await;
            }
        }
        assert_eq!(world.rows("movie").await?, polls as u64 + 1);
        if is_last {
            let found = world.youku.verify().await?;
            assert_eq!((found.movies, found.damaged), (polls as u64 + 1, vec![]));
            return Ok(());
        }
    }
    panic!("it has no end");
}
