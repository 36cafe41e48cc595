//! Functions and operators of SQL, with the same result on both databases.

use youku_orm::civil::{DateTime, date};
use youku_orm::{Database, Expr, Id, Model, New, Timestamp, count_if, now, when};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people};

both_databases![
    letters_change_their_case_beyond_ascii,
    a_search_ignores_case,
    lengths_are_in_characters,
    texts_are_joined,
    null_has_a_stand_in,
    division_truncates_and_its_remainder_has_the_sign_of_the_dividend,
    division_by_zero_is_null_in_a_query_and_in_an_update,
    unsigned_numbers_beyond_i64_are_divided,
    halves_are_rounded_away_from_zero,
    a_nullable_operand_makes_a_nullable_result,
    a_case_takes_the_first_condition_that_holds,
    aggregates_of_expressions,
    rows_are_counted_by_condition,
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

async fn letters_change_their_case_beyond_ascii(db: Database) -> Result {
    people(&db, &["ÉmiliE", "СОФЬЯ", "straße", "ΆλΦΑ"]).await?;
    let select = (Person::NAME.lower(), Person::NAME.upper());
    let found = Person::query()
        .select(select)
        .order_by(Person::ID)
        .all(&db)
        .await?;
    let expected = [
        ("émilie", "ÉMILIE"),
        ("софья", "СОФЬЯ"),
        ("straße", "STRAßE"),
        ("άλφα", "ΆΛΦΑ"),
    ];
    assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    Ok(())
}

async fn a_search_ignores_case(db: Database) -> Result {
    people(&db, &["ÉmiliE", "100 % A", "100 xx a"]).await?;
    let found = async |filter| Person::filter(filter).order_by(Person::ID).all(&db).await;
    assert_eq!(
        names(&found(Person::NAME.icontains("émil")).await?),
        ["ÉmiliE"]
    );
    assert_eq!(
        names(&found(Person::NAME.icontains("100 % a")).await?),
        ["100 % A"]
    );
    assert_eq!(names(&found(Person::NAME.ieq("éMILIe")).await?), ["ÉmiliE"]);
    assert_eq!(names(&found(Person::NAME.ieq("émil")).await?), [""; 0]);
    assert!(
        found(Person::NAME.icontains("\0"))
            .await
            .unwrap_err()
            .is_usage()
    );
    Ok(())
}

async fn lengths_are_in_characters(db: Database) -> Result {
    people(&db, &["é", "日本語", "👍a"]).await?;
    let lengths = Person::query()
        .select(Person::NAME.length())
        .order_by(Person::ID);
    assert_eq!(lengths.all(&db).await?, [1, 3, 2]);
    let of_nicknames = Person::query().select(Person::NICKNAME.length()).limit(1);
    assert_eq!(of_nicknames.one(&db).await?, None);
    Ok(())
}

async fn texts_are_joined(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let select = (
        Person::NAME.concat("-").concat(Person::NAME),
        Person::NAME.concat(Person::NICKNAME),
        Person::NICKNAME.concat("x"),
    );
    let found: (String, Option<String>, Option<String>) =
        Person::query().select(select).one(&db).await?;
    assert_eq!(found, ("ann-ann".to_owned(), None, None));
    Ok(())
}

async fn null_has_a_stand_in(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let select = (
        Person::NICKNAME.coalesce("none"),
        Person::NICKNAME.coalesce(Person::NAME),
        Person::NICKNAME.coalesce(Person::NICKNAME),
    );
    let found: (String, String, Option<String>) = Person::query().select(select).one(&db).await?;
    assert_eq!(found, ("none".to_owned(), "ann".to_owned(), None));
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

async fn a_case_takes_the_first_condition_that_holds(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let size = when(Person::AGE.lt(2), "small").when(Person::AGE.lt(3), "medium");
    let sizes = Person::query().select((size.clone().otherwise("large"), size.or_null()));
    let found = sizes.order_by(Person::ID).all(&db).await?;
    let text = str::to_owned;
    let expected = [
        (text("small"), Some(text("small"))),
        (text("medium"), Some(text("medium"))),
        (text("large"), None),
    ];
    assert_eq!(found, expected);
    let by_case: Expr<Person, i64> = when(Person::NAME.eq("cid"), 0i64).otherwise(1);
    let first = Person::query().order_by(by_case).first(&db).await?;
    assert_eq!(first.map(|person| person.name), Some(text("cid")));
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

async fn rows_are_counted_by_condition(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let select = (
        count_if(Person::AGE.gt(1)),
        count_if(Person::NAME.eq("ann")),
    );
    assert_eq!(Person::query().select(select).one(&db).await?, (2, 1));
    let none = Person::filter(Person::AGE.gt(99)).select(count_if(Person::AGE.gt(1)));
    assert_eq!(none.one(&db).await?, 0);
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
