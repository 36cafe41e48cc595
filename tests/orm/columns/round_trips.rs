//! Every column type, with its extremes and with random values, through everything that writes, reads and
//! compares.

mod check;
mod samples;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use youku_orm::civil::{Date, DateTime, Time};
use youku_orm::{Database, Id, Timestamp};
use youku_tests::{Result, both_databases};

use crate::models::Person;
use samples::{civil, sample};

/// A test of one type, with a separate table that has a column of the type and one of its `Option`.
macro_rules! round_trip {
    ($name:ident: $(#[$column:meta])* $ty:ty, $check:ident, $values:expr) => {
        async fn $name(db: youku_orm::Database) -> youku_tests::Result {
            #[derive(youku_orm::Model, Debug, Clone, PartialEq)]
            struct Sample {
                #[model(primary_key, auto)]
                id: u64,
                $(#[$column])*
                value: $ty,
                $(#[$column])*
                maybe: Option<$ty>,
            }
            let table = crate::columns::round_trips::check::Table {
                id: Sample::ID,
                value: Sample::VALUE,
                maybe: Sample::MAYBE,
                new: |value, maybe| NewSample { value, maybe },
                read: |row| (&row.value, &row.maybe),
            };
            table.$check(&db, $values).await
        }
    };
}
pub(crate) use round_trip;

both_databases![
    tiny,
    small,
    normal,
    big,
    tiny_unsigned,
    small_unsigned,
    normal_unsigned,
    big_unsigned,
    single,
    double,
    flags,
    texts,
    texts_that_end_in_nul,
    bytes,
    references,
    instants,
    days,
    times_of_day,
    moments,
    nan_and_infinities_are_refused,
];

round_trip!(tiny: i8, ordered, sample(any::<i8>(), [i8::MIN, -1, 0, i8::MAX]));
round_trip!(small: i16, ordered, sample(any::<i16>(), [i16::MIN, -1, 0, i16::MAX]));
round_trip!(normal: i32, ordered, sample(any::<i32>(), [i32::MIN, -1, 0, i32::MAX]));
round_trip!(big: i64, ordered, sample(any::<i64>(), [i64::MIN, -1, 0, i64::MAX]));
round_trip!(tiny_unsigned: u8, ordered, sample(any::<u8>(), [0, 1, u8::MAX]));
round_trip!(small_unsigned: u16, ordered, sample(any::<u16>(), [0, 1, u16::MAX]));
round_trip!(normal_unsigned: u32, ordered, sample(any::<u32>(), [0, 1, u32::MAX]));
round_trip!(big_unsigned: u64, ordered, sample(any::<u64>(), [0, 1 << 63, (1 << 63) - 1, u64::MAX]));
round_trip!(flags: bool, ordered, vec![true, false, true]);
round_trip!(references: #[model(no_foreign_key)] Id<Person>, ordered, sample(any::<u64>().prop_map(Id::new), [Id::new(u64::MAX)]));

round_trip!(single: f32, ordered, {
    use proptest::num::f32::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL};
    let extremes = [f32::MIN, -0.0, 0.0, f32::from_bits(1), f32::MIN_POSITIVE, f32::EPSILON, f32::MAX];
    sample(POSITIVE | NEGATIVE | NORMAL | SUBNORMAL, extremes)
});
round_trip!(double: f64, ordered, {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL};
    let extremes = [f64::MIN, -0.0, 0.0, f64::from_bits(1), f64::MIN_POSITIVE, 0.1 + 0.2, 9e15 + 1.0, f64::MAX];
    sample(POSITIVE | NEGATIVE | NORMAL | SUBNORMAL, extremes)
});

round_trip!(texts: String, ordered, {
    let extremes = ["", " ", "a", "a ", "A", "\0b", "a\0b", "\u{10ffff}", "\u{1f600}", "\u{ffff}", "'\\\"`%_?!"];
    let any_text = vec(any::<char>(), 0..12).prop_map(String::from_iter);
    sample(any_text.prop_filter("a NUL at the end", |text| !text.ends_with('\0')), extremes.map(str::to_owned))
});
// MariaDB sorts (but does not compare) such texts as if they had no NULs at the end.
round_trip!(texts_that_end_in_nul: String, equal, {
    let any_text = vec(any::<char>(), 0..4).prop_map(|text| String::from_iter(text) + "\0");
    sample(any_text, ["", "\0", "\0\0", "a", "a\0"].map(str::to_owned))
});
round_trip!(bytes: Vec<u8>, ordered, {
    let extremes = [vec![], vec![0], vec![0, 0], vec![0xff; 9], b" ".to_vec(), (0..=255).collect()];
    sample(vec(any::<u8>(), 0..12), extremes)
});

round_trip!(instants: Timestamp, ordered, {
    let extremes = ["0001-01-01T00:00Z", "1969-12-31T23:59:59.999999Z", "9999-12-30T22:00:00.999999Z"];
    let any_instant = civil().prop_filter_map("later than any", |at| format!("{at}Z").parse().ok());
    sample(any_instant, extremes.map(|text| text.parse().unwrap()))
});
round_trip!(days: Date, ordered, sample(civil().prop_map(|at| at.date()), [Date::constant(1, 1, 1), Date::MAX]));
round_trip!(times_of_day: Time, ordered, {
    let last = Time::constant(23, 59, 59, 999_999_000);
    sample(civil().prop_map(|at| at.time()), [Time::midnight(), Time::constant(0, 0, 0, 1_000), last])
});
round_trip!(moments: DateTime, ordered, {
    let last = DateTime::constant(9999, 12, 31, 23, 59, 59, 999_999_000);
    sample(civil(), [DateTime::constant(1, 1, 1, 0, 0, 0, 0), last])
});

async fn nan_and_infinities_are_refused(db: Database) -> Result {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let bound = youku_orm::sql("SELECT ?")
            .bind(number)
            .one::<f64>(&db)
            .await;
        let text = bound
            .expect_err("one of the databases has no such number")
            .to_string();
        assert!(text.contains("NaN and infinity"), "{text}");
    }
    Ok(())
}
