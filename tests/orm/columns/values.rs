//! Values at the limits of what both databases store.

use youku_orm::civil::{Date, DateTime, Time, date, datetime, time};
use youku_orm::{Database, DatabaseKind, Error, Model, New, Timestamp, sql};
use youku_tests::{Result, both_databases};

use crate::specimen::{NewSpecimen, Specimen};

both_databases![
    nan_and_infinity_are_refused,
    instants_outside_the_supported_years_are_refused,
    a_number_that_does_not_fit_its_type_is_refused_when_it_is_read,
    instants_are_truncated_to_microseconds,
    times_of_day_are_truncated_to_microseconds,
    a_date_and_time_is_not_read_as_one_of_the_two,
    large_unsigned_numbers_keep_their_order,
    null_of_every_type,
];

async fn nan_and_infinity_are_refused(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refused = Specimen::insert(NewSpecimen {})
            .set(Specimen::DOUBLE, number)
            .exec(&db)
            .await;
        let text = refused
            .expect_err("one of the databases cannot store it")
            .to_string();
        assert!(text.contains("NaN and infinity cannot be stored"), "{text}");
        let single = Specimen::insert(NewSpecimen {}).set(Specimen::SINGLE, number as f32);
        assert!(single.exec(&db).await.is_err());
        assert!(
            Specimen::filter(Specimen::DOUBLE.eq(number))
                .all(&db)
                .await
                .is_err()
        );
    }
    assert!(!Specimen::query().exists(&db).await?);
    Ok(())
}

async fn instants_outside_the_supported_years_are_refused(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    let refused = Specimen::insert(NewSpecimen {})
        .set(Specimen::INSTANT, Timestamp::MIN)
        .exec(&db)
        .await;
    let is_refused = |error: Error| {
        assert!(error.to_string().contains("years 1 to 9999"), "{error}");
    };
    is_refused(refused.expect_err("it lies before our era"));
    for before in [Date::MIN, date(0, 12, 31)] {
        let row = Specimen::insert(NewSpecimen {}).set(Specimen::DATE, before);
        is_refused(row.exec(&db).await.expect_err("it lies before our era"));
        let found = Specimen::filter(Specimen::MOMENT.gt(before.at(0, 0, 0, 0)));
        is_refused(found.all(&db).await.expect_err("it lies before our era"));
    }
    assert!(!Specimen::query().exists(&db).await?);
    Ok(())
}

async fn a_number_that_does_not_fit_its_type_is_refused_when_it_is_read(db: Database) -> Result {
    for (text, wanted) in [
        ("SELECT 300", "u8"),
        ("SELECT -1", "unsigned"),
        ("SELECT 2", "bool"),
    ] {
        let error = match wanted {
            "bool" => sql(text).one::<bool>(&db).await.map(|_| ()),
            _ => sql(text).one::<u8>(&db).await.map(|_| ()),
        };
        let error = error.expect_err("it does not fit");
        assert!(
            error.is_decode() && error.to_string().contains(wanted),
            "{error}"
        );
    }
    Ok(())
}

async fn instants_are_truncated_to_microseconds(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    let fine: Timestamp = "2024-02-29T23:59:59.999999999Z".parse()?;
    let cut: Timestamp = "2024-02-29T23:59:59.999999Z".parse()?;
    let row = Specimen::insert(NewSpecimen {})
        .set(Specimen::INSTANT, fine)
        .exec(&db)
        .await?;
    assert_eq!(Specimen::get(&db, row.id).await?.instant, Some(cut));
    assert!(
        Specimen::filter(Specimen::INSTANT.eq(cut))
            .exists(&db)
            .await?
    );
    Ok(())
}

async fn times_of_day_are_truncated_to_microseconds(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    let row = Specimen::insert(NewSpecimen {})
        .set(Specimen::CLOCK, Time::MAX)
        .set(Specimen::MOMENT, DateTime::MAX)
        .exec(&db)
        .await?;
    let found = Specimen::get(&db, row.id).await?;
    assert_eq!(found.clock, Some(time(23, 59, 59, 999_999_000)));
    let cut = datetime(9999, 12, 31, 23, 59, 59, 999_999_000);
    assert_eq!(found.moment, Some(cut));
    Ok(())
}

async fn a_date_and_time_is_not_read_as_one_of_the_two(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    let noon = datetime(2024, 2, 29, 12, 0, 0, 0);
    let row = Specimen::insert(NewSpecimen {}).set(Specimen::MOMENT, noon);
    let row = row.set(Specimen::DATE, noon.date()).exec(&db).await?;
    let moment = "SELECT moment FROM specimen";
    let error = sql(moment).one::<Date>(&db).await.expect_err("it is noon");
    assert!(error.is_decode(), "{error}");
    let error = sql(moment)
        .one::<Time>(&db)
        .await
        .expect_err("it has a day");
    assert!(error.is_decode(), "{error}");
    // SQLite would compare the two as texts.
    let midnight = sql("SELECT `date` FROM specimen")
        .one::<DateTime>(&db)
        .await;
    if db.kind() == DatabaseKind::Sqlite {
        assert!(midnight.is_err_and(|error| error.is_decode()));
    } else {
        assert_eq!(Some(midnight?.date()), row.date);
    }
    Ok(())
}

async fn large_unsigned_numbers_keep_their_order(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    let great = i64::MAX.unsigned_abs();
    let ascending = [0, 5, great - 1, great, great + 1, u64::MAX - 1, u64::MAX];
    for number in [great + 1, 0, u64::MAX, great, 5, u64::MAX - 1, great - 1] {
        Specimen::insert(NewSpecimen {})
            .set(Specimen::BIG_UNSIGNED, number)
            .exec(&db)
            .await?;
    }
    let ordered = Specimen::query()
        .order_by(Specimen::BIG_UNSIGNED.asc())
        .all(&db)
        .await?;
    let numbers: Vec<u64> = ordered
        .into_iter()
        .filter_map(|row| row.big_unsigned)
        .collect();
    assert_eq!(numbers, ascending);
    for (above, number) in ascending.iter().rev().enumerate() {
        let greater = Specimen::filter(Specimen::BIG_UNSIGNED.gt(*number));
        assert_eq!(greater.count(&db).await?, above as u64, "above {number}");
    }
    Ok(())
}

async fn null_of_every_type(db: Database) -> Result {
    db.create_tables::<Specimen>().await?;
    let empty = NewSpecimen {}.insert(&db).await?;
    let found = Specimen::get(&db, empty.id).await?;
    assert_eq!(found, empty);
    assert!(found.tiny.is_none() && found.text.is_none() && found.person.is_none());
    found.update(&db).await?;
    assert_eq!(
        Specimen::filter(Specimen::BIG_UNSIGNED.is_null())
            .all(&db)
            .await?,
        [empty]
    );
    Ok(())
}
