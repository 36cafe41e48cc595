//! Ending a statement on the server that nobody waits for any more.

use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tokio::runtime::Handle;

use crate::drivers::mysql::idle_connections::Loan;

/// How long the server may take to end a statement.
const LIMIT: Duration = Duration::from_secs(10);

/// For how long the rows that nobody wants any more are read, and a transaction rolled back, before
/// the server is told to end both. Telling it costs two new connections.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);

/// Gives up a connection whose statement nobody waits for any more. The server does not notice that:
/// it would keep the locks of the statement until it is done, and send all its rows, which the
/// driver would read before it lends the connection again. So a second connection asks it to end
/// the first one, which goes back to the pool only after that, and is closed there.
///
/// It happens in a task of its own: whoever waited for the statement has waited long enough.
pub(super) fn end(runtime: &Handle, id: u32, options: Opts, connection: impl Send + 'static) {
    runtime.spawn(async move {
        let kill = async {
            let mut killer = Conn::new(options).await?;
            killer.query_drop(format!("KILL {id}")).await?;
            killer.disconnect().await
        };
        // A server that has gone silent must not keep the connection's place in the pool as well.
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

/// A connection on which a statement runs. Dropped before the statement has ended, it reads what is
/// left of a short reply, and has the server end a long one, before somebody else gets the
/// connection; also one of which no part has come yet, because nobody knows how long that takes.
pub(super) struct Running(Option<Loan>);

impl Running {
    pub(super) fn on(loan: Loan) -> Self {
        Self(Some(loan))
    }

    pub(super) fn loan(&mut self) -> &mut Loan {
        self.0.as_mut().expect("it is taken at the end only")
    }

    /// The statement has ended, however it did.
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
            // The driver passes over what is left of a reply before it says anything.
            let rest = tokio::time::timeout(PATIENCE, loan.connection().ping()).await;
            match rest {
                Ok(Ok(())) => loan.keep(),
                Ok(Err(_)) => {}
                Err(_) => loan.kill(),
            }
        });
    }
}
