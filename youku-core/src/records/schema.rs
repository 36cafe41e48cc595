//! The schema: numbered steps of SQL that change a database to what the models need.
//!
//! Each step has one text for SQLite and one for MySQL, in the folder `migrations`. A released step
//! never changes; a change of the schema is a new step. Tests compare a database that has run all
//! steps with one created from the models, so they find a column that only one of the two has.

use youku_orm::{Database, DatabaseKind, Findings, MigrationState, Migrations};

use crate::basics::error::{Error, Result};
use crate::records::AllTables;

/// Whether [`Builder::open`](crate::Builder::open) changes the schema of the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Migrate {
    /// It runs the pending migrations. When several programs open a database at once, one runs them
    /// and the others wait.
    #[default]
    AtOpen,
    /// It changes nothing, and refuses a database with pending migrations. Run them with
    /// [`Builder::migrate`](crate::Builder::migrate), perhaps as a database user with more
    /// privileges than that of the service.
    CheckOnly,
}

/// One step in the SQL of each database. All of its statements must be repeatable, because MySQL
/// does not roll back an interrupted step.
struct Step {
    name: &'static str,
    sqlite: &'static str,
    mysql: &'static str,
}

macro_rules! steps {
    ($($name:literal),+ $(,)?) => {
        &[$(Step {
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name)),
            mysql: include_str!(concat!("../../migrations/mysql/", $name)),
        }),+]
    };
}

/// All steps, in order.
const STEPS: &[Step] = steps![
    "0001_create_tables.sql",
    "0002_keep_data.sql",
    "0003_own_uploads.sql",
    "0004_invite_roles.sql",
    "0005_describe_movies.sql",
    "0006_events.sql",
    "0007_name_skeletons.sql",
    "0008_login_key.sql",
    "0009_deleted_users.sql",
    "0010_wait_watch_id.sql",
    "0011_record_watch_id.sql",
];

fn migrations(db: &Database) -> Migrations {
    let text = |step: &Step| match db.kind() {
        DatabaseKind::Mysql => step.mysql,
        _ => step.sqlite,
    };
    let add = |all: Migrations, step: &Step| all.idempotent_sql(step.name, text(step));
    STEPS.iter().fold(Migrations::new(), add)
}

/// Runs the pending migrations, and returns their names.
pub(crate) async fn migrate(db: &Database) -> Result<Vec<String>> {
    let ran = migrations(db).run(db).await.map_err(misfit)?;
    if !ran.is_empty() {
        tracing::info!(?ran, "the database was migrated");
    }
    Ok(ran)
}

/// Migrates the schema to what this program needs, or only checks it, depending on `mode`. A difference with which every
/// statement works is logged: an administrator may have added a trigger or widened a column.
pub(crate) async fn prepare(db: &Database, mode: Migrate) -> Result<()> {
    match mode {
        Migrate::AtOpen => drop(migrate(db).await?),
        Migrate::CheckOnly => require_migrated(db).await?,
    }
    let findings = findings(db).await?;
    for finding in findings.iter().filter(|finding| !finding.kind.is_fatal()) {
        tracing::warn!(%finding, "the database differs from what this program creates");
    }
    findings.fatal().into_result().map_err(misfit)
}

/// The differences between the database and the models.
pub(crate) async fn findings(db: &Database) -> Result<Findings> {
    Ok(db.check::<AllTables>().await?)
}

async fn require_migrated(db: &Database) -> Result<()> {
    let steps = migrations(db).status(db).await?;
    let is_applied = |state| matches!(state, MigrationState::Applied(_));
    let wrong = steps.iter().filter(|step| !is_applied(step.state));
    let wrong: Vec<String> = wrong.map(ToString::to_string).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let text = format!(
        "`database` lacks migrations that this program needs ({}): run them with \
         `Builder::migrate`, or open with `Migrate::AtOpen`",
        wrong.join(", ")
    );
    Err(Error::bad_request("database", text))
}

fn misfit(error: youku_orm::Error) -> Error {
    if error.is_unavailable() || error.is_retryable() {
        return error.into();
    }
    let text = format!(
        "`database` does not have the tables this program needs; if some of them belong to another \
         program, give these a prefix with `Builder::table_prefix`, or choose another database: \
         {error}"
    );
    Error::bad_request("database", text).with_source(error)
}

/// Creates the tables as the models describe them; tests compare the result of the migrations with
/// them.
///
/// # Cancel safety
///
/// When the future is dropped, some of the tables may exist; another call creates the rest.
#[doc(hidden)]
pub async fn create_tables_of_models(db: &Database) -> youku_orm::Result<()> {
    db.create_tables::<AllTables>().await
}
