//! The schema: numbered steps of SQL that bring a database to what the models ask for.
//!
//! Each step is a text for SQLite and one for MySQL, in the folder `migrations`. What was released
//! is never changed; a change is a new step. Tests compare a database that has had all steps with
//! one made from the models, so a column that only one of the two has is found out.

use youku_orm::{Database, DatabaseKind, Findings, MigrationState, Migrations};

use crate::basics::error::{Error, Result};
use crate::records::AllTables;

/// Whether [`Builder::open`](crate::Builder::open) changes the schema of the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Migrate {
    /// It runs the migrations that the database has not had. Of several programs that open a
    /// database at once, one runs them and the others wait.
    #[default]
    AtOpen,
    /// It changes nothing, and refuses a database that has not had all of them. They are run by
    /// [`Builder::migrate`](crate::Builder::migrate), perhaps under a user of the database who may
    /// do more than that of the service.
    CheckOnly,
}

/// One step in the words of each database. All of its statements may run again, because MySQL does
/// not undo a step that was cut off.
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

/// All steps, in their order.
const STEPS: &[Step] = steps!["0001_create_tables.sql"];

fn migrations(db: &Database) -> Migrations {
    let text = |step: &Step| match db.kind() {
        DatabaseKind::Mysql => step.mysql,
        _ => step.sqlite,
    };
    let add = |all: Migrations, step: &Step| all.idempotent_sql(step.name, text(step));
    STEPS.iter().fold(Migrations::new(), add)
}

/// Runs what the database has not had, and gives the names of what was run.
pub(crate) async fn migrate(db: &Database) -> Result<Vec<String>> {
    let ran = migrations(db).run(db).await.map_err(misfit)?;
    if !ran.is_empty() {
        tracing::info!(?ran, "the database was migrated");
    }
    Ok(ran)
}

/// Brings the schema to what this program needs, or sees that it is there, as `mode` says.
pub(crate) async fn prepare(db: &Database, mode: Migrate) -> Result<()> {
    match mode {
        Migrate::AtOpen => drop(migrate(db).await?),
        Migrate::CheckOnly => require_migrated(db).await?,
    }
    findings(db).await?.into_result().map_err(misfit)
}

/// In what the database differs from the models.
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
        "`database` has not had the migrations this program needs ({}): run them with \
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
        "`database` does not have the tables this program needs; where some of them are another \
         program's, give these a prefix with `Builder::table_prefix`, or choose another database: \
         {error}"
    );
    Error::bad_request("database", text).with_source(error)
}

/// Creates the tables as the models describe them; what the migrations make is compared with it.
///
/// # Cancel safety
///
/// When the future is dropped, some of the tables may be there; another call creates the rest.
#[doc(hidden)]
pub async fn create_tables_of_models(db: &Database) -> youku_orm::Result<()> {
    db.create_tables::<AllTables>().await
}
