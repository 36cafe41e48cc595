//! Asks MySQL's catalogue for the facts on which a statement depends, once for each table and pool.

use std::sync::Arc;

use crate::database::executor::Target;
use crate::error::{Error, Result};
use crate::sql::dialect::LiveTable;
use crate::sql::effect::Effect;
use crate::sql::statement::Statement;
use crate::types::row::FromRow;
use crate::types::value::Value;

const COLUMNS: &str = "SELECT column_name, column_type, extra FROM information_schema.columns \
                       WHERE table_schema = DATABASE() AND table_name = ?";

/// A part of an index that is not the whole value of a column has no name.
const UNIQUE: &str = "SELECT seq_in_index = 1, IF(sub_part IS NULL, COALESCE(column_name, ''), '') \
                      FROM information_schema.statistics \
                      WHERE table_schema = DATABASE() AND non_unique = 0 AND table_name = ? \
                      ORDER BY index_name, seq_in_index";

/// Whether it is a table. Views and temporary tables are not.
const IS_TABLE: &str = "SELECT table_type = 'BASE TABLE' FROM information_schema.tables \
                        WHERE table_schema = DATABASE() AND table_name = ?";

impl Target<'_> {
    /// Finds out which columns MySQL would sort by number, before a statement that sorts by a column of text.
    pub(crate) async fn look_up_sorted(&mut self, statement: &Statement) -> Result<()> {
        if self.database().dialect().is_sqlite() {
            return Ok(());
        }
        for table in statement.sorted_tables() {
            self.live_table(table).await?;
        }
        Ok(())
    }

    /// What MySQL's catalogue says of the table of a model.
    pub(crate) async fn live_table(&mut self, table: &'static str) -> Result<Arc<LiveTable>> {
        let database = self.database();
        let name = database.table_name(table).into_owned();
        match database.dialect().live_tables.get(&name) {
            Some(known) => Ok(known),
            None => Box::pin(self.ask_for_table(name)).await,
        }
    }

    async fn ask_for_table(&mut self, name: String) -> Result<Arc<LiveTable>> {
        let mut table = LiveTable::default();
        let columns: Vec<(String, String, String)> = self.catalogue(COLUMNS, &name).await?;
        for (column, column_type, extra) in columns {
            table.add_column(column, &column_type, &extra);
        }
        let unique: Vec<(bool, String)> = self.catalogue(UNIQUE, &name).await?;
        let has_unique = !unique.is_empty();
        for (first, column) in unique {
            table.add_unique(first, column);
        }
        if has_unique || self.catalogue::<bool>(IS_TABLE, &name).await? == [true] {
            table.know_indexes();
        }
        Ok(self.database().dialect().live_tables.learn(&name, table))
    }

    /// The rows of a question about a table. It is not a statement of the program, so no hook is told.
    async fn catalogue<T: FromRow>(&mut self, query: &'static str, table: &str) -> Result<Vec<T>> {
        let values = vec![Value::Text(table.to_owned())];
        let query = Statement::by_hand(query.into(), values);
        let query = query.render(self.database().dialect(), None);
        self.read(query).await
    }

    /// Forgets what is known about tables after a statement that may have changed one, and after an error which says that a
    /// table is not what it was.
    pub(super) fn forget_changed(&self, effect: Effect, error: Option<&Error>) {
        let dialect = self.database().dialect();
        if !dialect.is_sqlite()
            && (effect == Effect::Changes || error.is_some_and(Error::is_schema))
        {
            dialect.live_tables.forget();
        }
    }
}
