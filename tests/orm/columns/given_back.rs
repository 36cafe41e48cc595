//! What a write gives back is what the table holds, also where a value is stored with fewer digits.

use std::fmt::Debug;

use youku_orm::civil::{DateTime, Time};
use youku_orm::{ColumnType, Database, Id, Model, New, Timestamp};
use youku_tests::{Result, both_databases, without_returning};

/// Writes the values in every way that gives a row back, and compares that row with the one in the table.
macro_rules! given_back {
    ($db:expr, $ty:ty, $values:expr) => {{
        #[derive(Model, Debug, Clone, PartialEq)]
        struct Sample {
            #[model(primary_key, auto)]
            id: Id<Sample>,
            #[model(unique)]
            value: $ty,
            maybe: Option<$ty>,
        }
        let new = |value: $ty| NewSample {
            maybe: Some(value.clone()),
            value,
        };
        let (db, values): (&Database, Vec<$ty>) = ($db, $values.into_iter().collect());
        db.create_tables::<Sample>().await?;
        let mut given = Vec::new();
        for value in &values {
            given.push(new(value.clone()).insert(db).await?);
        }
        for row in &given {
            assert_eq!(&Sample::get(db, row.id).await?, row, "inserted");
        }
        let (first, last) = (given[0].clone(), values[values.len() - 1].clone());
        let row = Sample {
            maybe: Some(last.clone()),
            ..first.clone()
        };
        let updated = row.update(db).await?;
        assert_eq!(Sample::get(db, first.id).await?, updated, "updated");
        let row = Sample {
            maybe: Some(values[0].clone()),
            ..updated.clone()
        };
        let changed = db.update_changed(&updated, &row).await?;
        assert_eq!(Sample::get(db, first.id).await?, changed, "changed");
        let upsert = Sample::insert(new(last)).on_conflict(Sample::VALUE);
        let upserted = upsert.update(Sample::MAYBE).exec(db).await?;
        assert_eq!(Sample::get(db, upserted.id).await?, upserted, "upserted");
        Sample::query().every_row().delete(db).await?;
        let rows = values.into_iter().map(new).collect();
        for row in Sample::insert_many(db, rows).await? {
            assert_eq!(Sample::get(db, row.id).await?, row, "inserted with others");
        }
        fn is_column<T: ColumnType + Debug>() {}
        is_column::<$ty>();
        Ok(())
    }};
}
both_databases![
    instants,
    moments,
    times_of_day,
    numbers,
    instants_that_differ_by_nanoseconds_are_one_value
];
without_returning![instants, moments, times_of_day, numbers];

#[cfg(feature = "chrono")]
mod chrono_types {
    use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};

    use super::*;

    both_databases![instants, moments, times_of_day];

    async fn instants(db: Database) -> Result {
        given_back!(&db, DateTime<Utc>, finer_than_stored()?)
    }

    async fn moments(db: Database) -> Result {
        let values = finer_than_stored()?;
        given_back!(&db, NaiveDateTime, values.map(|at| at.naive_utc()))
    }

    async fn times_of_day(db: Database) -> Result {
        let values = finer_than_stored()?;
        given_back!(&db, NaiveTime, values.map(|at| at.time()))
    }

    fn finer_than_stored() -> Result<[DateTime<Utc>; 2]> {
        let at = |seconds, nanos| DateTime::from_timestamp(seconds, nanos).ok_or("an instant");
        Ok([at(1_700_000_000, 123_456_789)?, at(-2, 999_999_999)?])
    }
}

#[cfg(feature = "time")]
mod time_types {
    use time::{OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

    use super::*;

    both_databases![instants, moments, times_of_day];

    async fn instants(db: Database) -> Result {
        let offset = UtcOffset::from_hms(2, 0, 0)?;
        let values = finer_than_stored()?;
        given_back!(&db, OffsetDateTime, values.map(|at| at.to_offset(offset)))
    }

    async fn moments(db: Database) -> Result {
        let values = finer_than_stored()?;
        let values = values.map(|at| PrimitiveDateTime::new(at.date(), at.time()));
        given_back!(&db, PrimitiveDateTime, values)
    }

    async fn times_of_day(db: Database) -> Result {
        given_back!(&db, Time, finer_than_stored()?.map(OffsetDateTime::time))
    }

    fn finer_than_stored() -> Result<[OffsetDateTime; 2]> {
        let at = OffsetDateTime::from_unix_timestamp_nanos;
        Ok([at(1_700_000_000_123_456_789)?, at(-1_000_000_001)?])
    }
}

async fn instants(db: Database) -> Result {
    let finer = |second, nanos| Timestamp::new(second, nanos);
    let values = [
        finer(1_700_000_000, 123_456_789)?,
        finer(-1, -1)?,
        finer(-2, -123_456_789)?,
    ];
    given_back!(&db, Timestamp, values)
}

async fn moments(db: Database) -> Result {
    let values = [
        DateTime::constant(9999, 12, 31, 23, 59, 59, 999_999_999),
        DateTime::constant(1, 1, 1, 0, 0, 0, 1),
    ];
    given_back!(&db, DateTime, values)
}

async fn times_of_day(db: Database) -> Result {
    given_back!(&db, Time, [Time::MAX, Time::constant(0, 0, 0, 999)])
}

async fn numbers(db: Database) -> Result {
    given_back!(&db, f64, [-0.1, 1e300])
}

#[cfg(feature = "decimal")]
mod exact {
    use youku_orm::Decimal;

    use super::*;

    both_databases![numbers];

    async fn numbers(db: Database) -> Result {
        let values = [Decimal::new(1_500, 3), Decimal::new(-1, 28), Decimal::MAX];
        given_back!(&db, Decimal, values)
    }
}

/// The filter that names an instant finds the row that was made of it.
async fn instants_that_differ_by_nanoseconds_are_one_value(db: Database) -> Result {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Visit {
        #[model(primary_key, auto)]
        id: Id<Visit>,
        at: Timestamp,
    }
    db.create_tables::<Visit>().await?;
    let at = Timestamp::new(1_700_000_000, 123_456_789)?;
    let visit = NewVisit { at }.insert(&db).await?;
    assert_eq!(visit.at, Timestamp::new(1_700_000_000, 123_456_000)?);
    assert_eq!(Visit::filter(Visit::AT.eq(at)).one(&db).await?, visit);
    assert_eq!(Visit::filter(Visit::AT.eq(visit.at)).one(&db).await?, visit);
    Ok(())
}
