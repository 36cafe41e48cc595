//! Charges that two servers settle at once: the money is taken once, and the purchase is granted once.

use youku_core::{Code, Item, Membership, Policy, Session, Timestamp};
use youku_tests::{Result, TestDatabase, both_databases};

use super::{Watched, on_mysql};
use crate::bank::{Bank, Mood};
use crate::world::{World, charged, finish, policy, refused};

both_databases![
    charge_that_another_server_settles_first_is_given_once,
    charge_that_another_server_was_refused_is_not_given,
    charge_that_another_server_has_paid_stays_paid,
    renewal_taken_up_by_another_server_is_a_separate_one,
];

const PRICE: u64 = 2500;

/// A service with a bank that two servers call, and a user as each of the servers sees them.
struct Paid {
    bank: Bank,
    world: World,
    watched: Watched,
    own: Session,
    others: Session,
}

impl Paid {
    async fn new(database: &TestDatabase) -> Result<Self> {
        let priced = Policy {
            membership_price_fen: PRICE,
            ..policy()
        };
        let bank = Bank::new();
        let world = World::with_payments(database, priced.clone(), bank.clone()).await;
        let watched = Watched::with_policy(&world, priced).await?;
        let others = world.user("neo").await?;
        let own = watched.session(&others).await?;
        Ok(Self {
            bank,
            world,
            watched,
            own,
            others,
        })
    }

    /// The other server renews with the same key after that many reads of payments.
    fn renews_after(&self, passed: usize) {
        let others = self.others.clone();
        let same = async move {
            // Its own result does not matter here.
            let _ = others.renew_membership_once("1", PRICE).await;
            Ok(())
        };
        self.watched
            .after_more(passed, "SELECT", "FROM `payment`", same);
    }

    async fn is_given_once(&self, paid: Membership) -> Result {
        self.watched.acted()?;
        assert_eq!(self.others.renew_membership_once("1", PRICE).await?, paid);
        assert_eq!(self.world.rows("membership").await?, 1);
        assert_eq!(self.world.rows("payment").await?, 1);
        assert_eq!(self.bank.taken(), PRICE);
        Ok(())
    }

    async fn states(&self, state: &str) -> Result<u64> {
        let states = format!("SELECT COUNT(*) FROM `payment` WHERE `state` = '{state}'");
        self.world.number(states).await
    }
}

/// Between the first read of the bill, after which the provider is asked, and the transaction that records its answer.
async fn charge_that_another_server_settles_first_is_given_once(database: TestDatabase) -> Result {
    let paid = Paid::new(&database).await?;
    paid.renews_after(1);
    let membership = paid.own.renew_membership_once("1", PRICE).await?;
    paid.is_given_once(membership).await
}

#[test]
fn bill_is_written_by_one_of_two() {
    on_mysql(async |database: TestDatabase| {
        let paid = Paid::new(&database).await?;
        paid.renews_after(0);
        let membership = paid.own.renew_membership_once("1", PRICE).await?;
        paid.is_given_once(membership).await
    });
}

#[test]
fn charge_is_settled_by_one_of_two() {
    on_mysql(async |database: TestDatabase| {
        let paid = Paid::new(&database).await?;
        paid.renews_after(2);
        let membership = paid.own.renew_membership_once("1", PRICE).await?;
        paid.is_given_once(membership).await
    });
}

async fn charge_that_another_server_was_refused_is_not_given(database: TestDatabase) -> Result {
    let paid = Paid::new(&database).await?;
    paid.bank.feel([Mood::Decline, Mood::Accept]);
    paid.renews_after(1);
    // A provider that contradicts its earlier answer.
    let renewed = paid.own.renew_membership_once("1", PRICE).await;
    paid.watched.acted()?;
    assert_eq!(refused(renewed), Code::Internal);
    assert_eq!(paid.world.rows("membership").await?, 0);
    assert_eq!(paid.states("declined").await?, 1);
    Ok(())
}

async fn charge_that_another_server_has_paid_stays_paid(database: TestDatabase) -> Result {
    let paid = Paid::new(&database).await?;
    paid.bank.feel([Mood::Accept, Mood::Decline]);
    paid.renews_after(1);
    let renewed = paid.own.renew_membership_once("1", PRICE).await;
    paid.watched.acted()?;
    assert_eq!(refused(renewed), Code::PaymentDeclined);
    assert_eq!(paid.world.rows("membership").await?, 1);
    assert_eq!(paid.states("paid").await?, 1);
    Ok(())
}

/// The provider answers the two servers differently, and the other server records its answer after this one's second read.
#[test]
fn answer_that_came_first_stays() {
    for (own, others, code) in [
        (Mood::Decline, Mood::Accept, Code::PaymentDeclined),
        (Mood::Accept, Mood::Decline, Code::Internal),
    ] {
        on_mysql(async |database: TestDatabase| {
            let paid = Paid::new(&database).await?;
            paid.bank.feel([own, others]);
            paid.renews_after(2);
            let renewed = paid.own.renew_membership_once("1", PRICE).await;
            paid.watched.acted()?;
            assert_eq!(refused(renewed), code);
            let is_paid = u64::from(others == Mood::Accept);
            assert_eq!(paid.states("paid").await?, is_paid, "{others:?}");
            assert_eq!(paid.states("declined").await?, 1 - is_paid, "{others:?}");
            assert_eq!(paid.world.rows("membership").await?, is_paid);
            Ok(())
        });
    }
}

async fn renewal_taken_up_by_another_server_is_a_separate_one(database: TestDatabase) -> Result {
    let paid = Paid::new(&database).await?;
    let others = paid.others.clone();
    paid.watched
        .after_more(1, "SELECT", "FROM `payment`", async move {
            others.renew_membership(PRICE).await?;
            Ok(())
        });
    paid.own.renew_membership(PRICE).await?;
    paid.watched.acted()?;
    assert_eq!(paid.world.rows("membership").await?, 2);
    assert_eq!(paid.bank.taken(), 2 * PRICE);
    Ok(())
}

#[test]
fn two_renewals_at_once_both_count() {
    on_mysql(async |database: TestDatabase| {
        let paid = Paid::new(&database).await?;
        let mut last: Option<Timestamp> = None;
        // Without a previous membership, and with one.
        for _ in 0..2 {
            let others = paid.others.clone();
            paid.watched.after("SELECT", "FROM `user`", async move {
                others.renew_membership(PRICE).await?;
                Ok(())
            });
            let until = paid
                .own
                .renew_membership_once(&format!("{last:?}"), PRICE)
                .await?;
            paid.watched.acted()?;
            let begin = last.unwrap_or_else(|| youku_core::Clock::now(&paid.world.clock));
            let periods = until.until.duration_since(begin).as_secs() / (30 * 86_400);
            assert_eq!(periods, 2);
            last = Some(until.until);
        }
        assert_eq!(paid.world.rows("membership").await?, 4);
        assert_eq!(paid.bank.taken(), 4 * PRICE);
        Ok(())
    });
}

#[test]
fn movie_is_billed_by_one_of_two() {
    on_mysql(async |database: TestDatabase| {
        let paid = Paid::new(&database).await?;
        let admin = paid.world.admin().await?;
        let movie = finish(&admin, charged("a", b"abc"), b"abc").await?.movie.id;
        let others = paid.others.clone();
        paid.watched.after("SELECT", "FROM `payment`", async move {
            assert_eq!(
                others.download(movie).at_most(1000).open().await?.price_fen,
                1000
            );
            Ok(())
        });
        let download = paid.own.download(movie).at_most(1000).open().await?;
        assert_eq!(download.price_fen, 0);
        paid.watched.acted()?;
        assert_eq!((paid.bank.taken(), paid.bank.calls().len()), (1000, 1));
        assert_eq!(paid.bank.calls()[0].item, Item::Movie(movie));
        assert_eq!(paid.world.rows("payment").await?, 1);
        assert_eq!(paid.world.rows("purchase").await?, 1);
        Ok(())
    });
}
