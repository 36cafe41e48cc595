//! The rows of a stream, sent by the thread that reads them.

use std::task::{Context, Poll};

use tokio::sync::mpsc;

use crate::error::Result;

/// Rows that a thread sends, some at a time; it stops when this is dropped.
pub(crate) struct StreamedRows<T> {
    chunks: mpsc::Receiver<Result<Vec<T>>>,
    /// The rows that arrived last and have not been read yet.
    rows: std::vec::IntoIter<T>,
}

impl<T> StreamedRows<T> {
    pub(super) fn new(chunks: mpsc::Receiver<Result<Vec<T>>>) -> Self {
        Self {
            chunks,
            rows: Vec::new().into_iter(),
        }
    }

    pub(crate) fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            // Most rows have already arrived.
            if let Some(row) = self.rows.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match std::task::ready!(self.chunks.poll_recv(ctx)) {
                Some(Ok(chunk)) => self.rows = chunk.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}
