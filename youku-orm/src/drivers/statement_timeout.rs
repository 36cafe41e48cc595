//! How long a statement may run.

use std::time::Duration;

use crate::error::{Error, Result};

/// Waits for a statement, at most for the time that it may run.
pub(crate) async fn in_time<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(limit) = limit else {
        return work.await;
    };
    // A timer takes room, and few statements have one.
    match Box::pin(tokio::time::timeout(limit, work)).await {
        Ok(result) => result,
        Err(_) => Err(Error::statement_timeout(limit)),
    }
}
