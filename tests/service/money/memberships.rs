//! Buying a membership.

use youku_core::Policy;
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{DAY, HOUR, World, policy};

both_databases![
    membership_runs_for_its_period,
    renewal_extends_a_running_membership,
    price_and_period_are_the_policy,
    membership_belongs_to_one_user,
];

async fn membership_runs_for_its_period(world: World) -> Result {
    let session = world.user("neo").await?;
    assert!(!session.is_vip());
    let bought = session.renew_membership(0).await?;
    assert!(session.is_vip());
    assert_eq!(session.member_until(), Some(bought.until));
    for _ in 0..30 {
        assert!(world.youku.session(session.token()).await?.is_vip());
        world.clock.advance(DAY - HOUR);
    }
    world.clock.advance(30 * HOUR);
    assert!(!session.is_vip());
    let session = world.youku.login(crate::world::credentials("neo")).await?;
    assert!(!session.is_vip());
    assert_eq!(session.member_until(), Some(bought.until));
    Ok(())
}

async fn renewal_extends_a_running_membership(world: World) -> Result {
    let session = world.user("neo").await?;
    let first = session.renew_membership(0).await?;
    world.clock.advance(HOUR);
    let second = session.renew_membership(0).await?;
    assert_eq!(
        second.until.duration_since(first.until).as_secs(),
        30 * 86_400
    );
    let mut rested = world
        .another_node()
        .await
        .login(crate::world::credentials("neo"))
        .await?;
    for _ in 0..70 {
        world.clock.advance(DAY);
        rested = world.youku.login(crate::world::credentials("neo")).await?;
    }
    assert!(!rested.is_vip());
    let third = rested.renew_membership(0).await?;
    assert!(third.until.duration_since(second.until).as_secs() > 30 * 86_400);
    assert_eq!(world.rows("membership").await?, 3);
    Ok(())
}

async fn price_and_period_are_the_policy(database: TestDatabase) -> Result {
    let yearly = Policy {
        membership_price_fen: 19_800,
        membership_period: 365 * DAY,
        ..policy()
    };
    let world = World::with_policy(&database, yearly).await;
    let session = world.user("neo").await?;
    let bought = session.renew_membership(19_800).await?;
    assert_eq!(bought.price_fen, 19_800);
    assert_eq!(
        world
            .number("SELECT SUM(`price_fen`) FROM `membership`")
            .await?,
        19_800
    );
    Ok(())
}

async fn membership_belongs_to_one_user(world: World) -> Result {
    let neo = world.user("neo").await?;
    let trinity = world.user("trinity").await?;
    neo.renew_membership(0).await?;
    assert!(!world.youku.session(trinity.token()).await?.is_vip());
    Ok(())
}
