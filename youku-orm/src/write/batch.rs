//! Runs an INSERT of one row or of many, split into statements that the databases accept.

use crate::database::executor::Target;
use crate::error::Result;
use crate::sql::composed::Composed;
use crate::sql::fragment::{Fragment, Segment};
use crate::sql::insertion::Insertion;
use crate::sql::statement::Statement;
use crate::table::facts::Table;
use crate::types::row::of_values::ValueRow;
use crate::types::value::Value;

use crate::write::upsert::Change;

/// The maximum number of values that one statement binds: below SQLite's 32,766
/// (`SQLITE_MAX_VARIABLE_NUMBER`) and MySQL's 65,535.
const MAX_VALUES: usize = 32_000;

/// The maximum number of bytes that one statement binds, unless a single row has more: below every default of
/// MySQL's and MariaDB's `max_allowed_packet`, from 4 MiB on.
const MAX_BYTES: usize = 2 << 20;

/// The values of a new row, in the order of [`Model::INSERT`].
pub(crate) type NewRow = Vec<Value>;

/// What to do with a new row that has the key or a unique value of an existing row.
pub(crate) enum OnConflict {
    /// All or none are inserted.
    Fail,
    /// The new row is left out.
    Ignore,
    /// The existing row is changed.
    Change(Change),
}

/// Inserts one row and returns it.
pub(crate) async fn insert_one<M: Table>(mut target: Target<'_>, row: Result<NewRow>) -> Result<M> {
    let row = row?;
    check_lengths::<M>(std::slice::from_ref(&row))?;
    let statement = statement::<M>(row.clone(), row.len(), 1);
    let key = target.insert_row::<M>(statement).await?;
    row_of(row, key)
}

/// Inserts the rows and returns, in their order, what the table then holds for each. If several statements
/// are needed, they run in a transaction.
pub(crate) async fn insert<M: Table>(
    mut target: Target<'_>,
    rows: Vec<NewRow>,
    on_conflict: &OnConflict,
) -> Result<Vec<M>> {
    check_lengths::<M>(&rows)?;
    let is_one_statement = match on_conflict {
        OnConflict::Fail => {
            let fits = fitting(&rows) == rows.len();
            rows.len() <= 1 || fits && !target.must_count_keys::<M>()
        }
        OnConflict::Ignore => rows.len() <= 1,
        OnConflict::Change(_) => rows.len() <= 1 && target.database().dialect().returns_rows,
    };
    match target {
        Target::Database(database) if !is_one_statement => {
            let mut transaction = database.begin().await?;
            let mut target = Target::Transaction(&mut transaction);
            let done = in_chunks(&mut target, rows, on_conflict).await?;
            transaction.commit().await?;
            Ok(done)
        }
        Target::Transaction(transaction)
            if !is_one_statement && matches!(on_conflict, OnConflict::Fail) =>
        {
            let savepoint = "new_rows";
            transaction.set_savepoint(savepoint).await?;
            let mut target = Target::Transaction(transaction);
            let done = in_chunks(&mut target, rows, on_conflict).await;
            transaction.end_savepoint(savepoint, done).await
        }
        _ => in_chunks(&mut target, rows, on_conflict).await,
    }
}

/// Inserts the rows and returns how many the table stored. It neither asks for keys nor builds rows from the values.
pub(crate) async fn insert_and_count<M: Table>(
    mut target: Target<'_>,
    rows: Vec<NewRow>,
) -> Result<u64> {
    check_lengths::<M>(&rows)?;
    match target {
        Target::Database(database) if fitting(&rows) < rows.len() => {
            let mut transaction = database.begin().await?;
            let mut target = Target::Transaction(&mut transaction);
            let count = count_in_chunks::<M>(&mut target, rows).await?;
            transaction.commit().await?;
            Ok(count)
        }
        Target::Transaction(transaction) if fitting(&rows) < rows.len() => {
            let savepoint = "new_rows";
            transaction.set_savepoint(savepoint).await?;
            let mut target = Target::Transaction(transaction);
            let done = count_in_chunks::<M>(&mut target, rows).await;
            transaction.end_savepoint(savepoint, done).await
        }
        _ => count_in_chunks::<M>(&mut target, rows).await,
    }
}

async fn count_in_chunks<M: Table>(target: &mut Target<'_>, mut rows: Vec<NewRow>) -> Result<u64> {
    let mut count = 0;
    while !rows.is_empty() {
        let rest = rows.split_off(fitting(&rows));
        let (width, number) = (rows[0].len(), rows.len());
        let mut values = Vec::with_capacity(width * number);
        for mut row in rows {
            values.append(&mut row);
        }
        let statement = statement::<M>(values, width, number);
        let statement = statement.inserting(Insertion::only_counted::<M>(number));
        count += target.execute(statement).await?.rows_affected;
        rows = rest;
    }
    Ok(count)
}

async fn in_chunks<M: Table>(
    target: &mut Target<'_>,
    mut rows: Vec<NewRow>,
    on_conflict: &OnConflict,
) -> Result<Vec<M>> {
    let mut done = Vec::with_capacity(rows.len());
    let changes = matches!(on_conflict, OnConflict::Change(_));
    let together = rows.len() <= 1 || changes || target.inserts_together::<M>().await?;
    while !rows.is_empty() {
        let rest = rows.split_off(if together { fitting(&rows) } else { 1 });
        match on_conflict {
            OnConflict::Fail => {
                let keys = all::<M>(target, &rows).await?;
                push_rows(&mut done, rows, keys)?;
            }
            OnConflict::Ignore => those_without_conflict(target, rows, &mut done).await?,
            OnConflict::Change(change) => done.extend(change.run(target, &rows).await?),
        }
        rows = rest;
    }
    Ok(done)
}

/// Inserts rows with one statement, and returns the key of each.
async fn all<M: Table>(target: &mut Target<'_>, rows: &[NewRow]) -> Result<Vec<Value>> {
    let statement = statement::<M>(rows.concat(), rows[0].len(), rows.len());
    if rows.len() == 1 {
        return Ok(Vec::from_iter(target.insert_row::<M>(statement).await?));
    }
    target.insert_rows::<M>(statement, rows.len()).await
}

/// Inserts the rows whose key and unique values are free. A refused statement inserts nothing, so its rows
/// are tried again in two halves, down to the row that was refused. Unlike MySQL's `INSERT IGNORE`, this does
/// not ignore other errors, and unlike `ON DUPLICATE KEY UPDATE`, it shows which rows were inserted.
async fn those_without_conflict<M: Table>(
    target: &mut Target<'_>,
    rows: Vec<NewRow>,
    inserted: &mut Vec<M>,
) -> Result<()> {
    let mut open = vec![rows];
    while let Some(mut rows) = open.pop() {
        match all::<M>(target, &rows).await {
            Ok(keys) => push_rows(inserted, rows, keys)?,
            Err(error) if !error.is_unique_violation() && !error.is_not_stored() => {
                return Err(error);
            }
            Err(_) if rows.len() == 1 => {}
            Err(_) => {
                let second = rows.split_off(rows.len() / 2);
                open.extend([second, rows]);
            }
        }
    }
    Ok(())
}

/// Adds the inserted rows, with the keys that they got, to the rest. Without an `auto` key there are no keys.
fn push_rows<M: Table>(to: &mut Vec<M>, rows: Vec<NewRow>, keys: Vec<Value>) -> Result<()> {
    let mut keys = keys.into_iter();
    for row in rows {
        to.push(row_of(row, keys.next())?);
    }
    Ok(())
}

/// The INSERT of this many rows, at least one, of this many values each.
pub(crate) fn statement<M: Table>(values: Vec<Value>, width: usize, rows: usize) -> Statement {
    let mut more = Fragment::default();
    if rows > 1 {
        more.push(more_rows(width, rows - 1));
    }
    let statement = if width == 0 {
        Statement::built(empty_insert(M::TABLE))
    } else {
        Statement::write(const { Composed::insert::<M>() }, values, more)
    };
    statement.writes_by_key()
}

/// The row made of these values. It is read from the values and not from the `New` that they came from, so
/// each default is computed only once.
fn row_of<M: Table>(mut values: NewRow, generated: Option<Value>) -> Result<M> {
    if let Some(key) = generated {
        values.insert(M::KEY, key);
    }
    M::decode(&mut ValueRow::new(values, M::COLUMNS))
}

/// Refuses texts and bytes that exceed the `length` of their columns.
fn check_lengths<M: Table>(rows: &[NewRow]) -> Result<()> {
    rows.iter().try_for_each(|row| {
        let inserted = M::COLUMNS.iter().filter(|column| !column.auto);
        let mut pairs = inserted.zip(row);
        pairs.try_for_each(|(column, value)| column.check_length(value))
    })
}

/// How many of the rows fit into one statement.
fn fitting(rows: &[NewRow]) -> usize {
    let (mut values, mut bytes) = (0, 0);
    let fits = rows.iter().take_while(|row| {
        values += row.len();
        bytes += row.iter().map(Value::size).sum::<usize>();
        // Rows without a value to bind need one statement each.
        !row.is_empty() && values <= MAX_VALUES && bytes <= MAX_BYTES
    });
    fits.count().max(1).min(rows.len())
}

/// The INSERT of a row that has only an `auto` key.
fn empty_insert(table: &'static str) -> Fragment {
    let mut sql = Fragment::text("INSERT INTO ");
    sql.append(Fragment::table(table))
        .add(Segment::SqliteOnly(" DEFAULT VALUES"))
        .add(Segment::MysqlOnly(" () VALUES ()".into()));
    sql
}

/// `, (?, ?)`, once for each row after the first.
fn more_rows(width: usize, rows: usize) -> String {
    let mut one = String::from(", (?");
    for _ in 1..width {
        one.push_str(", ?");
    }
    one.push(')');
    one.repeat(rows)
}
