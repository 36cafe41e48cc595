//! A sample of the times that an SQLite table holds: other programs spell them in other ways.

use crate::database::executor::Target;
use crate::error::Result;
use crate::schema::check::TableCheck;
use crate::schema::finding::FindingKind;
use crate::schema::live::LiveTable;
use crate::sql::fragment::Fragment;
use crate::sql::statement::Statement;
use crate::types::column_type::ColumnKind;

/// How many rows of a table are looked at.
const SAMPLE: u32 = 1_000;

const DATE: &str = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
const TIME: &str = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]";

impl TableCheck<'_> {
    /// Reports a column in whose first rows a time has another spelling than the one that this crate writes.
    pub(super) async fn time_texts(
        &mut self,
        target: &mut Target<'_>,
        live: &LiveTable,
    ) -> Result<()> {
        for column in self.table.columns {
            let pattern = match column.kind {
                ColumnKind::Date => DATE.to_owned(),
                ColumnKind::Time => TIME.to_owned(),
                ColumnKind::Timestamp | ColumnKind::DateTime => format!("{DATE} {TIME}"),
                _ => continue,
            };
            if live.column(column.name).is_none() {
                continue;
            }
            let mut query = Fragment::text("SELECT CAST(at AS TEXT) FROM (SELECT ");
            query.name(column.name).push(" AS at FROM ");
            query.append(Fragment::table(self.table.name));
            query.push(format!(
                " LIMIT {SAMPLE}) WHERE at IS NOT NULL AND (typeof(at) <> 'text' OR at NOT GLOB '{pattern}') LIMIT 1"
            ));
            let found: Option<String> = target.optional(Statement::query(query)).await?;
            if let Some(found) = found {
                let text = format!(
                    "the column `{}`.`{}` holds the time `{found}` in a spelling that this crate does not write: filters, orders \
                     and pages compare the texts, so they miss it; convert the column in a migration",
                    self.name, column.name
                );
                self.report(FindingKind::TimeText, Some(column.name), text);
            }
        }
        Ok(())
    }
}
