//! Rows that are read one after another, each by the task that asks for it.

use std::marker::PhantomData;
use std::mem;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use mysql_async::{BinaryProtocol, QueryResult};

use super::kill::Running;
use super::row::MysqlRow;
use super::run;
use crate::error::{Error, Result};
use crate::row::FromRow;
use crate::statement::Statement;

/// The rows of one statement.
pub(crate) struct Reading<T> {
    state: State,
    rows: PhantomData<fn() -> T>,
}

enum State {
    Goes(Running),
    /// Until that is told.
    Failed(Error),
    Ended,
}

impl<T: FromRow> Reading<T> {
    /// Sends the statement. What the server has against it comes in place of the rows.
    pub(super) async fn begin(mut running: Running, statement: Statement) -> Self {
        let sent = run::send(running.loan(), statement).await;
        let mut reading = Self {
            state: State::Goes(running),
            rows: PhantomData,
        };
        if let Err(error) = sent
            && let Some(error) = reading.end(Some(error))
        {
            reading.state = State::Failed(error);
        }
        reading
    }

    /// The next row.
    pub(crate) fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let State::Goes(running) = &mut self.state else {
            return Poll::Ready(self.end(None).map(Err));
        };
        // The connection keeps what has come of a row, so a read that had to wait can begin anew.
        let mut result = QueryResult::<BinaryProtocol>::new(running.loan().connection());
        let error = match ready!(pin!(result.next()).poll(ctx)) {
            Ok(Some(row)) => match T::from_row(&mut MysqlRow(row)) {
                Ok(row) => return Poll::Ready(Some(Ok(row))),
                Err(error) => Some(error),
            },
            Ok(None) => None,
            Err(error) => Some(error.into()),
        };
        Poll::Ready(self.end(error).map(Err))
    }

    /// Gives the connection back, and what there is to tell.
    fn end(&mut self, error: Option<Error>) -> Option<Error> {
        match mem::replace(&mut self.state, State::Ended) {
            State::Goes(mut running) => {
                // Where there is an error, rows may be left to pass over, unless the connection broke by itself.
                if error.is_none() {
                    running.ended().keep();
                } else if running.loan().is_cut_off() {
                    drop(running.ended());
                }
                error
            }
            State::Failed(error) => Some(error),
            State::Ended => None,
        }
    }
}
