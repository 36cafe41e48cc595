//! Values to store: chosen extremes and random values that are the same at every run.

use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use youku_orm::civil::{Date, DateTime, Time};

/// How many random values each type gets.
const RANDOM: usize = 60;

/// The extremes, then random values.
pub(super) fn sample<T>(
    strategy: impl Strategy<Value = T>,
    extremes: impl IntoIterator<Item = T>,
) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    let mut random = || {
        let tree = strategy.new_tree(&mut runner);
        tree.expect("the strategy makes a value").current()
    };
    let mut values: Vec<T> = extremes.into_iter().collect();
    values.extend((0..RANDOM).map(|_| random()));
    values
}

/// A moment that both databases hold, with microseconds.
pub(super) fn civil() -> impl Strategy<Value = DateTime> {
    let date = (1..=9999_i16, 1..=12_i8, 1..=31_i8);
    let date = date.prop_filter_map("no such day", |(year, month, day)| {
        Date::new(year, month, day).ok()
    });
    let time = (
        0..24_i8,
        0..60_i8,
        0..60_i8,
        0..1_000_000_i32,
        any::<bool>(),
    );
    let time = time.prop_map(|(hour, minute, second, micros, whole)| {
        let nanos = if whole { 0 } else { micros * 1_000 };
        Time::constant(hour, minute, second, nanos)
    });
    (date, time).prop_map(|(date, time)| date.to_datetime(time))
}
