//! Calculations with `u64` beyond `i64::MAX` are right, or are refused.

use youku_orm::{Database, DatabaseKind, Id, Model, New};
use youku_tests::{Result, both_databases};

both_databases![
    sums_are_exact,
    means_are_right,
    a_column_is_counted_up,
    a_result_without_room_is_refused,
    expressions_are_compared_and_selected,
    a_version_counts_up,
];

const HALF: u64 = 1 << 63;

#[derive(Model, Debug, Clone, PartialEq)]
struct Counter {
    #[model(primary_key, auto)]
    id: Id<Counter>,
    n: u64,
    maybe: Option<u64>,
}

async fn counters(db: &Database, numbers: &[u64]) -> Result<Vec<Counter>> {
    db.create_tables::<Counter>().await?;
    let new = |n: &u64| NewCounter { n: *n, maybe: None };
    Ok(Counter::insert_many(db, numbers.iter().map(new).collect()).await?)
}

async fn sums_are_exact(db: Database) -> Result {
    counters(&db, &[HALF, 5, 7]).await?;
    let sum = Counter::query().select(Counter::N.sum()).one(&db).await?;
    assert_eq!(sum, Some(HALF + 12));
    let none = Counter::query()
        .select(Counter::MAYBE.sum())
        .one(&db)
        .await?;
    assert_eq!(none, None);
    let small = Counter::filter(Counter::N.lt(8_u64));
    assert_eq!(small.select(Counter::N.sum()).one(&db).await?, Some(12));
    NewCounter {
        n: u64::MAX,
        maybe: None,
    }
    .insert(&db)
    .await?;
    let sum = Counter::query().select(Counter::N.sum()).one(&db).await;
    let error = sum.expect_err("no `u64` has room for the sum");
    assert!(error.is_decode() || error.is_check_violation(), "{error}");
    Ok(())
}

async fn means_are_right(db: Database) -> Result {
    counters(&db, &[HALF, HALF, 0, 0]).await?;
    let mean = Counter::query().select(Counter::N.avg()).one(&db).await?;
    assert_eq!(mean, Some(HALF as f64 / 2.0));
    let none = Counter::query()
        .select(Counter::MAYBE.avg())
        .one(&db)
        .await?;
    assert_eq!(none, None);
    Ok(())
}

async fn a_column_is_counted_up(db: Database) -> Result {
    let first = &counters(&db, &[HALF - 1, 3]).await?[0];
    let row = || Counter::filter(Counter::ID.eq(first.id));
    let stored = async || Counter::get(&db, first.id).await.map(|row| row.n);
    row()
        .set(Counter::N, Counter::N + 1_u64)
        .update(&db)
        .await?;
    assert_eq!(stored().await?, HALF);
    row()
        .set(Counter::N, Counter::N + 1_u64)
        .update(&db)
        .await?;
    assert_eq!(stored().await?, HALF + 1);
    row()
        .set(Counter::N, Counter::N - 2_u64)
        .update(&db)
        .await?;
    assert_eq!(stored().await?, HALF - 1);
    row()
        .set(Counter::N, Counter::N * 2_u64 + 1_u64)
        .update(&db)
        .await?;
    assert_eq!(stored().await?, u64::MAX);
    // An operand beyond `i64::MAX`, and NULL.
    let second = || Counter::filter(Counter::N.eq(3_u64));
    let maybe = Counter::MAYBE + 1_u64;
    second().set(Counter::MAYBE, maybe).update(&db).await?;
    assert_eq!(second().one(&db).await?.maybe, None);
    second()
        .set(Counter::N, Counter::N + HALF)
        .update(&db)
        .await?;
    assert_eq!(
        Counter::filter(Counter::N.eq(HALF + 3)).count(&db).await?,
        1
    );
    Ok(())
}

async fn a_result_without_room_is_refused(db: Database) -> Result {
    let before = counters(&db, &[u64::MAX]).await?;
    let row = || Counter::filter(Counter::N.eq(u64::MAX));
    for sum in [
        Counter::N + 1_u64,
        Counter::N * 2_u64,
        Counter::N + u64::MAX,
    ] {
        let refused = row().set(Counter::N, sum).update(&db).await;
        let error = refused.expect_err("the column has no room for it");
        assert!(error.is_check_violation(), "{error}");
    }
    let negative = Counter::filter(Counter::N.eq(u64::MAX)).set(Counter::MAYBE, 1_u64);
    negative.update(&db).await?;
    let refused = row()
        .set(Counter::MAYBE, Counter::MAYBE - 2_u64)
        .update(&db)
        .await;
    assert!(refused.is_err_and(|error| error.is_check_violation()));
    assert_eq!(Counter::get(&db, before[0].id).await?.n, u64::MAX);
    Ok(())
}

/// MySQL calculates a difference with signed numbers, so a large one is an error there.
async fn expressions_are_compared_and_selected(db: Database) -> Result {
    counters(&db, &[HALF, 5]).await?;
    let more = Counter::query().select(Counter::N + 1_u64);
    let more = more.order_by((Counter::N + 1_u64).desc()).all(&db).await?;
    assert_eq!(more, [HALF + 1, 6]);
    let large = Counter::filter((Counter::N + 1_u64).gt(HALF));
    assert_eq!(large.count(&db).await?, 1);
    let equal = Counter::filter((Counter::N * 1_u64).eq(HALF));
    assert_eq!(equal.count(&db).await?, 1);
    if db.kind() == DatabaseKind::Sqlite {
        let less = Counter::query().select(Counter::N - 5_u64);
        let less = less.order_by(Counter::N.desc()).all(&db).await?;
        assert_eq!(less, [HALF - 5, 0]);
    }
    let large = Counter::query().select((Counter::N.max(), Counter::N.min()));
    assert_eq!(large.one(&db).await?, (Some(HALF), Some(5)));
    Ok(())
}

async fn a_version_counts_up(db: Database) -> Result {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Page {
        #[model(primary_key, auto)]
        id: Id<Page>,
        text: i32,
        #[model(version)]
        version: u64,
    }
    db.create_tables::<Page>().await?;
    let new = Page::insert(NewPage { text: 0 }).set(Page::VERSION, HALF - 1);
    let page = new.exec(&db).await?;
    for version in [HALF, HALF + 1] {
        let all = Page::query().every_row().set(Page::TEXT, 1);
        assert_eq!(all.update(&db).await?, 1);
        assert_eq!(Page::get(&db, page.id).await?.version, version);
    }
    let page = Page::get(&db, page.id).await?.update(&db).await?;
    assert_eq!(Page::get(&db, page.id).await?, page);
    Ok(())
}
