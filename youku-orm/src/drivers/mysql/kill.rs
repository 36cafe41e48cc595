//! Ends a statement on the server after its caller has stopped waiting for it.

use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tokio::runtime::Handle;

use crate::drivers::mysql::idle_connections::Loan;

/// How long the server may take to end a statement.
const LIMIT: Duration = Duration::from_secs(10);

/// How long reading the unwanted rest of a reply, or rolling back a transaction, may take before the
/// server is told to end it. Telling the server costs two new connections.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);

/// Ends a connection whose statement was abandoned by its caller. The server does not notice that:
/// it would keep the locks of the statement until it is done, and send all its rows, which the
/// driver would read before it lends the connection again. So a second connection asks the server to
/// end the first one. The first one returns to the pool only after that, and the pool closes it.
///
/// This runs in a separate task, so that the caller does not have to wait for it.
pub(super) fn end(runtime: &Handle, id: u32, options: Opts, connection: impl Send + 'static) {
    runtime.spawn(async move {
        let kill = async {
            let mut killer = Conn::new(options).await?;
            killer.query_drop(format!("KILL {id}")).await?;
            killer.disconnect().await
        };
        // A server that does not respond must not hold the connection's place in the pool as well.
        let error = match tokio::time::timeout(LIMIT, kill).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the server does not answer".to_owned()),
        };
        if let Some(error) = error {
            tracing::warn!(
                id,
                error,
                "a statement that was given up may still run on the server"
            );
        }
        drop(connection);
    });
}

/// A connection on which a statement runs. If it is dropped before the statement has ended, it reads
/// what is left of a short reply and makes the server end a long one, before another task gets the
/// connection. It does the same if no part of the reply has arrived yet, because it is unknown how
/// long the reply takes.
pub(super) struct Running(Option<Loan>);

impl Running {
    pub(super) fn on(loan: Loan) -> Self {
        Self(Some(loan))
    }

    pub(super) fn loan(&mut self) -> &mut Loan {
        self.0.as_mut().expect("it is taken at the end only")
    }

    /// Call it when the statement has ended, whether it succeeded or failed.
    pub(super) fn ended(mut self) -> Loan {
        self.0.take().expect("it is taken at the end only")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Some(mut loan) = self.0.take() else {
            return;
        };
        if loan.is_cut_off() {
            return loan.kill();
        }
        let runtime = loan.runtime().clone();
        runtime.spawn(async move {
            // The driver skips what is left of a reply before it sends anything.
            let rest = tokio::time::timeout(PATIENCE, loan.connection().ping()).await;
            match rest {
                Ok(Ok(())) => loan.keep(),
                Ok(Err(_)) => {}
                Err(_) => loan.kill(),
            }
        });
    }
}
