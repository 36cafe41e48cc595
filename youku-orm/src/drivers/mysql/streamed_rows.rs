//! Rows that are read one at a time, each by the task that asks for it.

use std::marker::PhantomData;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use mysql_async::{BinaryProtocol, QueryResult};

use crate::drivers::mysql::kill::Running;
use crate::drivers::mysql::row::MysqlRow;
use crate::error::Result;
use crate::types::row::FromRow;

/// The rows of one SELECT.
pub(crate) struct Reading<T> {
    /// `None` once the last row has been read or an error has ended the rows.
    running: Option<Running>,
    rows: PhantomData<fn() -> T>,
}

impl<T: FromRow> Reading<T> {
    /// Reads the rows of a statement that was sent and that the server accepted.
    pub(super) fn of(running: Running) -> Self {
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
        let mut result = QueryResult::<BinaryProtocol>::new(running.loan().connection());
        let ended = match ready!(pin!(result.next()).poll(ctx)) {
            Ok(Some(row)) => match T::from_row(&mut MysqlRow(row)) {
                Ok(row) => return Poll::Ready(Some(Ok(row))),
                Err(error) => Err(error),
            },
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Some(mut running) = self.running.take() {
            if running.loan().is_cut_off() {
                // The connection broke by itself, so there is nothing to end on the server.
                drop(running.ended());
            } else if ended.is_ok() {
                running.ended().keep();
            }
            // Otherwise rows may be left, and dropping `Running` skips them.
        }
        Poll::Ready(ended.err().map(Err))
    }
}
