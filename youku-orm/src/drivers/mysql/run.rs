//! Runs one statement on one connection, always prepared and always with the binary protocol.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use crate::drivers::mysql::idle_connections::PooledConnection;
use crate::drivers::mysql::row::MysqlRow;
use crate::drivers::mysql::value::{params, require_room};
use crate::error::{Class, Error, Result};
use crate::sql::insertion::{GeneratedKey, Insertion};
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::column_type::ColumnKind;
use crate::types::row::FromRow;
use crate::types::row::by_name::Layout;

/// The step between the keys of the rows of one INSERT.
const KEY_STEP: &str = "SELECT @@auto_increment_increment";

async fn key_step(connection: &mut Conn) -> Result<u64> {
    let step = connection.query_first(KEY_STEP).await?;
    step.ok_or_else(|| {
        Error::new(
            Class::Database,
            "the server did not report the step between keys",
        )
    })
}

/// Reads all rows of a statement.
pub(super) async fn rows<T: FromRow>(
    connection: &mut PooledConnection,
    statement: RenderedStatement,
) -> Result<Vec<T>> {
    let RenderedStatement {
        sql,
        values,
        by_name,
        effect,
        insertion,
        ..
    } = statement;
    connection.note(effect);
    require_room(&sql, &values, connection.max_packet())?;
    let (connection, prepared) = connection.parts();
    let prepared = prepared.get(connection, sql).await?;
    let mut result = connection.exec_iter(prepared, params(values)?).await?;
    let layout = if by_name && T::COLUMNS.is_some() {
        let names: Vec<String> = result
            .columns_ref()
            .iter()
            .map(|column| column.name_str().into_owned())
            .collect();
        Layout::find::<T>(&names)
    } else {
        Ok(Layout::InOrder)
    };
    let mut decoded = Vec::new();
    let mut failed = None;
    // A row that cannot be decoded ends the reading, not the connection: the remaining rows are skipped.
    match layout {
        Ok(layout) => {
            while let Some(row) = result.next().await? {
                match layout.read(&mut MysqlRow(row)) {
                    Ok(value) => decoded.push(value),
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
        }
        Err(error) => failed = Some(error),
    }
    result.drop_result().await?;
    match failed {
        Some(error) => Err(error),
        None => {
            let stored = decoded.len() as u64;
            insertion.map_or(Ok(()), |insertion| insertion.require(stored))?;
            Ok(decoded)
        }
    }
}

/// Sends a statement and leaves its rows on the connection for the caller to read.
pub(super) async fn send(
    connection: &mut PooledConnection,
    statement: RenderedStatement,
) -> Result<()> {
    connection.note(statement.effect);
    require_room(&statement.sql, &statement.values, connection.max_packet())?;
    let (connection, prepared) = connection.parts();
    let prepared = prepared.get(connection, statement.sql).await?;
    let values = params(statement.values)?;
    connection.exec_iter(prepared, values).await?;
    Ok(())
}

/// Runs a statement for its effect and skips any rows that it returns.
pub(super) async fn execute(
    connection: &mut PooledConnection,
    statement: RenderedStatement,
) -> Result<Executed> {
    connection.note(statement.effect);
    require_room(&statement.sql, &statement.values, connection.max_packet())?;
    let (connection, prepared) = connection.parts();
    let counts_keys = statement
        .insertion
        .as_ref()
        .is_some_and(|it| it.counts_keys);
    let mut key_step = 1;
    if counts_keys {
        key_step = self::key_step(connection).await?;
    }
    let prepared = prepared.get(connection, statement.sql).await?;
    let values = params(statement.values)?;
    let result = connection.exec_iter(prepared, values).await?;
    let last_insert_id = result.last_insert_id().unwrap_or(0);
    let done = Executed {
        rows_affected: result.affected_rows(),
        last_insert_id,
        generated: generated(statement.insertion.as_ref(), last_insert_id),
        key_step,
    };
    result.drop_result().await?;
    if let Some(insertion) = statement.insertion {
        insertion.require(done.rows_affected)?;
    }
    // The caller's transaction is rolled back, and can be repeated.
    if counts_keys && self::key_step(connection).await? != key_step {
        return Err(Error::new(
            Class::Retryable,
            "the step between generated keys changed during an INSERT, because a node joined or left the cluster",
        ));
    }
    Ok(done)
}

/// The key that the server reports. It reports a negative key of a signed column as its bits.
fn generated(insertion: Option<&Insertion>, reported: u64) -> GeneratedKey {
    let key = insertion.and_then(|insertion| insertion.key);
    match key.map(|key| key.0.kind) {
        Some(ColumnKind::Signed(_)) => GeneratedKey(reported.cast_signed().into()),
        _ => GeneratedKey(reported.into()),
    }
}
