//! Every column type, written and read with its extremes.

use std::fmt::Debug;

use youku_orm::bounds::IntoOperand;
use youku_orm::civil::{Date, DateTime, Time, date, datetime, time};
use youku_orm::{Column, ColumnType, Database, Id, Model, Timestamp};
use youku_tests::{Result, both_databases};

use crate::specimen::{Colour, NewSpecimen, Specimen};

both_databases![
    signed_integers,
    unsigned_integers,
    floats,
    booleans,
    text,
    long_text_and_bytes,
    bytes,
    instants,
    days,
    times_of_day,
    civil_moments,
    enums,
    references,
];

/// Each value comes back as it was written, and an equality finds exactly that value.
async fn check<T, const N: usize>(
    db: &Database,
    column: Column<Specimen, Option<T>>,
    read: impl Fn(Specimen) -> Option<T>,
    values: [T; N],
) -> Result
where
    T: ColumnType + Clone + PartialEq + Debug + IntoOperand<T>,
{
    db.create_tables::<Specimen>().await?;
    for value in values {
        let inserted = Specimen::insert(NewSpecimen {})
            .set(column, value.clone())
            .exec(db)
            .await?;
        assert_eq!(
            read(inserted.clone()).as_ref(),
            Some(&value),
            "given back by the insert"
        );
        let found = Specimen::get(db, inserted.id).await?;
        assert_eq!(read(found.clone()).as_ref(), Some(&value), "found by key");
        let equal = Specimen::filter(column.eq(value.clone())).all(db).await?;
        assert_eq!(
            equal,
            std::slice::from_ref(&found),
            "found by value {value:?}"
        );
        found.update(db).await?;
        assert_eq!(
            Specimen::get(db, inserted.id).await?,
            inserted,
            "written by an update"
        );
    }
    Ok(())
}

async fn signed_integers(db: Database) -> Result {
    check(
        &db,
        Specimen::TINY,
        |row| row.tiny,
        [0, 1, -1, i8::MIN, i8::MAX],
    )
    .await?;
    check(
        &db,
        Specimen::SMALL,
        |row| row.small,
        [0, 1, -1, i16::MIN, i16::MAX],
    )
    .await?;
    check(
        &db,
        Specimen::NORMAL,
        |row| row.normal,
        [0, 1, -1, i32::MIN, i32::MAX],
    )
    .await?;
    check(
        &db,
        Specimen::BIG,
        |row| row.big,
        [0, 1, -1, i64::MIN, i64::MAX],
    )
    .await
}

async fn unsigned_integers(db: Database) -> Result {
    check(
        &db,
        Specimen::TINY_UNSIGNED,
        |row| row.tiny_unsigned,
        [0, 1, u8::MAX],
    )
    .await?;
    check(
        &db,
        Specimen::SMALL_UNSIGNED,
        |row| row.small_unsigned,
        [0, 1, u16::MAX],
    )
    .await?;
    check(
        &db,
        Specimen::NORMAL_UNSIGNED,
        |row| row.normal_unsigned,
        [0, 1, u32::MAX],
    )
    .await?;
    let great = i64::MAX.unsigned_abs();
    let values = [0, 1, great, great + 1, u64::MAX - 1, u64::MAX];
    check(&db, Specimen::BIG_UNSIGNED, |row| row.big_unsigned, values).await
}

async fn floats(db: Database) -> Result {
    let values = [0.0, 1.0, -1.5, 0.1, f32::MAX, f32::MIN, f32::EPSILON];
    check(&db, Specimen::SINGLE, |row| row.single, values).await?;
    let values = [
        0.0,
        1.0,
        -1.5,
        0.1,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        f64::EPSILON,
        1e15 + 0.5,
    ];
    check(&db, Specimen::DOUBLE, |row| row.double, values).await
}

async fn booleans(db: Database) -> Result {
    check(&db, Specimen::FLAG, |row| row.flag, [true, false]).await
}

async fn text(db: Database) -> Result {
    let values = [
        "",
        " ",
        "a",
        "a ",
        " a",
        "A",
        "'",
        "\"",
        "\\",
        "\\'",
        "`",
        "%",
        "?",
        "--",
        "a\nb\r\n\tc",
        "a\0b",
        "Straße",
        "日本語",
        "\u{1f600}",
        "e\u{301}",
        "é",
        "\u{10ffff}",
        "NULL",
        "0",
    ]
    .map(str::to_owned);
    check(&db, Specimen::TEXT, |row| row.text, values).await
}

/// More than one page, one packet buffer or a short length field holds.
async fn long_text_and_bytes(db: Database) -> Result {
    let text = "\u{1f600}x".repeat(300_000);
    check(&db, Specimen::TEXT, |row| row.text, [text]).await?;
    let bytes = (0..=255).cycle().take(5_000_000).collect();
    check(&db, Specimen::BYTES, |row| row.bytes, [bytes]).await
}

async fn bytes(db: Database) -> Result {
    let values = [
        vec![],
        vec![0],
        vec![0xff, 0xfe],
        (0..=255).collect(),
        b"text".to_vec(),
        b" ".to_vec(),
    ];
    check(&db, Specimen::BYTES, |row| row.bytes, values).await
}

async fn instants(db: Database) -> Result {
    let texts = [
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59.999999Z",
        "2024-02-29T23:59:59.123456Z",
        "2024-12-31T23:59:59.000001Z",
        "2038-01-19T03:14:08Z",
        "0001-01-01T00:00:00Z",
        "1000-01-01T00:00:00Z",
        "9999-12-30T00:00:00.999999Z",
    ];
    let mut values = [Timestamp::UNIX_EPOCH; 8];
    for (value, text) in values.iter_mut().zip(texts) {
        *value = text.parse()?;
    }
    check(&db, Specimen::INSTANT, |row| row.instant, values).await?;
    let ordered = Specimen::query()
        .order_by(Specimen::INSTANT.asc())
        .all(&db)
        .await?;
    assert!(ordered.is_sorted_by_key(|row| row.instant));
    Ok(())
}

async fn days(db: Database) -> Result {
    let values = [
        date(1, 1, 1),
        date(1582, 10, 10),
        date(1969, 12, 31),
        date(2024, 2, 29),
        Date::MAX,
    ];
    check(&db, Specimen::DATE, |row| row.date, values).await
}

async fn times_of_day(db: Database) -> Result {
    let last = time(23, 59, 59, 999_999_000);
    let values = [
        Time::midnight(),
        time(0, 0, 0, 1_000),
        time(9, 5, 0, 0),
        last,
    ];
    check(&db, Specimen::CLOCK, |row| row.clock, values).await
}

async fn civil_moments(db: Database) -> Result {
    let values = [
        datetime(1, 1, 1, 0, 0, 0, 0),
        datetime(2024, 3, 31, 2, 30, 0, 0),
        datetime(9999, 12, 31, 23, 59, 59, 999_999_000),
        DateTime::constant(2024, 2, 29, 1, 2, 3, 4_000),
    ];
    check(&db, Specimen::MOMENT, |row| row.moment, values).await
}

async fn enums(db: Database) -> Result {
    check(
        &db,
        Specimen::COLOUR,
        |row| row.colour,
        [Colour::Red, Colour::DarkBlue],
    )
    .await
}

async fn references(db: Database) -> Result {
    check(
        &db,
        Specimen::PERSON,
        |row| row.person,
        [1, 7, u64::MAX].map(Id::new),
    )
    .await
}
