//! The sweep over a store that fails.

use futures_util::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt};
use youku_core::{Clock, Code, Hold, Policy};
use youku_tests::{Result, both_databases};

use super::store::{Call, Fault};
use super::{FAULTS, Shaky, listed};
use crate::world::{DAY, HOUR, bytes, credentials, policy, refused, upload};

both_databases![
    deleted_bytes_are_collected_when_the_store_works_again,
    sweep_of_a_failing_store_hides_and_removes_nothing,
    a_listing_while_the_numbers_are_compared_is_no_alarm,
    movies_are_verified_by_one_listing,
    the_store_is_listed_by_one_node_in_each_interval,
    unreadable_movie_does_not_stop_the_collection,
    object_that_cannot_be_removed_does_not_stop_the_others,
    incomplete_store_that_fails_removes_nothing,
    failing_store_does_not_stop_the_other_work,
    purge_that_fails_is_completed_by_a_round_that_is_held,
];

async fn deleted_bytes_are_collected_when_the_store_works_again(shaky: Shaky) -> Result {
    let world = &shaky.world;
    world.admin().await?;
    for (number, (fault, code)) in FAULTS.into_iter().enumerate() {
        let admin = world
            .youku
            .login(credentials("root"))
            .await?
            .admin()
            .await?;
        let movie = upload(&admin, "a", &bytes(number as u8, 1000)).await?;
        admin.delete(movie.id).await?;
        world.clock.advance(31 * DAY);
        shaky.store.fail(Call::Delete, fault);
        assert_eq!(refused(world.youku.sweep().await), code);
        // The sweep still removes what is not in the store.
        assert_eq!(world.rows("session").await?, 0);
        let admin = world
            .youku
            .login(credentials("root"))
            .await?
            .admin()
            .await?;
        assert_eq!(refused(admin.restore(movie.id).await), Code::NotFound);
        let left = u64::from(fault != Fault::LostReply);
        assert_eq!(shaky.objects().await? as u64, left);
        shaky.store.heal();
        assert_eq!(world.youku.sweep().await?.objects, left);
        assert_eq!(shaky.objects().await?, 0);
    }
    Ok(())
}

async fn sweep_of_a_failing_store_hides_and_removes_nothing(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    world.clock.advance(DAY / 2);
    for call in [Call::List, Call::Identity] {
        for (fault, code) in FAULTS {
            shaky.store.fail(call, fault);
            assert_eq!(
                refused(world.youku.sweep().await),
                code,
                "{call:?} {fault:?}"
            );
            let refused = refused(world.youku.maintain_once().await);
            assert_eq!(refused, code, "{call:?} {fault:?}");
        }
        shaky.store.heal();
        assert_eq!(listed(&admin).await?, 1, "{call:?}");
    }
    shaky.has_movies(1).await
}

async fn a_listing_while_the_numbers_are_compared_is_no_alarm(shaky: Shaky) -> Result {
    let world = &shaky.world;
    world.admin().await?;
    let other = world.another_node().await;
    let admin = other.login(credentials("root")).await?.admin().await?;
    let gate = shaky.store.hold(Call::Identity);
    let youku = world.youku.clone();
    let sweeping = tokio::spawn(async move { youku.sweep().await });
    gate.is_reached().await;
    upload(&admin, "a", b"abc").await?;
    gate.open();
    assert_eq!(sweeping.await??.hold, None);
    Ok(())
}

/// A HEAD request for each movie, each hour and at each node is expensive in a bucket.
async fn movies_are_verified_by_one_listing(shaky: Shaky) -> Result {
    let admin = shaky.world.admin().await?;
    for name in ["a", "b", "c"] {
        upload(&admin, name, name.as_bytes()).await?;
    }
    for call in [Call::Head, Call::Get] {
        shaky.store.fail(call, Fault::Io);
        assert_eq!(shaky.world.youku.sweep().await?, Default::default());
    }
    Ok(())
}

/// Three nodes, two hours.
async fn the_store_is_listed_by_one_node_in_each_interval(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    for number in 0..20 {
        upload(&admin, "a", &bytes(number, 100)).await?;
    }
    let (heads, lists) = (shaky.store.count(Call::Head), shaky.store.count(Call::List));
    let mut running = Vec::new();
    for nodes in 1..=3 {
        let node = world.another_node().await;
        running.push((node.clone(), tokio::spawn(node.maintenance())));
        world.clock.sleepers(nodes).await;
    }
    assert_eq!(shaky.store.count(Call::List), lists + 1);
    world.clock.advance(HOUR);
    // The test's deadline bounds this wait.
    while shaky.store.count(Call::List) == lists + 1 {
        tokio::task::yield_now().await;
    }
    world.clock.sleepers(3).await;
    assert_eq!(shaky.store.count(Call::List), lists + 2);
    assert_eq!(shaky.store.count(Call::Head), heads);
    for (node, task) in running {
        node.close().await?;
        task.await?;
    }
    Ok(())
}

async fn unreadable_movie_does_not_stop_the_collection(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    upload(&admin, "a", b"abc").await?;
    // The sweep asks again for what it does not find in the list.
    for object in shaky.store.list(None).try_collect::<Vec<_>>().await? {
        if object.size == 3 {
            shaky.store.delete(&object.location).await?;
        }
    }
    let deleted = upload(&admin, "b", b"abcd").await?;
    admin.delete(deleted.id).await?;
    world.clock.advance(31 * DAY);
    // What is not there has no reply that could get lost.
    let faults = FAULTS.into_iter();
    for (fault, code) in faults.filter(|(fault, _)| *fault != Fault::LostReply) {
        shaky.store.fail(Call::Head, fault);
        assert_eq!(refused(world.youku.sweep().await), code, "{fault:?}");
        assert_eq!(shaky.objects().await?, 0);
        assert_eq!(world.youku.statistics().await?.hidden_movies, 0);
    }
    shaky.store.heal();
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.lost_movies, swept.collected_movies), (1, 0));
    Ok(())
}

async fn object_that_cannot_be_removed_does_not_stop_the_others(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    for name in ["a", "b", "c"] {
        let movie = upload(&admin, name, name.as_bytes()).await?;
        admin.delete(movie.id).await?;
    }
    world.clock.advance(31 * DAY);
    // As the bytes of a deleted movie, and as bytes without an owner.
    shaky.store.fail(Call::Delete, Fault::Io);
    assert_eq!(refused(world.youku.sweep().await), Code::Internal);
    assert_eq!(shaky.objects().await?, 3);
    shaky.store.fail_once(Call::Delete, Fault::Io);
    assert_eq!(refused(world.youku.sweep().await), Code::Internal);
    assert_eq!(shaky.objects().await?, 1);
    assert_eq!(world.youku.sweep().await?.objects, 1);
    Ok(())
}

/// The store does not say of any movie whether it has its bytes.
async fn incomplete_store_that_fails_removes_nothing(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    for number in 0..11 {
        upload(&admin, "a", &bytes(number, 100)).await?;
    }
    for object in shaky.store.list(None).try_collect::<Vec<_>>().await? {
        if object.size == 100 {
            shaky.store.delete(&object.location).await?;
        }
    }
    let deleted = upload(&admin, "b", b"abcd").await?;
    admin.delete(deleted.id).await?;
    world.clock.advance(31 * DAY);
    let faults = FAULTS.into_iter();
    for (fault, code) in faults.filter(|(fault, _)| *fault != Fault::LostReply) {
        shaky.store.fail(Call::Head, fault);
        assert_eq!(refused(world.youku.sweep().await), code, "{fault:?}");
        assert_eq!(shaky.objects().await?, 1, "{fault:?}");
    }
    shaky.store.heal();
    let swept = world.youku.sweep().await?;
    assert_eq!(
        (swept.hold, swept.missing_movies),
        (Some(Hold::StoreIncomplete), 11)
    );
    assert_eq!(shaky.objects().await?, 1);
    Ok(())
}

async fn failing_store_does_not_stop_the_other_work(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let retaining = world
        .reopen(Policy {
            audit_retention: Some(DAY),
            ..policy()
        })
        .await;
    world.admin().await?;
    for call in [Call::List, Call::Identity] {
        let root = world.youku.login(credentials("root")).await?;
        root.admin().await?.invite().await?;
        world.clock.advance(31 * DAY);
        shaky.store.fail(call, Fault::Reset);
        assert_eq!(refused(retaining.maintain_once().await), Code::Unavailable);
        for table in ["session", "invite", "audit"] {
            assert_eq!(world.rows(table).await?, 0, "{call:?} {table}");
        }
        shaky.store.heal();
    }
    Ok(())
}

/// The bytes are young, and the clock has jumped.
async fn purge_that_fails_is_completed_by_a_round_that_is_held(shaky: Shaky) -> Result {
    let world = &shaky.world;
    let admin = world.admin().await?;
    let movie = upload(&admin, "a", b"abc").await?.id;
    shaky.store.fail(Call::Delete, Fault::Reset);
    assert_eq!(refused(admin.purge(movie).await), Code::Unavailable);
    assert_eq!(shaky.objects().await?, 1);
    shaky.store.heal();
    world.clock.set(world.clock.now() + 1000 * DAY);
    let swept = world.youku.sweep().await?;
    assert_eq!((swept.hold, swept.objects), (Some(Hold::ClockJumped), 1));
    assert_eq!(
        (shaky.objects().await?, world.rows("orphan").await?),
        (0, 0)
    );
    Ok(())
}
