//! Which steps a database has recorded, and whether they match the program's steps.

use std::fmt;

use crate::database::executor::Executor;
use crate::error::{Class, Error, Result};
use crate::migrate::step::Step;
use crate::model::Model;
use jiff::Timestamp;
use youku_orm_derive::Model;

/// One step that ran or began to run.
#[derive(Debug, Model)]
#[model(table = "youku_migration", crate = "crate")]
pub(super) struct Applied {
    #[model(primary_key)]
    pub(super) version: u64,
    #[model(length = 255)]
    pub(super) name: String,
    #[model(length = 64)]
    pub(super) checksum: String,
    pub(super) started_at: Timestamp,
    pub(super) finished_at: Option<Timestamp>,
}

/// The status of one migration; made by [`Migrations::status`](crate::Migrations::status).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The number and what it does, as in `0001_create_user.sql`.
    pub name: String,
    /// Whether the database has run it.
    pub state: MigrationState,
}

/// Whether a database has run a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationState {
    /// It has not run.
    Pending,
    /// It ran at this time.
    Applied(Timestamp),
    /// It ran at this time, with a different text or under a different name.
    Changed(Timestamp),
    /// It began at this time and did not finish.
    Unfinished(Timestamp),
    /// It ran at this time, and this program does not know it.
    Unknown(Timestamp),
}

impl fmt::Display for MigrationState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pending => f.write_str("pending"),
            Self::Applied(at) => write!(f, "applied at {at}"),
            Self::Changed(at) => write!(f, "changed after it was applied at {at}"),
            Self::Unfinished(at) => write!(f, "begun at {at} and not finished"),
            Self::Unknown(at) => write!(f, "applied at {at}, unknown to this program"),
        }
    }
}

impl Applied {
    /// All of them, in their order.
    pub(super) async fn all<'c>(executor: impl Executor + 'c) -> Result<Vec<Self>> {
        let all = Self::query().order_by(Self::VERSION.asc());
        all.all(executor).await
    }

    fn is(&self, step: &Step) -> bool {
        self.name == step.name && self.checksum == step.checksum()
    }

    fn state(&self, step: Option<&Step>) -> MigrationState {
        match (self.finished_at, step) {
            (None, _) => MigrationState::Unfinished(self.started_at),
            (Some(at), None) => MigrationState::Unknown(at),
            (Some(at), Some(step)) if self.is(step) => MigrationState::Applied(at),
            (Some(at), Some(_)) => MigrationState::Changed(at),
        }
    }
}

/// The status of every step, followed by the steps that only the database knows.
pub(super) fn status(steps: &[Step], applied: &[Applied]) -> Vec<MigrationStatus> {
    let had = |version| applied.iter().find(|row| row.version == version);
    let known = steps.iter().map(|step| MigrationStatus {
        name: step.name.to_string(),
        state: had(step.version).map_or(MigrationState::Pending, |row| row.state(Some(step))),
    });
    let is_known = |row: &&Applied| steps.iter().any(|step| step.version == row.version);
    let unknown = applied.iter().filter(|row| !is_known(row));
    let unknown = unknown.map(|row| MigrationStatus {
        name: row.name.clone(),
        state: row.state(None),
    });
    known.chain(unknown).collect()
}

/// The step to run next, after checking that the steps that ran have not changed.
pub(super) fn next<'s>(steps: &'s [Step], applied: &[Applied]) -> Result<Option<&'s Step>> {
    for (wanted, row) in (1..).zip(applied) {
        let step = steps.get(wanted as usize - 1);
        if step.is_some_and(|step| row.version == wanted && step.resumes(row)) {
            return Ok(step);
        }
        if let Some(text) = misfit(wanted, row, step) {
            return Err(Error::new(Class::Schema, text));
        }
    }
    Ok(steps.get(applied.len()))
}

fn misfit(wanted: u64, row: &Applied, step: Option<&Step>) -> Option<String> {
    let (name, version) = (&row.name, row.version);
    if version != wanted {
        return Some(format!(
            "the database has had the migration `{name}`, and not number {wanted}: its row of \
             `youku_migration` is gone"
        ));
    }
    let text = match (row.state(step), step) {
        (MigrationState::Unfinished(at), _) => format!(
            "the migration `{name}` began at {at} and did not finish, so a part of it may be done: \
             compare it with the database; then undo that part and `DELETE FROM youku_migration \
             WHERE version = {version}`, or do the rest by hand and `UPDATE youku_migration SET \
             finished_at = started_at WHERE version = {version}`"
        ),
        (MigrationState::Unknown(_), _) => format!(
            "the database has had the migration `{name}`, which this program does not know: the \
             database is newer than the program"
        ),
        (MigrationState::Changed(_), Some(step)) if step.name != *name => format!(
            "the migration {version} was `{name}` when it ran, and is `{}` now: give a new \
             migration a new number",
            step.name
        ),
        (MigrationState::Changed(at), _) => format!(
            "the migration `{name}` was changed after it ran at {at}: give it its old text back, \
             and put the change into a new migration"
        ),
        _ => return None,
    };
    Some(text)
}
