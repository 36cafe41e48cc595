//! The posters of movies.

use youku_tests::{Result, both_databases};

use crate::movies::details::{PNG, described};
use crate::world::{World, upload};

both_databases![poster_is_stored_replaced_and_removed];

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";

async fn poster_is_stored_replaced_and_removed(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let neo = world.user("neo").await?;
    assert_eq!(neo.poster(movie.id).await?, None);
    admin.set_poster(movie.id, PNG).await?;
    let poster = neo.poster(movie.id).await?.expect("it was set");
    assert_eq!(
        (poster.media_type.as_str(), poster.image.as_slice()),
        ("image/png", PNG)
    );
    assert!(neo.movie_details(movie.id).await?.has_poster);
    admin.set_poster(movie.id, JPEG).await?;
    let poster = neo.poster(movie.id).await?.expect("it was replaced");
    assert_eq!(
        (poster.media_type.as_str(), poster.image.as_slice()),
        ("image/jpeg", JPEG)
    );
    assert_eq!(world.rows("poster").await?, 1);
    admin.set_poster(movie.id, &[]).await?;
    assert_eq!(neo.poster(movie.id).await?, None);
    assert_eq!(described(&admin).await?, 3);
    Ok(())
}
