//! Tests of the rules for policies: each row of the table breaks one rule.

use crate::host::policy::rules::{MAX_MOVIE_BYTES, MAX_PRICE_FEN};

use super::*;

#[track_caller]
fn check(set: impl FnOnce(&mut Policy), expected: &str) {
    let mut policy = Policy::default();
    set(&mut policy);
    let error = policy.check().expect_err(expected);
    assert_eq!(error.field(), Some("policy"));
    assert_eq!(error.to_string(), expected);
}

#[test]
fn default_policy_keeps_its_own_rules() {
    assert!(Policy::default().check().is_ok());
}

#[test]
fn bounds_of_lengths_that_no_table_can_hold_are_refused() {
    check(
        |policy| policy.username_chars = 65..=70,
        "`username_chars` must start at 64 or less",
    );
    check(
        |policy| policy.username_chars = 1..=65,
        "`username_chars` must end at 64 or less",
    );
    check(
        |policy| policy.movie_name_chars = 501..=600,
        "`movie_name_chars` must start at 500 or less",
    );
    check(
        |policy| policy.movie_name_chars = 1..=501,
        "`movie_name_chars` must end at 500 or less",
    );
    check(
        |policy| policy.max_title_chars = 256,
        "`max_title_chars` must be 255 or less",
    );
    check(
        |policy| policy.max_content_chars = 2001,
        "`max_content_chars` must be 2000 or less",
    );
    check(
        |policy| policy.max_movie_bytes = 1 << 63,
        "`max_movie_bytes` must be 9223372036854775807 or less",
    );
    check(
        |policy| policy.descriptions.title_chars = 501,
        "`descriptions.title_chars` must be 500 or less",
    );
    check(
        |policy| policy.descriptions.poster_bytes = 5 << 20,
        "`descriptions.poster_bytes` must be 4194304 or less",
    );
    check(
        |policy| policy.events.timeout = Duration::ZERO,
        "`events.timeout` must be longer than zero",
    );
}

#[test]
fn ranges_without_a_length_are_refused() {
    #[expect(
        clippy::reversed_empty_ranges,
        reason = "an empty range is the mistake"
    )]
    let empty = 5..=3;
    check(
        |policy| policy.username_chars = empty.clone(),
        "`username_chars` must end at 5 or more",
    );
    check(
        |policy| policy.password_chars = empty.clone(),
        "`password_chars` must end at 5 or more",
    );
    check(
        |policy| policy.movie_name_chars = empty.clone(),
        "`movie_name_chars` must end at 5 or more",
    );
}

#[test]
fn zeros_that_would_stop_the_service_are_refused() {
    check(
        |policy| policy.movie_name_chars = 0..=9,
        "`movie_name_chars` must start at 1 or more",
    );
    check(
        |policy| policy.login_attempts = 0,
        "`login_attempts` must be 1 or more",
    );
    check(
        |policy| policy.max_downloads = Some(0),
        "`max_downloads` must be 1 or more",
    );
    check(
        |policy| policy.max_downloads_per_user = Some(0),
        "`max_downloads_per_user` must be 1 or more",
    );
    check(
        |policy| policy.download_rate = Some(0),
        "`download_rate` must be 1 or more",
    );
    check(|policy| policy.max_page = 0, "`max_page` must be 1 or more");
    check(
        |policy| policy.search_rows = 0,
        "`search_rows` must be 1 or more",
    );
    check(
        |policy| policy.transaction_attempts = 0,
        "`transaction_attempts` must be 1 or more",
    );
    check(
        |policy| policy.maintenance_interval = Duration::ZERO,
        "`maintenance_interval` must be longer than zero",
    );
    check(
        |policy| policy.upload_heartbeat = Duration::ZERO,
        "`upload_heartbeat` must be longer than zero",
    );
}

#[test]
fn prices_whose_sum_would_not_fit_are_refused() {
    let most = "must be 1000000000000 or less";
    check(
        |policy| policy.price_fen = MAX_PRICE_FEN + 1,
        &format!("`price_fen` {most}"),
    );
    check(
        |policy| policy.member_price_fen = MAX_PRICE_FEN + 1,
        &format!("`member_price_fen` {most}"),
    );
    check(
        |policy| policy.membership_price_fen = MAX_PRICE_FEN + 1,
        &format!("`membership_price_fen` {most}"),
    );
}

#[test]
fn values_at_the_bounds_are_accepted() {
    let policy = Policy {
        username_chars: 64..=64,
        movie_name_chars: 500..=500,
        max_title_chars: 255,
        max_content_chars: 2000,
        max_movie_bytes: MAX_MOVIE_BYTES,
        price_fen: MAX_PRICE_FEN,
        member_price_fen: MAX_PRICE_FEN,
        membership_price_fen: MAX_PRICE_FEN,
        login_attempts: 1,
        max_downloads: Some(1),
        max_downloads_per_user: Some(1),
        download_rate: Some(1),
        max_page: 1,
        search_rows: 1,
        transaction_attempts: 1,
        ..Policy::default()
    };
    policy.check().unwrap();
}
