//! Lists of movies, deleting and restoring.

use youku_core::{Code, Kind, MovieId, MovieView, Sort, first};
use youku_tests::{Result, both_databases};

use crate::world::{World, bad_field, bytes, charged, finish, new_movie, refused, upload};

fn names(movies: &[MovieView]) -> Vec<&str> {
    movies.iter().map(|movie| movie.name.as_str()).collect()
}

both_databases![
    list_is_in_order_of_upload_and_can_be_filtered,
    search_ignores_case_and_composition,
    deleted_movie_is_hidden_at_once_and_can_be_restored,
    missing_movies_are_neither_deleted_nor_restored,
];

async fn list_is_in_order_of_upload_and_can_be_filtered(world: World) -> Result {
    let admin = world.admin().await?;
    for (seed, name) in ["The Matrix", "Memento", "Matrix Reloaded"]
        .into_iter()
        .enumerate()
    {
        let content = bytes(seed as u8, 10);
        let new = if seed == 1 {
            charged(name, &content)
        } else {
            new_movie(name, &content)
        };
        finish(&admin, new, &content).await?;
    }
    let session = world.user("neo").await?;
    let all = session.movies().page(first(50)).await?;
    assert_eq!(names(&all), ["The Matrix", "Memento", "Matrix Reloaded"]);
    assert!(all.is_sorted_by_key(|movie| movie.id));
    let newest = session.movies().sort(Sort::Newest).page(first(50)).await?;
    assert_eq!(names(&newest), ["Matrix Reloaded", "Memento", "The Matrix"]);
    let free = session.movies().kind(Kind::Free).page(first(50)).await?;
    assert_eq!(names(&free), ["The Matrix", "Matrix Reloaded"]);
    let charged = session.movies().kind(Kind::Charged).page(first(50)).await?;
    assert_eq!(names(&charged), ["Memento"]);
    let found = session
        .movies()
        .matching("MATRIX")
        .kind(Kind::Free)
        .page(first(50))
        .await?;
    assert_eq!(names(&found), ["The Matrix", "Matrix Reloaded"]);
    assert!(
        session
            .movies()
            .matching("%")
            .page(first(50))
            .await?
            .is_empty()
    );
    assert!(
        session
            .movies()
            .matching("_")
            .page(first(50))
            .await?
            .is_empty()
    );
    assert_eq!(
        session.movies().matching(" ").page(first(50)).await?.len(),
        3
    );
    Ok(())
}

async fn search_ignores_case_and_composition(world: World) -> Result {
    let admin = world.admin().await?;
    for (seed, name) in ["Am\u{e9}lie", "Die Blechtrommel: Große Straße", "黑客帝国"]
        .iter()
        .enumerate()
    {
        upload(&admin, name, &bytes(seed as u8, 10)).await?;
    }
    let movies = || admin.session().movies();
    assert_eq!(
        movies()
            .matching("AME\u{301}LIE")
            .page(first(50))
            .await?
            .len(),
        1
    );
    assert_eq!(movies().matching("strasse").page(first(50)).await?.len(), 1);
    assert_eq!(movies().matching("客帝").page(first(50)).await?.len(), 1);
    assert_eq!(
        movies()
            .matching("'; DROP TABLE movie; --")
            .page(first(50))
            .await?
            .len(),
        0
    );
    let long = movies().matching(&"x".repeat(401)).page(first(50)).await;
    assert_eq!(bad_field(long), Some("matching"));
    Ok(())
}

async fn deleted_movie_is_hidden_at_once_and_can_be_restored(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    let session = world.user("neo").await?;
    assert_eq!(admin.delete(movie.id).await?, movie);
    assert!(session.movies().page(first(50)).await?.is_empty());
    assert_eq!(
        refused(session.download(movie.id).open().await),
        Code::NotFound
    );
    assert_eq!(
        admin.deleted_movies().page(first(9)).await?.entries,
        std::slice::from_ref(&movie)
    );
    assert_eq!(world.objects().len(), 1);
    assert_eq!(admin.restore(movie.id).await?, movie);
    assert_eq!(
        session.movies().page(first(50)).await?.entries,
        std::slice::from_ref(&movie)
    );
    assert!(admin.deleted_movies().page(first(9)).await?.is_empty());
    session.download(movie.id).at_most(1000).open().await?;
    Ok(())
}

async fn missing_movies_are_neither_deleted_nor_restored(world: World) -> Result {
    let admin = world.admin().await?;
    let movie = upload(&admin, "matrix.mp4", b"There is no spoon").await?;
    for nobody in [0, 999, u64::MAX] {
        let nobody = MovieId::new(nobody);
        assert_eq!(refused(admin.delete(nobody).await), Code::NotFound);
        assert_eq!(refused(admin.restore(nobody).await), Code::NotFound);
        assert_eq!(
            refused(admin.session().download(nobody).open().await),
            Code::NotFound
        );
    }
    admin.delete(movie.id).await?;
    assert_eq!(refused(admin.delete(movie.id).await), Code::NotFound);
    admin.restore(movie.id).await?;
    assert_eq!(admin.restore(movie.id).await?, movie);
    Ok(())
}
