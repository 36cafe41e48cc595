//! The counters and timers of the service, through the `metrics` facade. A host that installs a
//! recorder gets them; for every other host they cost next to nothing.
//!
//! The crate's documentation has the table of names; tests read it.

use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};
use youku_orm::Database;

use crate::basics::code::Code;
use crate::basics::error::Error;
use crate::credentials::hasher::{Cost, Stored};
use crate::records::accounts::user::Role;

const REGISTRATIONS: &str = "youku_registrations_total";
const LOGINS: &str = "youku_logins_total";
const COMPARISONS: &str = "youku_password_comparisons_total";
const UPLOADS: &str = "youku_uploads_total";
const UPLOADED_BYTES: &str = "youku_uploaded_bytes_total";
const DOWNLOADS: &str = "youku_downloads_total";
const STATEMENTS: &str = "youku_statement_seconds";
const ROUNDS: &str = "youku_maintenance_rounds_total";
const HELD_BACK: &str = "youku_maintenance_held_back_total";
const REMOVED: &str = "youku_maintenance_removed_total";

/// Describes the metrics to the recorder.
pub(crate) fn describe() {
    describe_counter!(REGISTRATIONS, "Users who were registered, by their role");
    describe_counter!(LOGINS, "Log-ins, by how they ended");
    describe_counter!(
        COMPARISONS,
        "Passwords that were compared, by the cost of the hash"
    );
    describe_counter!(
        UPLOADS,
        "Uploads that ended well, by whether the movie was new"
    );
    describe_counter!(UPLOADED_BYTES, Unit::Bytes, "Bytes of those uploads");
    describe_counter!(DOWNLOADS, "Downloads whose bytes began");
    describe_histogram!(
        STATEMENTS,
        Unit::Seconds,
        "Statements, by database and outcome"
    );
    describe_counter!(ROUNDS, "Rounds of maintenance, by how they ended");
    describe_counter!(HELD_BACK, "Sweeps that were held back, by the reason");
    describe_counter!(REMOVED, "What maintenance removed, by kind");
}

/// A handle of the same database whose statements are timed.
pub(crate) fn timed(db: &Database) -> Database {
    db.on_statement(|statement| {
        let outcome = if statement.error.is_some() {
            "error"
        } else {
            "ok"
        };
        let labels = [("database", statement.database), ("outcome", outcome)];
        histogram!(STATEMENTS, &labels).record(statement.elapsed);
    })
}

pub(crate) fn registered(role: Role) {
    let role = match role {
        Role::Admin => "admin",
        Role::User => "user",
    };
    counter!(REGISTRATIONS, "role" => role).increment(1);
}

/// `outcome` is `ok`, `refused`, or `locked`.
pub(crate) fn login(outcome: &'static str) {
    counter!(LOGINS, "outcome" => outcome).increment(1);
}

/// Counts a comparison for a log-in by its cost, also one for a name that no user has.
pub(crate) fn compared(stored: &Stored) {
    let cost = match stored {
        Stored::Hash(hash) => Cost::of(hash),
        Stored::Nothing(cost) => Some(cost.clone()),
    };
    let parameters = cost
        .as_ref()
        .and_then(|cost| cost.prefix().split('$').nth(3));
    let parameters = parameters.unwrap_or_default().to_owned();
    counter!(COMPARISONS, "cost" => parameters).increment(1);
}

/// For a log-in that failed before the password was compared.
pub(crate) fn login_failed(error: &Error) {
    if error.code() == Code::Locked {
        login("locked");
    }
}

pub(crate) fn uploaded(bytes: u64, existed: bool) {
    let movie = if existed { "known" } else { "new" };
    counter!(UPLOADS, "movie" => movie).increment(1);
    counter!(UPLOADED_BYTES).increment(bytes);
}

pub(crate) fn downloading() {
    counter!(DOWNLOADS).increment(1);
}

/// Counts one round of maintenance, and what it removed by kind.
pub(crate) fn maintained(removed: &[(&'static str, u64)]) {
    counter!(ROUNDS, "outcome" => "ok").increment(1);
    for (kind, count) in removed {
        counter!(REMOVED, "kind" => *kind).increment(*count);
    }
}

pub(crate) fn held_back(reason: &'static str) {
    counter!(HELD_BACK, "reason" => reason).increment(1);
}

pub(crate) fn maintenance_failed() {
    counter!(ROUNDS, "outcome" => "error").increment(1);
}
