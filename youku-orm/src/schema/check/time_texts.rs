//! A sample of the times that an SQLite table holds: other programs spell them in other ways.

use crate::database::executor::Target;
use crate::error::Result;
use crate::schema::check::TableCheck;
use crate::schema::finding::FindingKind;
use crate::schema::live::LiveTable;
use crate::schema::times;
use crate::types::time_text;

/// How many rows of a table are looked at.
const SAMPLE: u32 = 1_000;

impl TableCheck<'_> {
    /// Reports a column in whose first rows a time has another spelling than the one that this crate writes.
    pub(super) async fn time_texts(
        &mut self,
        target: &mut Target<'_>,
        live: &LiveTable,
    ) -> Result<()> {
        let columns = self.table.columns.iter();
        let of_times = columns.filter(|column| times::is_time(column.kind));
        for column in of_times.filter(|column| live.column(column.name).is_some()) {
            let found =
                times::other_spelling(target, self.table.name, column, Some(SAMPLE)).await?;
            if let Some(found) = found {
                let (table, name, kind) = (&self.name, column.name, column.kind);
                let help = if time_text::converted(kind, &found).is_some() {
                    "convert the column with `Database::convert_times`".to_owned()
                } else {
                    format!(
                        "it cannot be written as a {kind:?} without a loss: change it by hand, or the type of the field"
                    )
                };
                let text = format!(
                    "the column `{table}`.`{name}` holds the time `{found}` in a spelling that this crate does not write: \
                     filters, orders and pages compare the texts, so they miss it; {help}"
                );
                self.report(FindingKind::TimeText, Some(column.name), text);
            }
        }
        Ok(())
    }
}
