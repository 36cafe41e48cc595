//! Paying for a movie: exactly once, whatever the provider, the network or the caller does.

use std::time::Duration;

use youku_core::{Code, Download, Error, Item, MovieId, Policy, Session};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::bank::{Bank, Mood};
use crate::faults::races::at_once;
use crate::world::{World, charged, finish, policy, refused};

both_databases![
    provider_is_asked_once_for_a_movie,
    declined_charge_costs_nothing_and_can_be_tried_again,
    lost_reply_is_settled_by_the_retry_under_the_same_key,
    provider_that_is_down_is_asked_again_under_the_same_key,
    retry_costs_what_the_first_attempt_did,
    provider_that_hangs_times_out,
    provider_is_asked_once_by_each_program_however_many_buy_at_once,
    caller_who_goes_away_has_paid_and_owns_the_movie,
    nothing_to_pay_is_not_charged,
    other_users_are_served_while_the_provider_is_slow,
];

async fn movie(world: &World) -> Result<MovieId> {
    let admin = world.admin().await?;
    let movie = finish(&admin, charged("matrix.mp4", b"abc"), b"abc").await?;
    Ok(movie.movie.id)
}

async fn open(session: &Session, movie: MovieId) -> std::result::Result<Download, Error> {
    session.download(movie).at_most(1000).open().await
}

async fn provider_is_asked_once_for_a_movie(database: TestDatabase) -> Result {
    let bank = Bank::new();
    let world = bank.world(&database).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    assert_eq!(open(&session, movie).await?.price_fen, 1000);
    assert_eq!(open(&session, movie).await?.price_fen, 0);
    let calls = bank.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].user, calls[0].item, calls[0].amount_fen),
        (session.user_id(), Item::Movie(movie), 1000)
    );
    assert_eq!(calls[0].key.len(), 32);
    Ok(())
}

async fn declined_charge_costs_nothing_and_can_be_tried_again(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::Decline, Mood::Decline]);
    let world = bank.world(&database).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    for _ in 0..2 {
        let error = open(&session, movie).await.expect_err("it is declined");
        assert_eq!(error.code(), Code::PaymentDeclined);
        assert!(!error.is_retryable());
    }
    assert_eq!((bank.taken(), world.rows("purchase").await?), (0, 0));
    assert_eq!(open(&session, movie).await?.price_fen, 1000);
    let mut keys: Vec<_> = bank.calls().into_iter().map(|call| call.key).collect();
    keys.dedup();
    assert_eq!(
        (keys.len(), bank.taken(), world.rows("payment").await?),
        (3, 1000, 3)
    );
    Ok(())
}

/// Buys after a first attempt in which the bank reacted with `mood`.
async fn retry_after(mood: Mood, database: &TestDatabase) -> Result<(Bank, World, Session)> {
    let bank = Bank::new();
    bank.feel([mood]);
    let world = bank.world(database).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    let error = open(&session, movie)
        .await
        .expect_err("the provider does not answer");
    assert_eq!(error.code(), Code::Unavailable);
    assert!(error.is_retryable());
    assert_eq!(world.rows("purchase").await?, 0);
    // Another program continues where this one was interrupted.
    let elsewhere = world.another_node().await.session(session.token()).await?;
    assert_eq!(open(&elsewhere, movie).await?.price_fen, 1000);
    let calls = bank.calls();
    assert_eq!(calls[0], calls[1]);
    assert_eq!(open(&session, movie).await?.price_fen, 0);
    assert_eq!((calls.len(), bank.taken()), (2, 1000));
    assert_eq!(
        (world.rows("purchase").await?, world.rows("payment").await?),
        (1, 1)
    );
    Ok((bank, world, session))
}

async fn lost_reply_is_settled_by_the_retry_under_the_same_key(database: TestDatabase) -> Result {
    retry_after(Mood::LoseReply, &database).await.map(drop)
}

async fn provider_that_is_down_is_asked_again_under_the_same_key(database: TestDatabase) -> Result {
    retry_after(Mood::Down, &database).await.map(drop)
}

async fn retry_costs_what_the_first_attempt_did(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::LoseReply]);
    let world = bank.world(&database).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    assert_eq!(refused(open(&session, movie).await), Code::Unavailable);
    // A member would pay less now, but this charge may have been taken already.
    session.renew_membership(0).await?;
    assert_eq!(open(&session, movie).await?.price_fen, 1000);
    assert_eq!(bank.taken(), 1000);
    Ok(())
}

async fn provider_that_hangs_times_out(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::Hang]);
    let hasty = Policy {
        payment_timeout: Duration::from_millis(50),
        ..policy()
    };
    let world = World::with_payments(&database, hasty, bank.clone()).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    assert_eq!(refused(open(&session, movie).await), Code::Unavailable);
    let patient = world.another_node().await.session(session.token()).await?;
    assert_eq!(open(&patient, movie).await?.price_fen, 1000);
    assert_eq!((bank.calls().len(), bank.taken()), (2, 1000));
    Ok(())
}

async fn provider_is_asked_once_by_each_program_however_many_buy_at_once(
    database: TestDatabase,
) -> Result {
    let bank = Bank::new();
    let world = bank.world(&database).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    let elsewhere = world.another_node().await.session(session.token()).await?;
    let answers = at_once(16, |number| {
        let session = [&session, &elsewhere][number % 2].clone();
        async move { open(&session, movie).await }
    })
    .await?;
    let mut charged = 0;
    for answer in answers {
        charged += answer?.price_fen;
    }
    assert_eq!((charged, bank.taken()), (1000, 1000));
    assert!((1..=2).contains(&bank.calls().len()));
    assert_eq!(
        (world.rows("purchase").await?, world.rows("payment").await?),
        (1, 1)
    );
    Ok(())
}

async fn caller_who_goes_away_has_paid_and_owns_the_movie(database: TestDatabase) -> Result {
    let bank = Bank::closed();
    let world = bank.world(&database).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    let buyer = session.clone();
    let buying = tokio::spawn(async move { open(&buyer, movie).await });
    bank.waiting(1).await;
    buying.abort();
    assert!(buying.await.is_err_and(|error| error.is_cancelled()));
    bank.let_in(1);
    // It waits for its turn, after the charge that continues in the background.
    assert_eq!(open(&session, movie).await?.price_fen, 0);
    assert_eq!((bank.calls().len(), bank.taken()), (1, 1000));
    assert_eq!(world.rows("purchase").await?, 1);
    Ok(())
}

async fn nothing_to_pay_is_not_charged(database: TestDatabase) -> Result {
    let bank = Bank::new();
    let gratis = Policy {
        price_fen: 0,
        ..policy()
    };
    let world = World::with_payments(&database, gratis, bank.clone()).await;
    let movie = movie(&world).await?;
    let session = world.user("neo").await?;
    assert_eq!(open(&session, movie).await?.price_fen, 0);
    session.renew_membership(0).await?;
    assert_eq!(bank.calls(), []);
    assert_eq!(
        (
            world.rows("purchase").await?,
            world.rows("membership").await?
        ),
        (1, 1)
    );
    Ok(())
}

/// No transaction is open while the provider is asked; otherwise other writers would wait for its lock.
async fn other_users_are_served_while_the_provider_is_slow(database: TestDatabase) -> Result {
    let bank = Bank::closed();
    let world = bank.world(&database).await;
    let movie = movie(&world).await?;
    let neo = world.user("neo").await?;
    let buyer = neo.clone();
    let buying = tokio::spawn(async move { open(&buyer, movie).await.map(|got| got.price_fen) });
    bank.waiting(1).await;
    let trinity = world.user("trinity").await?;
    trinity.renew_membership(0).await?;
    neo.renew_membership(0).await?;
    bank.let_in(1);
    assert_eq!(buying.await??, 1000);
    Ok(())
}
