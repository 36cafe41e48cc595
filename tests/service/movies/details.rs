//! What is said about a movie: title, description, tags, poster, a JSON value, and what its bytes are.

use serde_json::json;
use youku_core::{Act, Admin, Code, MovieDescription, MovieId, Rule, first};
use youku_tests::{Result, both_databases};

use crate::stores::{Stored, every_store};
use crate::world::{World, bad_field, bytes, new_movie, open, refused, upload};

both_databases![
    description_is_stored_and_audited_once,
    purged_movie_leaves_nothing_that_was_said_about_it,
    fields_that_are_left_out_stay_and_empty_ones_are_removed,
    movies_are_found_by_their_tags,
    what_breaks_a_rule_is_refused,
    description_needs_an_administrator_and_a_movie,
    movie_of_an_earlier_version_has_the_type_of_its_name,
];

every_store![bytes_say_what_a_movie_is];

pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn tags(tags: &[&str]) -> MovieDescription {
    MovieDescription {
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        ..MovieDescription::default()
    }
}

pub(crate) async fn described(admin: &Admin) -> Result<usize> {
    let entries = admin.audit(first(50)).await?;
    let described = entries
        .iter()
        .filter(|entry| entry.act == Act::MovieDescribed);
    Ok(described.count())
}

async fn description_is_stored_and_audited_once(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    let empty = admin.session().movie_details(movie.id).await?;
    assert_eq!(
        (empty.title, empty.data, empty.has_poster),
        (None, None, false)
    );
    let said = MovieDescription {
        title: Some(" The Matrix\n".to_owned()),
        description: Some("A hacker learns\nthe truth.".to_owned()),
        data: Some(json!({"imdb": 133093, "cast": ["Reeves"]})),
        tags: Some(vec![
            "科幻".to_owned(),
            "Action".to_owned(),
            "ACTION".to_owned(),
        ]),
    };
    let details = admin.describe(movie.id, said.clone()).await?;
    assert_eq!(details.title.as_deref(), Some("The Matrix"));
    assert_eq!(
        details.description.as_deref(),
        Some("A hacker learns\nthe truth.")
    );
    assert_eq!(details.data, said.data);
    assert_eq!(details.tags, ["科幻", "Action"]);
    let neo = world.user("neo").await?;
    assert_eq!(neo.movie_details(movie.id).await?, details);
    assert_eq!(described(&admin).await?, 1);
    admin.describe(movie.id, said).await?;
    assert_eq!(described(&admin).await?, 1);
    Ok(())
}

async fn purged_movie_leaves_nothing_that_was_said_about_it(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let mut said = tags(&["noir"]);
    said.title = Some("A title".to_owned());
    admin.describe(movie.id, said).await?;
    admin.set_poster(movie.id, PNG).await?;
    admin.purge(movie.id).await?;
    let again = upload(&admin, "a", b"abc").await?;
    let details = admin.session().movie_details(again.id).await?;
    assert_eq!((details.title, details.has_poster), (None, false));
    assert!(details.tags.is_empty());
    Ok(())
}

async fn fields_that_are_left_out_stay_and_empty_ones_are_removed(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?;
    let said = MovieDescription {
        title: Some("title".to_owned()),
        description: Some("text".to_owned()),
        data: Some(json!(1)),
        ..tags(&["one"])
    };
    let before = admin.describe(movie.id, said).await?;
    let same = admin
        .describe(movie.id, MovieDescription::default())
        .await?;
    assert_eq!(same, before);
    let nothing = MovieDescription {
        title: Some(String::new()),
        description: Some(" ".to_owned()),
        data: Some(json!(null)),
        ..tags(&[])
    };
    let after = admin.describe(movie.id, nothing).await?;
    assert_eq!(
        (after.title, after.description, after.data),
        (None, None, None)
    );
    assert_eq!(after.tags, [""; 0]);
    assert_eq!(world.rows("movie_tag").await?, 0);
    Ok(())
}

async fn movies_are_found_by_their_tags(world: World) -> Result {
    let admin = world.admin().await?;
    for (name, of_it) in [("a", &["Drama", "1999"][..]), ("b", &["drama"]), ("c", &[])] {
        let movie = upload(&admin, name, name.as_bytes()).await?;
        admin.describe(movie.id, tags(of_it)).await?;
    }
    let found = async |wanted: &[&str]| -> Result<Vec<String>> {
        let list = admin.session().movies();
        let list = wanted.iter().fold(list, |list, tag| list.tagged(tag));
        let page = list.clone().page(first(9)).await?;
        let titles = list.titles(first(9)).await?;
        assert_eq!(page.len(), titles.len());
        Ok(page.entries.into_iter().map(|movie| movie.name).collect())
    };
    assert_eq!(found(&["DRAMA"]).await?, ["a", "b"]);
    assert_eq!(found(&["drama", "1999"]).await?, ["a"]);
    assert_eq!(found(&["dram"]).await?, [""; 0]);
    let paged = admin.session().movies().tagged("drama");
    let page = paged.clone().page(first(1)).await?;
    let next = page.next.clone().expect("there is another one");
    let second = paged.page(first(1).after(next)).await?;
    assert_eq!((page[0].name.as_str(), second[0].name.as_str()), ("a", "b"));
    Ok(())
}

async fn what_breaks_a_rule_is_refused(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    let limits = world.youku.policy().descriptions.clone();
    let text = |chars| Some("电".repeat(chars));
    let said = MovieDescription::default();
    for (field, broken) in [
        (
            "title",
            MovieDescription {
                title: text(limits.title_chars + 1),
                ..said.clone()
            },
        ),
        (
            "description",
            MovieDescription {
                description: text(limits.description_chars + 1),
                ..said.clone()
            },
        ),
        (
            "data",
            MovieDescription {
                data: Some(json!("x".repeat(limits.data_bytes))),
                ..said.clone()
            },
        ),
        ("tags", tags(&vec!["x"; limits.tags + 1])),
        ("tags", tags(&[""])),
        ("tags", tags(&[&"x".repeat(limits.tag_chars + 1)])),
    ] {
        assert_eq!(bad_field(admin.describe(movie, broken).await), Some(field));
    }
    let mut large = PNG.to_vec();
    large.resize(limits.poster_bytes + 1, 0);
    for (image, rule) in [
        (&large[..], Rule::Bytes(limits.poster_bytes)),
        (b"<svg/>", Rule::Image),
    ] {
        let error = admin
            .set_poster(movie, image)
            .await
            .expect_err("it breaks a rule");
        assert_eq!((error.field(), error.rule()), (Some("poster"), Some(&rule)));
    }
    large.pop();
    admin.set_poster(movie, &large).await?;
    admin
        .describe(
            movie,
            MovieDescription {
                title: text(limits.title_chars),
                ..said
            },
        )
        .await?;
    Ok(())
}

async fn description_needs_an_administrator_and_a_movie(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    let missing = MovieId::new(99);
    assert_eq!(
        refused(admin.describe(missing, tags(&["x"])).await),
        Code::NotFound
    );
    assert_eq!(
        refused(admin.set_poster(missing, PNG).await),
        Code::NotFound
    );
    assert_eq!(
        refused(admin.session().movie_details(missing).await),
        Code::NotFound
    );
    assert_eq!(
        refused(admin.session().poster(missing).await),
        Code::NotFound
    );
    admin.delete(movie).await?;
    // An administrator prepares a movie before it is restored; a user does not see it.
    admin.describe(movie, tags(&["x"])).await?;
    assert_eq!(
        refused(admin.session().movie_details(movie).await),
        Code::NotFound
    );
    assert_eq!(refused(admin.session().poster(movie).await), Code::NotFound);
    admin.session().logout().await?;
    assert_eq!(
        refused(admin.describe(movie, tags(&["y"])).await),
        Code::Unauthenticated
    );
    assert_eq!(
        refused(admin.set_poster(movie, PNG).await),
        Code::Unauthenticated
    );
    Ok(())
}

async fn movie_of_an_earlier_version_has_the_type_of_its_name(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "a.mkv", b"abc").await?.id;
    world.execute("DELETE FROM movie_detail").await?;
    let details = admin.session().movie_details(movie).await?;
    assert_eq!(details.media_type, "video/x-matroska");
    let details = admin.describe(movie, tags(&["x"])).await?;
    assert_eq!(
        (details.media_type.as_str(), details.tags.len()),
        ("video/x-matroska", 1)
    );
    Ok(())
}

async fn bytes_say_what_a_movie_is(stored: Stored) -> Result {
    let world = stored.world;
    let admin = world.admin().await?;
    let mut content = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41".to_vec();
    content.extend(bytes(1, 100_000));
    let mut resumable = match admin.open_upload(new_movie("a.avi", &content)).await? {
        youku_core::Begin::Open(upload) => upload,
        youku_core::Begin::Exists(_) => unreachable!("it is new"),
    };
    let chunk = youku_core::Chunk {
        offset: 0,
        length: content.len() as u64,
        sha256: None,
    };
    resumable.write_chunk(&chunk, &content[..]).await?;
    let movie = resumable.finish(None).await?.movie;
    assert_eq!(
        admin.session().movie_details(movie.id).await?.media_type,
        "video/mp4"
    );
    // The name does not matter, and a movie that is uploaded again keeps what was said about it.
    admin.describe(movie.id, tags(&["x"])).await?;
    admin.delete(movie.id).await?;
    let mut again = open(&admin, new_movie("a.mkv", &content)).await?;
    again.copy_from(&content[..]).await?;
    assert_eq!(again.finish().await?.movie.id, movie.id);
    let details = admin.session().movie_details(movie.id).await?;
    assert_eq!(
        (details.media_type.as_str(), details.tags.len()),
        ("video/mp4", 1)
    );
    let unknown = upload(&admin, "b", b"no signature").await?;
    let details = admin.session().movie_details(unknown.id).await?;
    assert_eq!(details.media_type, "application/octet-stream");
    Ok(())
}
