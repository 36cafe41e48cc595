//! Uploading movies that arrive complete.

use sha2::{Digest, Sha256};
use youku_core::{Begin, Kind, NewMovie, first};
use youku_tests::{Result, both_databases};

use crate::world::{World, bytes, finish, new_movie, open, read_all, upload};

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

both_databases![
    uploaded_movie_is_listed_and_downloaded_unchanged,
    bytes_may_come_in_any_pieces,
    known_digest_needs_no_bytes,
    same_bytes_again_are_the_same_movie,
    deleted_movie_is_restored_by_a_new_upload,
    hint_and_digest_tell_whether_the_bytes_are_needed,
    same_hint_does_not_make_the_same_movie,
    names_are_text_and_never_a_path,
];

async fn uploaded_movie_is_listed_and_downloaded_unchanged(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(1, 3_000_001);
    let new = NewMovie {
        sha256: Some(sha256(&content).to_uppercase()),
        kind: Kind::Charged,
        ..new_movie("黑客帝国.mp4", &content)
    };
    let finished = finish(&admin, new, &content).await?;
    assert!(!finished.existed);
    let movie = finished.movie;
    assert_eq!(
        (movie.name.as_str(), movie.size),
        ("黑客帝国.mp4", 3_000_001)
    );
    assert_eq!(
        (movie.kind, &movie.sha256),
        (Kind::Charged, &sha256(&content))
    );
    assert_eq!(
        admin.session().movies().page(first(50)).await?.entries,
        std::slice::from_ref(&movie)
    );
    admin.session().renew_membership(0).await?;
    let download = admin
        .session()
        .download(movie.id)
        .at_most(1000)
        .open()
        .await?;
    assert!(read_all(download.body().await?).await? == content);
    assert_eq!((world.objects().len(), world.staged().len()), (1, 0));
    assert_eq!(world.rows("upload").await?, 0);
    Ok(())
}

async fn bytes_may_come_in_any_pieces(world: World) -> Result {
    let admin = world.admin().await?;
    let content = bytes(2, 700_000);
    let mut upload = open(&admin, new_movie("a", &content)).await?;
    upload.write(&[]).await?;
    upload.write(&content[..1]).await?;
    upload.write(&content[1..600_000]).await?;
    assert_eq!(upload.received(), 600_000);
    assert_eq!(upload.copy_from(&content[600_000..]).await?, 100_000);
    let finished = upload.finish().await?;
    assert_eq!(finished.movie.sha256, sha256(&content));
    Ok(())
}

async fn known_digest_needs_no_bytes(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"There is no spoon").await?;
    let same = NewMovie {
        sha256: Some(movie.sha256.clone()),
        ..new_movie("b", b"x")
    };
    match admin.upload(same).await? {
        Begin::Exists(id) => assert_eq!(id, movie.id),
        Begin::Open(_) => return Err("the movie is listed".into()),
    }
    assert_eq!(world.rows("upload").await?, 0);
    Ok(())
}

async fn same_bytes_again_are_the_same_movie(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"There is no spoon").await?;
    let again = finish(
        &admin,
        new_movie("b", b"There is no spoon"),
        b"There is no spoon",
    )
    .await?;
    assert!(again.existed);
    assert_eq!(again.movie, movie);
    assert_eq!(
        (world.rows("movie").await?, world.rows("upload").await?),
        (1, 0)
    );
    assert_eq!((world.objects().len(), world.staged().len()), (1, 0));
    Ok(())
}

async fn deleted_movie_is_restored_by_a_new_upload(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"There is no spoon").await?;
    admin.delete(movie.id).await?;
    assert!(admin.session().movies().page(first(50)).await?.is_empty());
    let back = upload(&admin, "b", b"There is no spoon").await?;
    assert_eq!((back.id, back.name.as_str()), (movie.id, "b"));
    assert_eq!(world.rows("movie").await?, 1);
    admin.session().renew_membership(0).await?;
    let download = admin
        .session()
        .download(back.id)
        .at_most(1000)
        .open()
        .await?;
    assert_eq!(
        read_all(download.body().await?).await?,
        b"There is no spoon"
    );
    Ok(())
}

async fn hint_and_digest_tell_whether_the_bytes_are_needed(world: World) -> Result {
    let admin = world.admin().await?;
    assert!(admin.may_upload("5d41402a").await?);
    let hinted = NewMovie {
        hint: Some("5d41402a".to_owned()),
        ..new_movie("a", b"abc")
    };
    let movie = finish(&admin, hinted, b"abc").await?.movie;
    assert!(!admin.may_upload("5d41402a").await?);
    assert!(!admin.may_upload(&movie.sha256.to_uppercase()).await?);
    assert!(admin.may_upload("5D41402A").await?);
    assert!(admin.may_upload("").await?);
    admin.delete(movie.id).await?;
    assert!(admin.may_upload("5d41402a").await?);
    assert!(admin.may_upload(&movie.sha256).await?);
    Ok(())
}

async fn same_hint_does_not_make_the_same_movie(world: World) -> Result {
    let admin = world.admin().await?;
    for content in [b"one", b"two"] {
        let hinted = NewMovie {
            hint: Some("same".to_owned()),
            ..new_movie("a", content)
        };
        assert!(!finish(&admin, hinted, content).await?.existed);
    }
    assert_eq!(world.rows("movie").await?, 2);
    Ok(())
}

async fn names_are_text_and_never_a_path(world: World) -> Result {
    let admin = world.admin().await?;
    let long = format!("{}.mp4", "x".repeat(296));
    let names = [
        "../../x",
        "/etc/passwd",
        "..\\..\\x.mp4",
        "a\0b\u{202e}\n.mp4",
        &long,
    ];
    for (seed, name) in names.into_iter().enumerate() {
        let content = bytes(seed as u8, 9);
        let movie = upload(&admin, name, &content).await?;
        let shown: String = name
            .chars()
            .filter(|c| !"\0\u{202e}\n".contains(*c))
            .collect();
        assert_eq!(movie.name, shown);
        admin.session().renew_membership(0).await?;
        let file = admin
            .session()
            .download(movie.id)
            .at_most(1000)
            .open()
            .await?
            .file_name;
        assert!(
            !file.contains(['/', '\\', '\0']) && file.len() <= 200,
            "{file}"
        );
    }
    for path in world.objects() {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        assert!(
            name.len() == 32 && name.bytes().all(|c| c.is_ascii_hexdigit()),
            "{name}"
        );
    }
    assert_eq!(world.objects().len(), names.len());
    Ok(())
}
