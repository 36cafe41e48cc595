//! The list of a user's purchases.

use youku_core::{Purchase, first};
use youku_tests::{Result, both_databases};

use crate::world::{SECOND, World, bytes, charged, finish, upload};

both_databases![purchases_are_listed_by_pages_newest_first];

fn summary(purchases: &[Purchase]) -> Vec<(&str, u64)> {
    let summary = purchases.iter();
    summary
        .map(|purchase| (purchase.movie_name.as_str(), purchase.price_fen))
        .collect()
}

async fn purchases_are_listed_by_pages_newest_first(world: World) -> Result {
    let admin = world.admin().await?;
    let mut movies = Vec::new();
    for (seed, name) in ["a", "b", "c"].into_iter().enumerate() {
        let content = bytes(seed as u8, 10);
        movies.push(
            finish(&admin, charged(name, &content), &content)
                .await?
                .movie,
        );
    }
    let free = upload(&admin, "free", b"free").await?;
    let (neo, trinity) = (world.user("neo").await?, world.user("trinity").await?);
    assert!(neo.purchases(first(9)).await?.is_empty());
    neo.download(free.id).open().await?;
    for movie in &movies[..2] {
        neo.download(movie.id).at_most(1000).open().await?;
        trinity.download(movie.id).at_most(1000).open().await?;
        world.clock.advance(SECOND);
    }
    neo.renew_membership(0).await?;
    neo.download(movies[2].id).at_most(1000).open().await?;
    admin.delete(movies[0].id).await?;
    let page = neo.purchases(first(2)).await?;
    assert_eq!(summary(&page), [("c", 500), ("b", 1000)]);
    assert_eq!(page[0].movie_id, movies[2].id);
    assert!(page[0].paid_at > page[1].paid_at);
    let rest = neo
        .purchases(first(2).after(page.next.ok_or("a rest")?))
        .await?;
    assert_eq!(summary(&rest), [("a", 1000)]);
    assert_eq!(rest.next, None);
    assert_eq!(trinity.purchases(first(9)).await?.len(), 2);
    Ok(())
}
