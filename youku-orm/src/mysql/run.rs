//! Running one statement on one connection, always prepared, always by the binary protocol.

use std::future::poll_fn;
use std::pin::pin;

use mysql_async::prelude::Queryable;

use super::loan::Loan;
use super::row::MysqlRow;
use super::value::params;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::row::FromRow;
use crate::statement::{Executed, Statement};
use crate::stream::Outbox;

/// How many rows of a stream are in memory before the reader gets them. More are not faster.
const CHUNK: usize = 16;

/// Reads all rows of a statement.
pub(super) async fn rows<T: FromRow>(loan: &mut Loan, statement: Statement) -> Result<Vec<T>> {
    let Statement {
        sql,
        values,
        by_name,
        ..
    } = statement;
    let (connection, prepared) = loan.parts();
    let prepared = prepared.get(connection, sql).await?;
    let mut result = connection.exec_iter(prepared, params(values)?).await?;
    let layout = match by_name && T::COLUMNS.is_some() {
        true => {
            let names: Vec<String> = result
                .columns_ref()
                .iter()
                .map(|column| column.name_str().into_owned())
                .collect();
            Layout::find::<T>(&names)
        }
        false => Ok(Layout::InOrder),
    };
    let mut decoded = Vec::new();
    let mut failed = None;
    // A row that cannot be decoded ends the reading, not the connection: the rest is passed over.
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
        None => Ok(decoded),
    }
}

/// Leaves the rows of a statement in the outbox, a few at a time.
pub(super) async fn stream<T: FromRow>(
    loan: &mut Loan,
    statement: Statement,
    outbox: &Outbox<T>,
) -> Result<()> {
    let Statement { sql, values, .. } = statement;
    let named = |error: Error| error.in_statement(sql.clone());
    let (connection, prepared) = loan.parts();
    let prepared = prepared.get(connection, sql.clone()).await.map_err(named)?;
    let result = connection.exec_iter(prepared, params(values)?);
    let mut result = result.await.map_err(|error| named(error.into()))?;
    let mut chunk = Vec::with_capacity(CHUNK);
    let ended = loop {
        let mut next = pin!(result.next());
        let next = poll_fn(|ctx| {
            let next = next.as_mut().poll(ctx);
            // Who waits for the server has what it has sent so far.
            if next.is_pending() && !chunk.is_empty() {
                outbox.leave(&mut chunk);
            }
            next
        });
        match next.await {
            Ok(Some(row)) => match T::from_row(&mut MysqlRow(row)) {
                Ok(value) => chunk.push(value),
                Err(error) => break Err(error),
            },
            Ok(None) => break Ok(()),
            Err(error) => break Err(error.into()),
        }
        if chunk.len() == CHUNK {
            outbox.leave(&mut chunk);
            outbox.pause().await;
        }
    };
    outbox.leave(&mut chunk);
    ended.map_err(named)
}

/// Runs a statement for its effect; rows it may have are passed over.
pub(super) async fn execute(loan: &mut Loan, statement: Statement) -> Result<Executed> {
    let (connection, prepared) = loan.parts();
    let prepared = prepared.get(connection, statement.sql).await?;
    let values = params(statement.values)?;
    let result = connection.exec_iter(prepared, values).await?;
    let done = Executed {
        rows_affected: result.affected_rows(),
        last_insert_id: result.last_insert_id().unwrap_or(0),
    };
    result.drop_result().await?;
    Ok(done)
}
