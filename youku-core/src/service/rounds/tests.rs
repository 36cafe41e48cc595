use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::Judgement;
use super::local_clock::Local;
use super::reading::Reading;
use crate::host::policy::Policy;
use crate::records::MaintenanceRow;
use crate::records::maintenance::ONLY;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const YEARS: i64 = 4 * 365 * DAY;

fn policy() -> Policy {
    let days = |days: u64| Duration::from_secs(days * 86_400);
    Policy {
        max_clock_error: Duration::from_secs(60),
        max_round_gap: days(7),
        clock_grace: days(30),
        ..Policy::default()
    }
}

fn moment(seconds: i64) -> Timestamp {
    let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    start
        .saturating_add(SignedDuration::from_secs(seconds))
        .unwrap()
}

/// The clocks of the machine `boot` after so many seconds by the service's clock and by its own.
fn reading(at: i64, boot: &str, passed: i64) -> Reading {
    Reading {
        at: moment(at),
        reference: None,
        local: Some(Local {
            clock: boot.to_owned(),
            time: moment(passed),
        }),
    }
}

fn follows(now: &Reading) -> bool {
    now.follows(&reading(0, "boot", 0), &policy())
}

#[test]
fn clocks_agree_up_to_the_error_of_the_policy() {
    for (stepped, expected) in [
        (HOUR, true),
        (HOUR + 60, true),
        (HOUR - 60, true),
        (HOUR + 61, false),
        (HOUR - 61, false),
        (YEARS, false),
        (-YEARS, false),
    ] {
        assert_eq!(follows(&reading(stepped, "boot", HOUR)), expected);
    }
    // The machine was off or suspended for months.
    assert!(follows(&reading(YEARS, "boot", YEARS)));
}

#[test]
fn after_a_restart_of_the_machine_a_short_gap_is_believed() {
    for (stepped, expected) in [
        (0, true),
        (7 * DAY, true),
        (7 * DAY + 1, false),
        (-60, true),
        (-61, false),
        (YEARS, false),
        (-YEARS, false),
    ] {
        assert_eq!(follows(&reading(stepped, "next", 5)), expected, "{stepped}");
    }
}

#[test]
fn every_clock_must_agree() {
    let with = |at, reference, local: Option<i64>| Reading {
        reference: Some(moment(reference)),
        local: local.map(|passed| reading(0, "boot", passed).local.unwrap()),
        ..reading(at, "boot", 0)
    };
    let check = |at, reference, local, expected| {
        let now = with(at, reference, local);
        assert_eq!(now.follows(&with(0, 0, Some(0)), &policy()), expected);
    };
    check(HOUR, HOUR, Some(HOUR), true);
    check(HOUR, 0, Some(HOUR), false);
    // The database is on the same machine, whose clock was set.
    check(YEARS, YEARS, Some(HOUR), false);
    check(YEARS, YEARS, None, false);
    check(DAY, DAY, None, true);
    check(DAY, HOUR, None, false);
}

/// The rounds of one database.
struct Rounds(MaintenanceRow);

impl Rounds {
    fn new(first: &Reading) -> Self {
        let row = MaintenanceRow {
            mt_id: ONLY,
            generation: 0,
            restored_at: None,
            accepted_at: None,
            repaired_at: None,
            round_at: None,
            round_reference: None,
            round_clock: None,
            round_time: None,
            trusted_at: None,
            trusted_reference: None,
            trusted_clock: None,
            trusted_time: None,
            jumped_at: None,
            claimed_at: None,
            login_key: None,
        };
        let mut rounds = Self(row);
        rounds.record(first, Judgement::Believed);
        rounds
    }

    fn record(&mut self, now: &Reading, judgement: Judgement) {
        let local = now.local.clone().unwrap();
        let row = &mut self.0;
        row.round_at = Some(now.at);
        (row.round_clock, row.round_time) = (Some(local.clock.clone()), Some(local.time));
        row.jumped_at = match judgement {
            Judgement::Jumped(at) => Some(at),
            _ => None,
        };
        if judgement == Judgement::Believed {
            row.trusted_at = Some(now.at);
            (row.trusted_clock, row.trusted_time) = (Some(local.clock), Some(local.time));
        }
    }

    #[track_caller]
    fn check(&mut self, now: &Reading, expected: Judgement) {
        let judgement = Judgement::of(now, &self.0, &policy());
        assert_eq!(judgement, expected);
        self.record(now, judgement);
    }
}

#[test]
fn clock_that_has_jumped_is_believed_after_its_grace() {
    let mut rounds = Rounds::new(&reading(0, "boot", 0));
    rounds.check(&reading(HOUR, "boot", HOUR), Judgement::Believed);
    let jumped = moment(YEARS);
    for hours in 1..30 * 24 {
        let passed = hours * HOUR;
        let now = reading(YEARS - HOUR + passed, "boot", HOUR + passed);
        rounds.check(&now, Judgement::Jumped(jumped));
    }
    let last = 30 * DAY;
    rounds.check(
        &reading(YEARS + last, "boot", 2 * HOUR + last),
        Judgement::Believed,
    );
}

#[test]
fn each_jump_begins_the_grace_again() {
    let mut rounds = Rounds::new(&reading(0, "boot", 0));
    rounds.check(
        &reading(YEARS, "boot", HOUR),
        Judgement::Jumped(moment(YEARS)),
    );
    rounds.check(
        &reading(2 * YEARS, "boot", 2 * HOUR),
        Judgement::Jumped(moment(2 * YEARS)),
    );
    // A jump of that clock by another 30 days is none of its age.
    rounds.check(
        &reading(2 * YEARS + 30 * DAY, "boot", 3 * HOUR),
        Judgement::Jumped(moment(2 * YEARS + 30 * DAY)),
    );
    rounds.check(
        &reading(-YEARS, "boot", 4 * HOUR),
        Judgement::Jumped(moment(-YEARS)),
    );
}

#[test]
fn clock_that_is_right_again_is_believed_by_the_second_round() {
    let mut rounds = Rounds::new(&reading(0, "boot", 0));
    for wrong in 1..4 {
        let now = reading(YEARS + wrong * HOUR, "boot", wrong * HOUR);
        rounds.check(&now, Judgement::Jumped(moment(YEARS + HOUR)));
    }
    rounds.check(&reading(4 * HOUR, "boot", 4 * HOUR), Judgement::Back);
    rounds.check(&reading(5 * HOUR, "boot", 5 * HOUR), Judgement::Believed);
}

#[test]
fn wrong_clock_of_another_node_does_not_stop_this_one() {
    let mut rounds = Rounds::new(&reading(0, "right", 0));
    for hour in 1..50 {
        let wrong = YEARS + hour * HOUR;
        rounds.check(
            &reading(wrong, "wrong", hour * HOUR),
            Judgement::Jumped(moment(wrong)),
        );
        rounds.check(
            &reading(hour * HOUR, "right", hour * HOUR),
            Judgement::Believed,
        );
    }
}
