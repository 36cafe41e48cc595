//! Dates and times of `time`.

use proptest::prelude::Strategy;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};
use youku_orm::{Database, civil, sql};
use youku_tests::{Result, both_databases};

use super::round_trip;
use super::samples::{self, sample};

both_databases![
    instants,
    days,
    times_of_day,
    moments,
    a_value_outside_the_columns_range_is_refused
];

fn moment(at: civil::DateTime) -> PrimitiveDateTime {
    let month = Month::try_from(at.month() as u8).unwrap();
    let date = Date::from_calendar_date(at.year().into(), month, at.day() as u8).unwrap();
    let nanos = at.subsec_nanosecond() as u32;
    let time = Time::from_hms_nano(at.hour() as u8, at.minute() as u8, at.second() as u8, nanos);
    PrimitiveDateTime::new(date, time.unwrap())
}

fn extremes() -> [PrimitiveDateTime; 2] {
    let last = civil::datetime(9999, 12, 31, 23, 59, 59, 999_999_000);
    [civil::datetime(1, 1, 1, 0, 0, 0, 0), last].map(moment)
}

fn any_moment() -> impl Strategy<Value = PrimitiveDateTime> {
    samples::civil().prop_map(moment)
}

round_trip!(instants: OffsetDateTime, ordered, {
    sample(any_moment().prop_map(|at| at.assume_utc()), extremes().map(|at| at.assume_utc()))
});
round_trip!(days: Date, ordered, sample(any_moment().prop_map(|at| at.date()), extremes().map(|at| at.date())));
round_trip!(times_of_day: Time, ordered, {
    sample(any_moment().prop_map(|at| at.time()), extremes().map(|at| at.time()))
});
round_trip!(moments: PrimitiveDateTime, ordered, sample(any_moment(), extremes()));

async fn a_value_outside_the_columns_range_is_refused(db: Database) -> Result {
    let refused = Date::from_calendar_date(-1, Month::May, 1)?;
    let bound = sql("SELECT ?").bind(refused).one::<Date>(&db).await;
    let text = bound.expect_err("the year is beyond").to_string();
    assert!(text.contains("years 1 to 9999"), "{text}");
    // In UTC it is in the next year.
    let last = extremes()[1].assume_offset(UtcOffset::from_hms(-1, 0, 0)?);
    let bound = sql("SELECT ?").bind(last).one::<OffsetDateTime>(&db).await;
    assert!(bound.is_err());
    Ok(())
}
