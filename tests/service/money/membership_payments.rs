//! Paying for memberships: each period once, and a retry never twice.

use youku_core::{Code, Item, Policy};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::bank::{Bank, Mood};
use crate::faults::races::at_once;
use crate::world::{World, bad_field, policy, refused};

const PRICE: u64 = 2500;

both_databases![
    period_is_charged_at_the_price_of_the_policy,
    declined_renewal_gives_nothing,
    renewal_whose_reply_was_lost_is_granted_by_the_next_one,
    renewal_with_a_key_happens_once,
    simultaneous_renewals_are_distinguished_by_their_keys,
    declined_key_can_be_tried_again,
    key_belongs_to_one_user,
    key_has_1_to_255_characters,
];

fn priced() -> Policy {
    Policy {
        membership_price_fen: PRICE,
        ..policy()
    }
}

async fn paid(bank: &Bank, database: &TestDatabase) -> World {
    World::with_payments(database, priced(), bank.clone()).await
}

async fn period_is_charged_at_the_price_of_the_policy(database: TestDatabase) -> Result {
    let bank = Bank::new();
    let world = paid(&bank, &database).await;
    let session = world.user("neo").await?;
    let first = session.renew_membership(PRICE).await?;
    let second = session.renew_membership(PRICE).await?;
    assert_eq!((first.price_fen, second.price_fen), (PRICE, PRICE));
    assert!(second.until > first.until);
    let calls = bank.calls();
    assert_ne!(calls[0].key, calls[1].key);
    for call in calls {
        assert_eq!(
            (call.user, call.item, call.amount_fen),
            (session.user_id(), Item::Membership, PRICE)
        );
    }
    Ok(())
}

async fn declined_renewal_gives_nothing(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::Decline]);
    let world = paid(&bank, &database).await;
    let session = world.user("neo").await?;
    assert_eq!(
        refused(session.renew_membership(PRICE).await),
        Code::PaymentDeclined
    );
    assert!(!session.is_vip());
    assert!(!world.youku.session(session.token()).await?.is_vip());
    assert_eq!(world.rows("membership").await?, 0);
    session.renew_membership(PRICE).await?;
    assert!(session.is_vip());
    Ok(())
}

async fn renewal_whose_reply_was_lost_is_granted_by_the_next_one(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::LoseReply]);
    let world = paid(&bank, &database).await;
    let session = world.user("neo").await?;
    assert_eq!(
        refused(session.renew_membership(PRICE).await),
        Code::Unavailable
    );
    session.renew_membership(PRICE).await?;
    assert_eq!((bank.taken(), bank.calls().len()), (PRICE, 2));
    assert_eq!(world.rows("membership").await?, 1);
    session.renew_membership(PRICE).await?;
    assert_eq!((bank.taken(), bank.calls().len()), (2 * PRICE, 3));
    assert_eq!(world.rows("membership").await?, 2);
    Ok(())
}

async fn renewal_with_a_key_happens_once(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::LoseReply]);
    let world = paid(&bank, &database).await;
    let session = world.user("neo").await?;
    assert_eq!(
        refused(session.renew_membership_once("may", PRICE).await),
        Code::Unavailable
    );
    let first = session.renew_membership_once("may", PRICE).await?;
    let elsewhere = world
        .reopen(priced())
        .await
        .session(session.token())
        .await?;
    assert_eq!(elsewhere.renew_membership_once("may", PRICE).await?, first);
    assert_eq!((bank.taken(), bank.calls().len()), (PRICE, 2));
    let second = session.renew_membership_once("june", PRICE).await?;
    assert!(second.until > first.until);
    assert_eq!(session.renew_membership_once("may", PRICE).await?, first);
    assert_eq!(world.rows("membership").await?, 2);
    let fresh = world.youku.session(session.token()).await?;
    assert_eq!(fresh.member_until(), Some(second.until));
    assert_eq!(session.member_until(), Some(second.until));
    Ok(())
}

async fn simultaneous_renewals_are_distinguished_by_their_keys(database: TestDatabase) -> Result {
    let bank = Bank::new();
    let world = paid(&bank, &database).await;
    let session = world.user("neo").await?;
    let elsewhere = world
        .reopen(priced())
        .await
        .session(session.token())
        .await?;
    let answers = at_once(12, |number| {
        let session = [&session, &elsewhere][number % 2].clone();
        let key = format!("key {}", number % 3);
        async move { session.renew_membership_once(&key, PRICE).await }
    })
    .await?;
    let mut ends = Vec::new();
    for answer in answers {
        ends.push(answer?.until);
    }
    ends.sort();
    ends.dedup();
    assert_eq!((ends.len(), bank.taken()), (3, 3 * PRICE));
    assert_eq!(world.rows("membership").await?, 3);
    let fresh = world.youku.session(session.token()).await?;
    assert_eq!(fresh.member_until(), ends.last().copied());
    Ok(())
}

async fn declined_key_can_be_tried_again(database: TestDatabase) -> Result {
    let bank = Bank::new();
    bank.feel([Mood::Decline]);
    let world = paid(&bank, &database).await;
    let session = world.user("neo").await?;
    assert_eq!(
        refused(session.renew_membership_once("may", PRICE).await),
        Code::PaymentDeclined
    );
    session.renew_membership_once("may", PRICE).await?;
    session.renew_membership_once("may", PRICE).await?;
    assert_eq!((bank.taken(), world.rows("membership").await?), (PRICE, 1));
    Ok(())
}

async fn key_belongs_to_one_user(database: TestDatabase) -> Result {
    let bank = Bank::new();
    let world = paid(&bank, &database).await;
    for name in ["neo", "trinity"] {
        let session = world.user(name).await?;
        session.renew_membership_once("may", PRICE).await?;
        assert!(world.youku.session(session.token()).await?.is_vip());
    }
    assert_eq!(bank.taken(), 2 * PRICE);
    Ok(())
}

async fn key_has_1_to_255_characters(world: World) -> Result {
    let session = world.user("neo").await?;
    for key in [String::new(), "电".repeat(256)] {
        let answer = session.renew_membership_once(&key, PRICE).await;
        assert_eq!(bad_field(answer), Some("key"));
    }
    session
        .renew_membership_once(&"电".repeat(255), PRICE)
        .await?;
    Ok(())
}
