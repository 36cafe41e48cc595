//! Dates and times of `chrono`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use proptest::prelude::Strategy;
use youku_orm::{Database, sql};
use youku_tests::{Result, both_databases};

use super::round_trip;
use super::samples::{civil, sample};

both_databases![
    instants,
    days,
    times_of_day,
    moments,
    a_value_outside_the_columns_range_is_refused
];

fn moment(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn extremes() -> [NaiveDateTime; 3] {
    [
        "0001-01-01T00:00:00",
        "1969-12-31T23:59:59.999999",
        "9999-12-31T23:59:59.999999",
    ]
    .map(moment)
}

fn any_moment() -> impl Strategy<Value = NaiveDateTime> {
    civil().prop_map(|at| moment(&at.to_string()))
}

round_trip!(instants: DateTime<Utc>, ordered, {
    sample(any_moment().prop_map(|at| at.and_utc()), extremes().map(|at| at.and_utc()))
});
round_trip!(days: NaiveDate, ordered, sample(any_moment().prop_map(|at| at.date()), extremes().map(|at| at.date())));
round_trip!(times_of_day: NaiveTime, ordered, {
    sample(any_moment().prop_map(|at| at.time()), extremes().map(|at| at.time()))
});
round_trip!(moments: NaiveDateTime, ordered, sample(any_moment(), extremes()));

async fn a_value_outside_the_columns_range_is_refused(db: Database) -> Result {
    for date in [
        NaiveDate::MIN,
        NaiveDate::MAX,
        NaiveDate::from_ymd_opt(0, 12, 31).unwrap(),
    ] {
        let bound = sql("SELECT ?").bind(date).one::<NaiveDate>(&db).await;
        let text = bound.expect_err("the year is beyond").to_string();
        assert!(text.contains("years 1 to 9999"), "{text}");
        let bound = sql("SELECT ?")
            .bind(date.and_time(NaiveTime::MIN).and_utc())
            .one::<NaiveDate>(&db)
            .await;
        assert!(bound.is_err());
    }
    let leap = NaiveTime::from_hms_milli_opt(23, 59, 59, 1_500).unwrap();
    let bound = sql("SELECT ?").bind(leap).one::<NaiveTime>(&db).await;
    let text = bound.expect_err("no column has a second 60").to_string();
    assert!(text.contains("leap second"), "{text}");
    Ok(())
}
