//! A future that is dropped before its end, at any step of it.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use tokio::task::coop::consume_budget;
use tokio::task::yield_now;

/// Far more than there are units in tokio's budget.
const MOST_UNITS: usize = 10_000;

/// A future that is polled so many times at most.
///
/// How much is ready when it is polled depends on the load of the machine. What tokio gives is ready only as long as the task
/// has units of its budget left, so all but one are used up before: the future gets one step further each time.
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

/// Uses so many units of the budget up, and says how many there were of them.
fn use_up(units: usize, ctx: &mut Context<'_>) -> usize {
    let used = |_: &usize| pin!(consume_budget()).poll(ctx).is_ready();
    (0..units).take_while(used).count()
}

/// The outcome of a future that gets to its end within so many polls; otherwise it is dropped then.
pub(crate) async fn cut_off<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    // The budget is whole at the next poll of the task.
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
