//! How an upsert works: the statement, and reading the rows that the table holds after it.

use crate::database::executor::Target;
use crate::error::{Class, Error, Result};
use crate::query::update::{check_assignment, next_version};
use crate::sql::fragment::Fragment;
use crate::sql::insertion::Insertion;
use crate::sql::statement::Statement;
use crate::table::facts::Table;
use crate::types::value::Value;
use crate::write::batch;
use crate::write::batch::NewRow;
use crate::write::insert::row_position;

/// How an existing row changes.
pub(crate) struct Change {
    /// The columns that find the row.
    pub(super) target: Vec<usize>,
    /// The columns and what they are set to. `None` means the value of the new row.
    pub(super) set: Vec<(usize, Option<Fragment>)>,
}

impl Change {
    /// Refuses what cannot work, and completes what is to be set.
    pub(super) fn prepare<M: Table>(&mut self, rows: &[NewRow]) -> Result<()> {
        if !is_unique::<M>(&self.target) {
            let names = self.names::<M>().join("`, `");
            return Err(Error::usage(format!(
                "`{names}` of `{}` is neither the key nor unique; name the key, a `unique` column, or all columns of a `unique` group",
                M::TABLE
            )));
        }
        for column in &self.target {
            let position = row_position::<M>(*column)?;
            if rows.iter().any(|row| row[position] == Value::Null) {
                let name = M::COLUMNS[*column].name;
                return Err(Error::usage(format!(
                    "`{name}` is NULL, which never conflicts with another row; insert such a row without `on_conflict`"
                )));
            }
        }
        for (position, (column, value)) in self.set.iter().enumerate() {
            let name = M::COLUMNS[*column].name;
            if value.is_some() && self.target.contains(column) {
                return Err(Error::usage(format!(
                    "`{name}` identifies the row and cannot be changed; remove the `set`, or `update` the row by its key"
                )));
            }
            if self.set[..position]
                .iter()
                .any(|(other, _)| other == column)
            {
                return Err(Error::usage(format!(
                    "`{name}` is set twice; keep one of the two"
                )));
            }
            check_assignment::<M>(*column, value.as_ref())?;
        }
        match M::VERSION {
            // Both databases require at least one assignment.
            _ if self.set.is_empty() => {
                let own = Fragment::column(M::TABLE, M::COLUMNS[M::KEY].name);
                self.set.push((M::KEY, Some(own)));
            }
            Some(version) => self.set.push((version, Some(next_version::<M>(version)))),
            None => {}
        }
        Ok(())
    }

    /// Writes the rows with one statement and returns what the table holds for them.
    pub(crate) async fn run<M: Table>(
        &self,
        target: &mut Target<'_>,
        rows: &[NewRow],
    ) -> Result<Vec<M>> {
        self.require_unique_index::<M>(target).await?;
        let dialect = target.database().dialect();
        let set = self.set.iter();
        let set = set.map(|(column, value)| (M::COLUMNS[*column].name, value.clone()));
        let key = M::COLUMNS[M::KEY].name;
        let clause = dialect.on_conflict(key, &self.names::<M>(), set.collect());
        let returns_rows = dialect.returns_rows;
        let mut statement = batch::statement::<M>(rows.concat(), rows[0].len(), rows.len());
        statement.append(clause);
        let mut statement = statement.writes_by_key();
        if returns_rows {
            // Both databases return one row for each new one, in their order. Where a trigger has changed the values of the
            // target, the row could not be found by them.
            statement.append(returning::<M>());
            let returned = target
                .rows(statement.inserting(Insertion::returning_rows::<M>(rows.len())))
                .await;
            return returned.map_err(|error| self.refused::<M>(error));
        }
        let done = target.execute(statement).await;
        done.map_err(|error| self.refused::<M>(error))?;
        let mut done = Vec::with_capacity(rows.len());
        for new in rows {
            done.push(self.find(target, new).await?);
        }
        Ok(done)
    }

    /// The row that the new one was inserted as, or that was there.
    async fn find<M: Table>(&self, target: &mut Target<'_>, new: &NewRow) -> Result<M> {
        let mut sql = Fragment::default();
        for (position, column) in self.target.iter().enumerate() {
            let column = &M::COLUMNS[*column];
            let value = new[row_position::<M>(self.target[position])?].clone();
            sql.push(if position == 0 { " WHERE " } else { " AND " });
            sql.name(column.name).push(" = ");
            sql.append(Fragment::operand(column.kind, value));
        }
        // The row as it is, and not as it was when this transaction began to read.
        let lock = target.database().dialect().row_lock;
        let mut found = target
            .rows(Statement::select::<M>(sql.between("", lock)))
            .await?;
        if found.len() > 1 {
            return Err(self.no_unique_index::<M>(target));
        }
        found.pop().ok_or_else(|| {
            let (table, names) = (M::TABLE, self.names::<M>().join("`, `"));
            Error::new(
                Class::NotFound,
                format!(
                    "`{table}` has no row with the values of `{names}` that were just written to it: a trigger changes them, or \
                     another transaction deleted the row"
                ),
            )
        })
    }

    /// Without the index MySQL would insert a second row instead of changing the first. SQLite refuses it by itself.
    async fn require_unique_index<M: Table>(&self, target: &mut Target<'_>) -> Result<()> {
        if target.database().dialect().is_sqlite() {
            return Ok(());
        }
        let table = target.live_table(M::TABLE).await?;
        if table.may_be_unique(&self.names::<M>()) {
            return Ok(());
        }
        Err(self.no_unique_index::<M>(target))
    }

    /// The error for a table without the index. Another program may have removed it, or may add it, so the next upsert looks
    /// again.
    fn no_unique_index<M: Table>(&self, target: &Target<'_>) -> Error {
        target.database().dialect().live_tables.forget();
        let (table, names) = (M::TABLE, self.names::<M>().join("`, `"));
        Error::new(
            Class::Schema,
            format!(
                "`{table}` has no unique index over `{names}`, so an upsert could insert a second row; add the index with \
                 `Database::sync` or a migration"
            ),
        )
    }

    /// The statement's error. One of too many rows is how it refuses to change another row than
    /// that of the target.
    fn refused<M: Table>(&self, error: Error) -> Error {
        if error.is_too_many_rows() {
            self.other_unique_conflict::<M>()
        } else {
            error
        }
    }

    fn other_unique_conflict<M: Table>(&self) -> Error {
        let names = self.names::<M>().join("`, `");
        let text = format!(
            "a unique value other than that of `{names}` already exists in `{}`",
            M::TABLE
        );
        Error::new(Class::Unique, text)
    }

    fn names<M: Table>(&self) -> Vec<&'static str> {
        let target = self.target.iter();
        target.map(|column| M::COLUMNS[*column].name).collect()
    }
}

/// RETURNING with all columns of a model.
fn returning<M: Table>() -> Fragment {
    let mut clause = Fragment::default();
    for column in M::COLUMNS {
        let lead = if clause.is_empty() {
            " RETURNING "
        } else {
            ", "
        };
        clause.push(lead).name(column.name);
    }
    clause
}

/// Whether no two rows have the same values in these columns: the key, a unique one, or all of a
/// unique group.
fn is_unique<M: Table>(target: &[usize]) -> bool {
    let column = |position: &usize| &M::COLUMNS[*position];
    let [first, rest @ ..] = target else {
        return false;
    };
    if rest.is_empty() && (column(first).key || column(first).unique == Some("")) {
        return true;
    }
    let Some(group) = column(first).unique.filter(|group| !group.is_empty()) else {
        return false;
    };
    let in_group = |position: &usize| column(position).unique == Some(group);
    let all = (0..M::COLUMNS.len()).filter(in_group);
    target.iter().all(in_group) && all.into_iter().all(|position| target.contains(&position))
}
