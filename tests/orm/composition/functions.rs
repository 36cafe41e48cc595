//! Functions and operators of SQL, with the same result on both databases.

use youku_orm::civil::{DateTime, date};
use youku_orm::{Database, Expr, Id, Model, New, Timestamp, now};
use youku_tests::{Result, both_databases};

both_databases![
    division_truncates_and_its_remainder_has_the_sign_of_the_dividend,
    division_by_zero_is_null_in_a_query_and_in_an_update,
    unsigned_numbers_beyond_i64_are_divided,
    halves_are_rounded_away_from_zero,
    decimal_digits_are_rounded,
    a_nullable_operand_makes_a_nullable_result,
    aggregates_of_expressions,
    parts_of_times,
    the_current_time_is_a_timestamp,
];

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "measurement")]
struct Measurement {
    #[model(primary_key, auto)]
    id: Id<Measurement>,
    label: String,
    whole: i64,
    divisor: i64,
    big: u64,
    real: f64,
    maybe: Option<i64>,
    at: DateTime,
    instant: Timestamp,
}

async fn measure(db: &Database) -> Result {
    db.create_tables::<Measurement>().await?;
    let at = date(2024, 2, 29).at(23, 58, 59, 123_456_000);
    for (label, whole, divisor, real, maybe) in [
        ("plus", 7, 2, 2.5, Some(10)),
        ("minus", -7, 2, -2.5, None),
        ("zero", 7, 0, 0.125, Some(1)),
    ] {
        let new = NewMeasurement {
            label: label.to_owned(),
            whole,
            divisor,
            big: u64::MAX,
            real,
            maybe,
            at,
            instant: "2024-02-29T23:58:59.123456Z".parse()?,
        };
        new.insert(db).await?;
    }
    Ok(())
}

async fn division_truncates_and_its_remainder_has_the_sign_of_the_dividend(db: Database) -> Result {
    measure(&db).await?;
    let select = (
        Measurement::WHOLE / Measurement::DIVISOR,
        Measurement::WHOLE % Measurement::DIVISOR,
        Measurement::REAL / 2.0,
    );
    let found = Measurement::query()
        .select(select)
        .order_by(Measurement::ID)
        .all(&db)
        .await?;
    let expected = [
        (Some(3), Some(1), Some(1.25)),
        (Some(-3), Some(-1), Some(-1.25)),
        (None, None, Some(0.0625)),
    ];
    assert_eq!(found, expected);
    Ok(())
}

async fn division_by_zero_is_null_in_a_query_and_in_an_update(db: Database) -> Result {
    measure(&db).await?;
    let by_zero = Measurement::filter(Measurement::LABEL.eq("zero"));
    let quotient = Measurement::WHOLE / Measurement::DIVISOR;
    let updated = by_zero
        .clone()
        .set(Measurement::MAYBE, quotient)
        .update(&db)
        .await?;
    assert_eq!(updated, 1);
    assert_eq!(by_zero.one(&db).await?.maybe, None);
    Ok(())
}

async fn unsigned_numbers_beyond_i64_are_divided(db: Database) -> Result {
    measure(&db).await?;
    let select = (
        Measurement::BIG / 10u64,
        Measurement::BIG % 10u64,
        Measurement::BIG.abs(),
    );
    let found = Measurement::query()
        .select(select)
        .limit(1)
        .one(&db)
        .await?;
    assert_eq!(found, (Some(u64::MAX / 10), Some(5), u64::MAX));
    Ok(())
}

async fn halves_are_rounded_away_from_zero(db: Database) -> Result {
    measure(&db).await?;
    let select = (
        Measurement::REAL.round(0),
        Measurement::REAL.round(2),
        Measurement::REAL.abs(),
        Measurement::WHOLE.abs(),
    );
    let found = Measurement::query()
        .select(select)
        .order_by(Measurement::ID)
        .all(&db)
        .await?;
    let expected = [
        (3.0, 2.5, 2.5, 7),
        (-3.0, -2.5, 2.5, 7),
        (0.0, 0.13, 0.125, 7),
    ];
    assert_eq!(found, expected);
    Ok(())
}

async fn decimal_digits_are_rounded(db: Database) -> Result {
    measure(&db).await?;
    let one = Measurement::filter(Measurement::LABEL.eq("plus"));
    for (number, digits, expected) in [
        (1.005, 2, 1.01),
        (-1.005, 2, -1.01),
        (2.675, 2, 2.68),
        (1.45, 1, 1.5),
        (9.995, 2, 10.0),
        (0.05, 0, 0.0),
        (123_456.0, 3, 123_456.0),
    ] {
        one.clone()
            .set(Measurement::REAL, number)
            .update(&db)
            .await?;
        let rounded = one.clone().select(Measurement::REAL.round(digits));
        assert_eq!(
            rounded.one(&db).await?,
            expected,
            "{number} to {digits} digits"
        );
    }
    Ok(())
}

async fn a_nullable_operand_makes_a_nullable_result(db: Database) -> Result {
    measure(&db).await?;
    let sums: Expr<Measurement, Option<i64>> = Measurement::WHOLE + Measurement::MAYBE;
    let found = Measurement::query()
        .select(sums)
        .order_by(Measurement::ID)
        .all(&db)
        .await?;
    assert_eq!(found, [Some(17), None, Some(8)]);
    Ok(())
}

async fn aggregates_of_expressions(db: Database) -> Result {
    measure(&db).await?;
    let product = || Measurement::WHOLE * Measurement::DIVISOR;
    let select = (
        product().sum(),
        product().min(),
        product().max(),
        product().avg(),
        product().count_distinct(),
        Measurement::LABEL.lower().max(),
    );
    let found = Measurement::query().select(select).one(&db).await?;
    let expected = (
        Some(0),
        Some(-14),
        Some(14),
        Some(0.0),
        3,
        Some("zero".to_owned()),
    );
    assert_eq!(found, expected);
    Ok(())
}

async fn parts_of_times(db: Database) -> Result {
    measure(&db).await?;
    let (at, instant) = (Measurement::AT, Measurement::INSTANT);
    let select = (
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second(),
    );
    let found = Measurement::query()
        .select(select)
        .limit(1)
        .one(&db)
        .await?;
    assert_eq!(found, (2024, 2, 29, 23, 58, 59));
    let in_february = Measurement::filter(instant.month().eq(2).and(instant.hour().eq(23)));
    assert_eq!(in_february.count(&db).await?, 3);
    Ok(())
}

async fn the_current_time_is_a_timestamp(db: Database) -> Result {
    measure(&db).await?;
    let before = Timestamp::now();
    let read: Timestamp = Measurement::query().select(now()).limit(1).one(&db).await?;
    // SQLite's has milliseconds, and both clocks are that of this machine.
    let distance = (read.as_millisecond() - before.as_millisecond()).abs();
    assert!(distance < 60_000, "{read} is far from {before}");
    assert_eq!(
        Measurement::filter(Measurement::INSTANT.lt(now()))
            .count(&db)
            .await?,
        3
    );
    let updated =
        Measurement::filter(Measurement::LABEL.eq("zero")).set(Measurement::INSTANT, now());
    assert_eq!(updated.update(&db).await?, 1);
    let zero = Measurement::filter(Measurement::LABEL.eq("zero"))
        .one(&db)
        .await?;
    assert!(zero.instant >= read, "{} is before {read}", zero.instant);
    Ok(())
}
