//! A future that is dropped before its end, after any number of polls.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::coop::consume_budget;
use tokio::task::yield_now;

/// Far more than the units of tokio's budget.
const MOST_UNITS: usize = 10_000;

/// A future that is polled at most that many times.
///
/// How much is ready at a poll depends on the load of the machine. Tokio's resources are ready only as long as the task
/// has units of its budget left. So all units but one are used up first, and the future gets one step further each time.
struct CutOff<F> {
    future: F,
    polls: usize,
    budget: usize,
}

impl<F: Future + Unpin> Future for CutOff<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, ctx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        use_up(self.budget - 1, ctx);
        match Pin::new(&mut self.future).poll(ctx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Uses up to that many units of the budget, and returns how many there were.
fn use_up(units: usize, ctx: &mut Context<'_>) -> usize {
    let used = |_: &usize| pin!(consume_budget()).poll(ctx).is_ready();
    (0..units).take_while(used).count()
}

/// The result of a future that completes within that many polls; otherwise the future is dropped.
pub(crate) async fn cut_off<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    // The task has its full budget at its next poll.
    yield_now().await;
    let budget = poll_fn(|ctx| Poll::Ready(use_up(MOST_UNITS, ctx))).await;
    assert!((1..MOST_UNITS).contains(&budget), "{budget}");
    yield_now().await;
    CutOff {
        future: pin!(future),
        polls,
        budget,
    }
    .await
}
