//! Times in SQLite that something else wrote in another spelling than this crate does.

use crate::database::executor::{Executor, Target};
use crate::database::handle::{Database, DatabaseKind};
use crate::error::{Class, Error, Result};
use crate::expr::column::Column;
use crate::sql::fragment::Fragment;
use crate::sql::statement::Statement;
use crate::table::facts::Table;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::{ColumnKind, ColumnValue};

impl Database {
    /// Writes the days or times of a column in the one spelling that compares and sorts right, and returns how many it changed.
    ///
    /// SQLite has no type for times: a column holds texts, and they compare as texts. `CURRENT_TIMESTAMP` and other libraries
    /// write `2024-01-02 03:04:05` or RFC 3339, which are not equal to the texts of this crate and sort at another place. So
    /// reading them is an error that names this method. It understands what SQLite's own functions write, ISO 8601 and
    /// RFC 3339. An instant without an offset is one in UTC. Digits finer than microseconds are truncated.
    ///
    /// ```
    /// use youku_orm::{Database, Id, Model, Timestamp, sql};
    ///
    /// #[derive(Model)]
    /// struct Visit { #[model(primary_key, auto)] id: Id<Visit>, at: Timestamp }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> youku_orm::Result<()> {
    /// let db = Database::connect("sqlite::memory:").await?;
    /// db.create_tables::<Visit>().await?;
    /// sql("INSERT INTO visit (at) VALUES ('2024-01-02T05:04:05+02:00')").execute(&db).await?;
    /// assert!(Visit::query().one(&db).await.is_err_and(|error| error.is_decode()));
    ///
    /// assert_eq!(db.convert_times(Visit::AT).await?, 1);
    /// assert_eq!(Visit::query().one(&db).await?.at.to_string(), "2024-01-02T03:04:05Z");
    /// # Ok(()) }
    /// ```
    ///
    /// What writes the other spelling must change too: a default becomes `strftime('%Y-%m-%d %H:%M:%f000', 'now')`. All rows
    /// are converted by one UPDATE in a transaction that holds the write lock. MySQL has types for times, so there it returns 0.
    ///
    /// # Errors
    /// A usage error for a column that holds no times. A decode error, with nothing changed, for a cell that is not such a
    /// text (an integer or a float is not), has an offset although the column has no time zone, or has a time of day although
    /// the column holds days, and if a trigger writes another spelling again.
    /// [`is_unique_violation`](Error::is_unique_violation) if two spellings of one time are in a unique column. Database errors.
    pub async fn convert_times<M: Table, T: ColumnValue, Kind>(
        &self,
        column: Column<M, T, Kind>,
    ) -> Result<u64> {
        let info = column.info();
        if !is_time(info.kind) {
            let (table, name) = (M::TABLE, info.name);
            return Err(Error::usage(format!(
                "`{table}`.`{name}` holds neither days nor times; name a column that does"
            )));
        }
        if self.kind() != DatabaseKind::Sqlite {
            return Ok(0);
        }
        let found = other_spelling(&mut self.target(), M::TABLE, info, None).await?;
        if found.is_none() {
            return Ok(0);
        }
        let mut transaction = self.begin().await?;
        let converted = convert::<M>(&mut (&mut transaction).target(), info).await?;
        transaction.commit().await?;
        Ok(converted)
    }
}

/// A cell of the column of SQLite that this crate would not read, as text. `None` if there is none, or none among the first
/// rows, as many as `sample` says. The column holds days or times.
pub(super) async fn other_spelling(
    target: &mut Target<'_>,
    table: &'static str,
    column: &'static ColumnInfo,
    sample: Option<u32>,
) -> Result<Option<String>> {
    let mut sql = Fragment::text("SELECT CAST(");
    sql.name(column.name).push(" AS TEXT) FROM (SELECT ");
    sql.name(column.name).push(" FROM ");
    sql.append(Fragment::table(table));
    if let Some(sample) = sample {
        sql.push(format!(" LIMIT {sample}"));
    }
    sql.push(")")
        .append(has_other_spelling(column))
        .push(" LIMIT 1");
    target.optional(Statement::query(sql)).await
}

pub(super) fn is_time(kind: ColumnKind) -> bool {
    use ColumnKind::{Date, DateTime, Time, Timestamp};
    matches!(kind, Timestamp | Date | Time | DateTime)
}

/// The condition that a cell is neither NULL nor a text that this crate writes.
fn has_other_spelling(column: &'static ColumnInfo) -> Fragment {
    let mut sql = Fragment::text(" WHERE ");
    sql.name(column.name).push(" IS NOT NULL AND NOT (typeof(");
    sql.name(column.name).push(") = 'text' AND ");
    sql.append(own_spelling(column)).push(" IS ");
    sql.name(column.name).push(")");
    sql
}

/// The text that this crate writes for the cell; NULL if it cannot be written without a loss.
fn own_spelling(column: &'static ColumnInfo) -> Fragment {
    let mut sql = Fragment::text(format!("youku_time('{:?}', CAST(", column.kind));
    sql.name(column.name).push(" AS TEXT))");
    sql
}

/// Converts every cell that has another spelling. One statement does it, whatever the key of the table is.
async fn convert<M: Table>(target: &mut Target<'_>, column: &'static ColumnInfo) -> Result<u64> {
    let mut lost = Fragment::text("SELECT CAST(");
    lost.name(column.name).push(" AS TEXT) FROM ");
    lost.append(Fragment::table(M::TABLE))
        .append(has_other_spelling(column));
    lost.push(" AND ")
        .append(own_spelling(column))
        .push(" IS NULL LIMIT 1");
    if let Some(text) = target.optional::<String>(Statement::query(lost)).await? {
        return Err(not_converted(M::TABLE, column, &text));
    }
    let mut update = Fragment::text("UPDATE ");
    update.append(Fragment::table(M::TABLE)).push(" SET ");
    update.name(column.name).push(" = ");
    update
        .append(own_spelling(column))
        .append(has_other_spelling(column));
    let done = target.execute(Statement::built(update)).await?;
    match other_spelling(target, M::TABLE, column, None).await? {
        Some(text) => Err(changed_back(M::TABLE, column, &text)),
        None => Ok(done.rows_affected),
    }
}

fn not_converted(table: &str, column: &ColumnInfo, text: &str) -> Error {
    let (name, kind) = (column.name, column.kind);
    Error::new(
        Class::Decode,
        format!(
            "`{text}` in `{table}`.`{name}` cannot be written as a {kind:?} without a loss; change it by hand, or the type of the \
             field"
        ),
    )
}

fn changed_back(table: &str, column: &ColumnInfo, text: &str) -> Error {
    let name = column.name;
    Error::new(
        Class::Decode,
        format!(
            "a trigger of `{table}` writes `{text}` into `{name}` again, so nothing was converted; change the trigger first"
        ),
    )
}
