//! A price is charged only if the caller has named it.

use std::time::Duration;

use youku_core::{Code, MovieId, Policy, Session};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::bank::{Bank, Mood};
use crate::world::{SECOND, World, charged, finish, policy, refused, upload};

both_databases![
    download_charges_no_more_than_was_named,
    renewal_charges_no_more_than_was_named,
    what_is_paid_needs_no_price,
    pending_bill_above_the_named_price_is_not_asked_for,
    quote_says_what_this_user_would_pay,
    quote_changes_nothing,
    quote_knows_the_wait_that_has_begun,
];

const PRICE: u64 = 2500;

async fn paid(database: &TestDatabase) -> Result<(Bank, World, Session, MovieId)> {
    let bank = Bank::new();
    let priced = Policy {
        membership_price_fen: PRICE,
        ..policy()
    };
    let world = World::with_payments(database, priced, bank.clone()).await;
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("matrix.mp4", b"abc"), b"abc").await?;
    let neo = world.user("neo").await?;
    Ok((bank, world, neo, movie.movie.id))
}

/// That nothing was charged or written, and what the price would be.
fn is_refused<T>(answer: youku_core::Result<T>, price_fen: u64) {
    let Err(error) = answer else {
        panic!("it was charged")
    };
    assert_eq!(
        (error.code(), error.price()),
        (Code::PriceChanged, Some(price_fen))
    );
    assert!(!error.is_retryable());
}

async fn download_charges_no_more_than_was_named(database: TestDatabase) -> Result {
    let (bank, world, neo, movie) = paid(&database).await?;
    is_refused(neo.download(movie).open().await, 1000);
    is_refused(neo.download(movie).at_most(999).open().await, 1000);
    assert_eq!((bank.calls().len(), world.rows("payment").await?), (0, 0));
    assert_eq!(world.rows("download_wait").await?, 0);
    let download = neo.download(movie).at_most(5000).open().await?;
    assert_eq!((download.price_fen, bank.taken()), (1000, 1000));
    Ok(())
}

async fn renewal_charges_no_more_than_was_named(database: TestDatabase) -> Result {
    let (bank, world, neo, _) = paid(&database).await?;
    is_refused(neo.renew_membership(0).await, PRICE);
    is_refused(neo.renew_membership_once("may", PRICE - 1).await, PRICE);
    assert_eq!((bank.calls().len(), world.rows("payment").await?), (0, 0));
    assert_eq!(
        neo.renew_membership_once("may", PRICE).await?.price_fen,
        PRICE
    );
    assert_eq!(bank.taken(), PRICE);
    Ok(())
}

async fn what_is_paid_needs_no_price(database: TestDatabase) -> Result {
    let (bank, _world, neo, movie) = paid(&database).await?;
    neo.download(movie).at_most(1000).open().await?;
    assert_eq!(neo.download(movie).open().await?.price_fen, 0);
    let first = neo.renew_membership_once("may", PRICE).await?;
    assert_eq!(neo.renew_membership_once("may", 0).await?, first);
    assert_eq!(bank.taken(), 1000 + PRICE);
    Ok(())
}

async fn pending_bill_above_the_named_price_is_not_asked_for(database: TestDatabase) -> Result {
    let (bank, _world, neo, movie) = paid(&database).await?;
    bank.feel([Mood::Down, Mood::Down]);
    let answer = neo.download(movie).at_most(1000).open().await;
    assert_eq!(refused(answer), Code::Unavailable);
    assert_eq!(
        refused(neo.renew_membership(PRICE).await),
        Code::Unavailable
    );
    is_refused(neo.download(movie).at_most(500).open().await, 1000);
    is_refused(neo.renew_membership(PRICE - 1).await, PRICE);
    assert_eq!((bank.calls().len(), bank.taken()), (2, 0));
    Ok(())
}

async fn quote_says_what_this_user_would_pay(world: World) -> Result {
    let admin = world.admin().await?;
    let dear = finish(&admin, charged("dear.mp4", b"abc"), b"abc").await?;
    let free = upload(&admin, "free.mp4", b"abcd").await?;
    let neo = world.user("neo").await?;
    let dear = dear.movie.id;
    let quote = neo.movie(dear).await?;
    assert_eq!((quote.price_fen, quote.is_owned), (1000, false));
    assert_eq!((quote.movie.id, &*quote.movie.name), (dear, "dear.mp4"));
    assert_eq!(quote.wait, 30 * SECOND);
    let quote = neo.movie(free.id).await?;
    assert_eq!((quote.price_fen, quote.is_owned), (0, false));
    neo.renew_membership(0).await?;
    let quote = neo.movie(dear).await?;
    assert_eq!((quote.price_fen, quote.wait), (500, Duration::ZERO));
    neo.download(dear).at_most(quote.price_fen).open().await?;
    let quote = neo.movie(dear).await?;
    assert_eq!((quote.price_fen, quote.is_owned), (0, true));
    admin.delete(dear).await?;
    assert_eq!(refused(neo.movie(dear).await), Code::NotFound);
    neo.logout().await?;
    assert_eq!(refused(neo.movie(free.id).await), Code::Unauthenticated);
    Ok(())
}

async fn quote_changes_nothing(database: TestDatabase) -> Result {
    let (bank, world, neo, movie) = paid(&database).await?;
    for _ in 0..3 {
        neo.movie(movie).await?;
    }
    for table in ["payment", "purchase", "download_wait", "download_record"] {
        assert_eq!(world.rows(table).await?, 0, "{table}");
    }
    assert_eq!(bank.calls(), []);
    Ok(())
}

async fn quote_knows_the_wait_that_has_begun(world: World) -> Result {
    let movie = upload(&world.admin().await?, "matrix.mp4", b"abc")
        .await?
        .id;
    let neo = world.user("neo").await?;
    let download = neo.download(movie).open().await?;
    world.clock.advance(20 * SECOND);
    assert_eq!(neo.movie(movie).await?.wait, 10 * SECOND);
    world.clock.advance(20 * SECOND);
    assert_eq!(neo.movie(movie).await?.wait, Duration::ZERO);
    download.body().await?;
    assert_eq!(neo.movie(movie).await?.wait, 30 * SECOND);
    Ok(())
}
