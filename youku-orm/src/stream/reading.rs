//! Rows that the task of a stream's reader reads itself, so that none is handed from task to task.

use std::future::poll_fn;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use crate::error::{Error, Result};

/// Work that reads rows into an [`Outbox`].
pub(crate) struct Reading<T> {
    work: Work,
    outbox: Outbox<T>,
}

enum Work {
    /// Never locked: it is there for streams to be `Sync`.
    Goes(Mutex<Pin<Box<dyn Future<Output = Result<()>> + Send>>>),
    /// How it ended, until that is told.
    Ended(Option<Error>),
}

impl<T> Reading<T> {
    pub(crate) fn new<F>(work: impl FnOnce(Outbox<T>) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let outbox = Outbox(Arc::default());
        Self {
            work: Work::Goes(Mutex::new(Box::pin(work(outbox.clone())))),
            outbox,
        }
    }

    /// The rows that were left, or what the work has ended with.
    pub(super) fn poll_next(&mut self, ctx: &mut Context<'_>) -> Poll<Option<Result<Vec<T>>>> {
        if let Work::Goes(work) = &mut self.work
            && let work = work.get_mut().unwrap_or_else(PoisonError::into_inner)
            && let Poll::Ready(done) = work.as_mut().poll(ctx)
        {
            self.work = Work::Ended(done.err());
        }
        let rows = mem::take(&mut *self.outbox.rows());
        match &mut self.work {
            _ if !rows.is_empty() => Poll::Ready(Some(Ok(rows))),
            Work::Goes(_) => Poll::Pending,
            Work::Ended(error) => Poll::Ready(error.take().map(Err)),
        }
    }
}

/// Where rows are left for the reader.
pub(crate) struct Outbox<T>(Arc<Mutex<Vec<T>>>);

impl<T> Outbox<T> {
    /// Leaves rows, and makes room for as many.
    pub(crate) fn leave(&self, rows: &mut Vec<T>) {
        let room = Vec::with_capacity(rows.capacity());
        *self.rows() = mem::replace(rows, room);
    }

    /// Lets the reader have what was left.
    pub(crate) async fn pause(&self) {
        let mut is_first = true;
        poll_fn(|_| match mem::take(&mut is_first) {
            // The reader polls again once it has read the rows.
            true => Poll::Pending,
            false => Poll::Ready(()),
        })
        .await;
    }

    fn rows(&self) -> MutexGuard<'_, Vec<T>> {
        // It is only ever exchanged as a whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Outbox<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::task::Waker;

    use super::*;

    type Polled = Poll<Option<Result<Vec<u8>, String>>>;

    /// What the reader has got, as often as it asks.
    fn polled(mut reading: Reading<u8>, times: usize) -> Vec<Polled> {
        let mut ctx = Context::from_waker(Waker::noop());
        let told = |polled: Poll<Option<Result<Vec<u8>>>>| {
            polled.map(|more| more.map(|rows| rows.map_err(|error| error.to_string())))
        };
        let polled = (0..times).map(|_| told(reading.poll_next(&mut ctx)));
        polled.collect()
    }

    #[test]
    fn rows_are_there_before_the_next_ones() {
        let reading = Reading::new(|outbox| async move {
            outbox.leave(&mut vec![1, 2]);
            outbox.pause().await;
            outbox.leave(&mut vec![3]);
            Ok(())
        });
        let [first, last] = [vec![1, 2], vec![3]].map(|rows| Poll::Ready(Some(Ok(rows))));
        let none = || Poll::Ready(None);
        assert_eq!(polled(reading, 4), [first, last, none(), none()]);
    }

    #[test]
    fn rows_do_not_wait_for_what_the_server_has_not_sent() {
        let reading = Reading::new(|outbox| async move {
            outbox.leave(&mut vec![1]);
            pending().await
        });
        let first = Poll::Ready(Some(Ok(vec![1])));
        assert_eq!(polled(reading, 2), [first, Poll::Pending]);
    }

    #[test]
    fn rows_before_an_error_come_before_it() {
        let reading = Reading::new(|outbox| async move {
            outbox.leave(&mut vec![1]);
            Err(Error::usage("no more"))
        });
        let first = Poll::Ready(Some(Ok(vec![1])));
        let failed = Poll::Ready(Some(Err("no more".to_owned())));
        assert_eq!(polled(reading, 3), [first, failed, Poll::Ready(None)]);
    }
}
