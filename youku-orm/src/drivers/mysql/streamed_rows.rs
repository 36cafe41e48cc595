//! Rows that are read one at a time, each by the task that asks for it.

use std::marker::PhantomData;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use mysql_async::{BinaryProtocol, QueryResult};

use crate::drivers::mysql::kill::RunningStatement;
use crate::drivers::mysql::row::MysqlRow;
use crate::error::Result;
use crate::types::row::FromRow;

/// The rows of one SELECT.
pub(crate) struct StreamedRows<T> {
    /// `None` once the last row has been read or an error has ended the rows.
    running: Option<RunningStatement>,
    rows: PhantomData<fn() -> T>,
}

impl<T: FromRow> StreamedRows<T> {
    /// Reads the rows of a statement that was sent and that the server accepted.
    pub(super) fn new(running: RunningStatement) -> Self {
        Self {
            running: Some(running),
            rows: PhantomData,
        }
    }

    /// The next row.
    pub(crate) fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let Some(running) = &mut self.running else {
            return Poll::Ready(None);
        };
        // The driver keeps the received part of a row with the connection, so a read that had to wait can start again.
        // This holds within one result set, and a SELECT has only one.
        let mut result = QueryResult::<BinaryProtocol>::new(running.connection().raw());
        let ended = match ready!(pin!(result.next()).poll(ctx)) {
            Ok(Some(row)) => match T::from_row(&mut MysqlRow(row)) {
                Ok(row) => return Poll::Ready(Some(Ok(row))),
                Err(error) => Err(error),
            },
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Some(mut running) = self.running.take() {
            if running.connection().is_broken() {
                // The connection broke by itself, so there is nothing to end on the server.
                drop(running.into_connection());
            } else if ended.is_ok() {
                running.into_connection().keep();
            }
            // Otherwise rows may be left, and dropping `RunningStatement` skips them.
        }
        Poll::Ready(ended.err().map(Err))
    }
}
