//! Runs one statement on one connection, always prepared and always with the binary protocol.

use mysql_async::prelude::Queryable;

use crate::drivers::mysql::idle_connections::PooledConnection;
use crate::drivers::mysql::row::MysqlRow;
use crate::drivers::mysql::value::{params, require_room};
use crate::error::Result;
use crate::sql::statement::{Executed, RenderedStatement};
use crate::types::row::FromRow;
use crate::types::row::by_name::Layout;

/// The step between the keys of the rows of one INSERT.
const KEY_STEP: &str = "SELECT @@auto_increment_increment";

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
    let prepared = prepared.get(connection, statement.sql).await?;
    let values = params(statement.values)?;
    let result = connection.exec_iter(prepared, values).await?;
    let mut done = Executed {
        rows_affected: result.affected_rows(),
        last_insert_id: result.last_insert_id().unwrap_or(0),
        key_step: 1,
    };
    result.drop_result().await?;
    if let Some(insertion) = statement.insertion {
        insertion.require(done.rows_affected)?;
        if insertion.counts_keys {
            let step = connection.query_first(KEY_STEP).await?;
            done.key_step = step.unwrap_or(1);
        }
    }
    Ok(done)
}
