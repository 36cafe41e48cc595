//! Numbers that do not fit into a column, and numbers on which both databases must agree.

use youku_orm::{Database, Expr, Model, New, Result as OrmResult, sql};
use youku_tests::{Result, both_databases};

both_databases![
    counting_below_zero_is_refused,
    a_result_above_the_greatest_number_is_refused,
    a_result_below_the_least_number_is_refused,
    a_hand_written_number_out_of_range_is_refused,
    the_greatest_and_least_numbers_are_stored,
    null_is_stored_in_a_column_of_numbers,
    a_difference_of_unsigned_numbers_may_be_negative_in_a_filter,
    a_mean_has_all_its_digits,
];

#[derive(Model, Debug, Clone, PartialEq)]
struct Meter {
    #[model(primary_key)]
    id: i64,
    tiny: i8,
    small: i16,
    normal: i32,
    big: i64,
    tiny_unsigned: u8,
    small_unsigned: u16,
    normal_unsigned: u32,
    big_unsigned: u64,
    single: f32,
    double: f64,
    #[model(default = None)]
    spare: Option<u8>,
}

const ZEROS: Meter = Meter {
    id: 1,
    tiny: 0,
    small: 0,
    normal: 0,
    big: 0,
    tiny_unsigned: 0,
    small_unsigned: 0,
    normal_unsigned: 0,
    big_unsigned: 0,
    single: 0.0,
    double: 0.0,
    spare: None,
};

const GREATEST: Meter = Meter {
    id: i64::MAX,
    tiny: i8::MAX,
    small: i16::MAX,
    normal: i32::MAX,
    big: i64::MAX,
    tiny_unsigned: u8::MAX,
    small_unsigned: u16::MAX,
    normal_unsigned: u32::MAX,
    big_unsigned: u64::MAX,
    single: f32::MAX,
    double: f64::MAX,
    spare: Some(u8::MAX),
};

const LEAST: Meter = Meter {
    id: i64::MIN,
    tiny: i8::MIN,
    small: i16::MIN,
    normal: i32::MIN,
    big: i64::MIN,
    single: f32::MIN,
    double: f64::MIN,
    ..ZEROS
};

async fn store(db: &Database, meter: &Meter) -> Result {
    db.create_tables::<Meter>().await?;
    let new = NewMeter {
        id: meter.id,
        tiny: meter.tiny,
        small: meter.small,
        normal: meter.normal,
        big: meter.big,
        tiny_unsigned: meter.tiny_unsigned,
        small_unsigned: meter.small_unsigned,
        normal_unsigned: meter.normal_unsigned,
        big_unsigned: meter.big_unsigned,
        single: meter.single,
        double: meter.double,
    };
    Meter::insert(new)
        .set(Meter::SPARE, meter.spare)
        .exec(db)
        .await?;
    Ok(())
}

/// Each update must be refused and must leave the row unchanged.
macro_rules! refused {
    ($db:expr, $row:expr, $($column:ident = $result:expr),* $(,)?) => {
        $(
            let result = Meter::query().every_row().set(Meter::$column, $result).update($db).await;
            is_refused(stringify!($column = $result), result);
        )*
        assert_eq!(Meter::query().all($db).await?, [$row]);
    };
}

fn is_refused<T: std::fmt::Debug>(what: &str, result: OrmResult<T>) {
    let error = result.expect_err(what);
    assert!(error.is_check_violation(), "{what}: {error}");
}

async fn counting_below_zero_is_refused(db: Database) -> Result {
    store(&db, &ZEROS).await?;
    refused!(
        &db,
        ZEROS,
        TINY_UNSIGNED = Meter::TINY_UNSIGNED - 1,
        SMALL_UNSIGNED = Meter::SMALL_UNSIGNED - 1,
        NORMAL_UNSIGNED = Meter::NORMAL_UNSIGNED - 1,
        BIG_UNSIGNED = Meter::BIG_UNSIGNED - 1,
    );
    Ok(())
}

async fn a_result_above_the_greatest_number_is_refused(db: Database) -> Result {
    let most = Meter {
        // SQLite computes with signed numbers.
        big_unsigned: i64::MAX.unsigned_abs(),
        ..GREATEST
    };
    store(&db, &most).await?;
    refused!(
        &db,
        most,
        TINY = Meter::TINY + 1,
        SMALL = Meter::SMALL + 1,
        NORMAL = Meter::NORMAL + 1,
        BIG = Meter::BIG + 1,
        TINY_UNSIGNED = Meter::TINY_UNSIGNED + 1,
        SMALL_UNSIGNED = Meter::SMALL_UNSIGNED + 1,
        NORMAL_UNSIGNED = Meter::NORMAL_UNSIGNED + 1,
        BIG_UNSIGNED = Meter::BIG_UNSIGNED * 3,
        SINGLE = Meter::SINGLE * 1.5,
        DOUBLE = Meter::DOUBLE * 1.5,
        SPARE = Meter::SPARE + 1,
    );
    Ok(())
}

async fn a_result_below_the_least_number_is_refused(db: Database) -> Result {
    store(&db, &LEAST).await?;
    refused!(
        &db,
        LEAST,
        TINY = Meter::TINY - 1,
        SMALL = Meter::SMALL - 1,
        NORMAL = Meter::NORMAL - 1,
        BIG = Meter::BIG - 1,
        SINGLE = Meter::SINGLE * 1.5,
        DOUBLE = Meter::DOUBLE * 1.5,
    );
    Ok(())
}

async fn a_hand_written_number_out_of_range_is_refused(db: Database) -> Result {
    store(&db, &ZEROS).await?;
    for wrong in [
        "tiny = 128",
        "tiny_unsigned = 300",
        "tiny_unsigned = -1",
        "normal_unsigned = 4294967296",
        "big_unsigned = -1",
        "single = 1e39",
        "spare = 256",
    ] {
        let text = format!("UPDATE meter SET {wrong}");
        is_refused(wrong, sql(text).execute(&db).await);
    }
    assert_eq!(Meter::query().all(&db).await?, [ZEROS]);
    Ok(())
}

async fn the_greatest_and_least_numbers_are_stored(db: Database) -> Result {
    store(&db, &GREATEST).await?;
    store(&db, &LEAST).await?;
    let rows = Meter::query().order_by(Meter::ID.desc()).all(&db).await?;
    assert_eq!(rows, [GREATEST, LEAST]);
    Ok(())
}

async fn null_is_stored_in_a_column_of_numbers(db: Database) -> Result {
    store(&db, &GREATEST).await?;
    let nothing: Option<u8> = None;
    let cleared = Meter::query().every_row().set(Meter::SPARE, nothing);
    assert_eq!(cleared.update(&db).await?, 1);
    Ok(())
}

async fn a_difference_of_unsigned_numbers_may_be_negative_in_a_filter(db: Database) -> Result {
    let row = Meter {
        tiny_unsigned: 3,
        ..ZEROS
    };
    store(&db, &row).await?;
    let free = |column: Expr<Meter, u8>| Meter::filter(column.gt(0)).exists(&db);
    assert!(free(Meter::TINY_UNSIGNED - 2).await?);
    assert!(!free(Meter::TINY_UNSIGNED - 5).await?);
    Ok(())
}

async fn a_mean_has_all_its_digits(db: Database) -> Result {
    #[derive(Model)]
    struct Mark {
        #[model(primary_key, auto)]
        id: u64,
        points: u32,
        weight: f64,
    }
    db.create_tables::<Mark>().await?;
    for (points, weight) in [(1, 0.5), (2, 0.25), (2, 0.25)] {
        NewMark { points, weight }.insert(&db).await?;
    }
    let means = (Mark::POINTS.avg(), Mark::WEIGHT.avg());
    let means = Mark::query().select(means).one(&db).await?;
    assert_eq!(means, (Some(5.0 / 3.0), Some(1.0 / 3.0)));
    Ok(())
}
