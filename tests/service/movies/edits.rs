//! Changing the name of a movie and whether it is free or paid.

use youku_core::{Act, Admin, Code, Kind, MovieEdit, MovieId, first};
use youku_tests::{Result, both_databases};

use crate::world::{World, bad_field, refused, upload};

both_databases![
    name_and_kind_are_changed_and_audited,
    unchanged_values_are_not_audited,
    new_name_is_found_and_the_old_one_is_not,
    new_kind_counts_for_the_next_download,
    invalid_names_and_unknown_movies_are_refused,
    edit_needs_an_administrator,
    names_keep_what_persian_indic_and_han_texts_need,
];

async fn names_keep_what_persian_indic_and_han_texts_need(world: World) -> Result {
    let admin = world.admin().await?;
    let names = ["می\u{200c}خواهم.mp4", "葛\u{e0100}城.mp4", "क्\u{200d}ष.mp4"];
    for (number, kept) in names.into_iter().enumerate() {
        let movie = upload(&admin, kept, &[1, number as u8]).await?;
        assert_eq!(movie.name, kept);
        // It is found with and without them.
        let plain: String = kept
            .chars()
            .filter(|c| !"\u{200c}\u{200d}\u{e0100}".contains(*c))
            .collect();
        for text in [kept, &plain] {
            let found = admin
                .session()
                .movies()
                .matching(text)
                .page(first(9))
                .await?;
            assert_eq!((found.len(), found[0].id), (1, movie.id), "{text:?}");
        }
        let download = admin.session().download(movie.id).open().await?;
        assert_eq!(download.file_name, kept);
        let hidden = format!("\u{202e}{}\u{2066}\u{200b}", kept);
        let edited = admin.edit_movie(movie.id, name(&hidden)).await?;
        assert_eq!(edited.name, kept);
    }
    Ok(())
}

fn name(name: &str) -> MovieEdit {
    MovieEdit {
        name: Some(name.to_owned()),
        kind: None,
    }
}

fn kind(kind: Kind) -> MovieEdit {
    MovieEdit {
        name: None,
        kind: Some(kind),
    }
}

/// The recorded actions on movies, the last one first.
async fn acts(admin: &Admin) -> Result<Vec<Act>> {
    let entries = admin.audit(first(50)).await?;
    let of_movies = entries.iter().filter(|entry| entry.movie.is_some());
    Ok(of_movies.map(|entry| entry.act).collect())
}

async fn name_and_kind_are_changed_and_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    let edit = MovieEdit {
        name: Some("  The Matrix\n.mp4 ".to_owned()),
        kind: Some(Kind::Charged),
    };
    let edited = admin.edit_movie(movie.id, edit).await?;
    assert_eq!(
        (edited.name.as_str(), edited.kind),
        ("The Matrix.mp4", Kind::Charged)
    );
    let listed = admin.session().movies().page(first(9)).await?;
    assert_eq!(listed.entries, [edited]);
    admin.edit_movie(movie.id, kind(Kind::Free)).await?;
    assert_eq!(
        acts(&admin).await?,
        [
            Act::MovieMadeFree,
            Act::MovieMadeCharged,
            Act::MovieRenamed,
            Act::MovieUploaded
        ]
    );
    Ok(())
}

async fn unchanged_values_are_not_audited(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    for edit in [MovieEdit::default(), name("matrix.mp4"), kind(Kind::Free)] {
        assert_eq!(admin.edit_movie(movie.id, edit).await?, movie);
    }
    assert_eq!(acts(&admin).await?, [Act::MovieUploaded]);
    Ok(())
}

async fn new_name_is_found_and_the_old_one_is_not(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    admin.delete(movie.id).await?;
    admin.edit_movie(movie.id, name("MEMENTO.mp4")).await?;
    admin.restore(movie.id).await?;
    let found = |text| admin.session().movies().matching(text).page(first(9));
    assert!(found("matrix").await?.is_empty());
    assert_eq!(found("memento").await?.len(), 1);
    Ok(())
}

async fn new_kind_counts_for_the_next_download(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    let session = world.user("neo").await?;
    assert_eq!(session.download(movie.id).open().await?.price_fen, 0);
    admin.edit_movie(movie.id, kind(Kind::Charged)).await?;
    assert_eq!(
        session
            .download(movie.id)
            .at_most(1000)
            .open()
            .await?
            .price_fen,
        1000
    );
    admin.edit_movie(movie.id, kind(Kind::Free)).await?;
    assert_eq!(session.download(movie.id).open().await?.price_fen, 0);
    assert_eq!(session.purchases(first(9)).await?.len(), 1);
    Ok(())
}

async fn invalid_names_and_unknown_movies_are_refused(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    for bad in ["", " \n", &"x".repeat(401)] {
        let answer = admin.edit_movie(movie.id, name(bad)).await;
        assert_eq!(bad_field(answer), Some("name"));
    }
    let nobody = admin.edit_movie(MovieId::new(999), kind(Kind::Free)).await;
    assert_eq!(refused(nobody), Code::NotFound);
    Ok(())
}

async fn edit_needs_an_administrator(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"abc").await?;
    admin.session().logout().await?;
    let answer = admin.edit_movie(movie.id, kind(Kind::Charged)).await;
    assert_eq!(refused(answer), Code::Unauthenticated);
    Ok(())
}
