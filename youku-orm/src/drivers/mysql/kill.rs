//! Ends a statement on the server after its caller has stopped waiting for it.

use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};
use tokio::runtime::Handle;

use crate::drivers::mysql::idle_connections::PooledConnection;
use crate::error::Result;

/// How long the server may take to end a statement.
const LIMIT: Duration = Duration::from_secs(10);

/// How long reading the unwanted rest of a reply, or rolling back a transaction, may take before the
/// server is told to end it. That costs two new connections: one that sends KILL, and one in place of the killed one.
pub(super) const CLEANUP_LIMIT: Duration = Duration::from_millis(250);

/// Ends a connection whose statement was abandoned by its caller. The server does not notice that:
/// it would keep the locks of the statement until it is done, and send all its rows, which the
/// driver would read before it hands the connection out again. So a second connection asks the server to
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
        // A server that does not respond must not hold the connection's permit as well.
        let error = match tokio::time::timeout(LIMIT, kill).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the server did not answer in time".to_owned()),
        };
        if let Some(error) = error {
            tracing::warn!(
                id,
                error,
                "the cancelled statement may still run on the server"
            );
        }
        drop(connection);
    });
}

/// A connection on which a statement runs.
///
/// Invariant: the connection becomes idle only after the whole reply has been read. If this is dropped before that, because
/// the caller was cancelled or the reply has an error in its middle, a task reads what is left of a short reply and makes the
/// server end a long one, before another statement gets the connection. It does the same if no part of the reply has arrived
/// yet, because it is unknown how long the reply takes.
pub(super) struct RunningStatement(Option<PooledConnection>);

impl RunningStatement {
    pub(super) fn new(connection: PooledConnection) -> Self {
        Self(Some(connection))
    }

    pub(super) fn connection(&mut self) -> &mut PooledConnection {
        self.0.as_mut().expect(ONLY_AT_THE_END)
    }

    /// Ends the statement. After a success its connection is kept for the next statement. After an error the driver's pool
    /// takes the connection and checks it. After a statement timeout the server is told to end it. A connection whose session
    /// may have changed is closed in each case.
    pub(super) fn end<T>(self, result: Result<T>) -> Result<T> {
        let connection = self.into_connection();
        match &result {
            Ok(_) => connection.keep(),
            Err(error) if error.is_statement_timeout() => connection.kill(),
            Err(_) if connection.is_changed() => connection.close(),
            Err(_) => {}
        }
        result
    }

    /// The connection, once the statement has ended and no part of its reply is left to read.
    pub(super) fn into_connection(mut self) -> PooledConnection {
        self.0.take().expect(ONLY_AT_THE_END)
    }
}

const ONLY_AT_THE_END: &str = "the connection is moved out when this is consumed or dropped";

impl Drop for RunningStatement {
    fn drop(&mut self) {
        let Some(mut connection) = self.0.take() else {
            return;
        };
        if connection.is_broken() {
            return connection.kill();
        }
        let runtime = connection.runtime().clone();
        runtime.spawn(async move {
            // The driver skips what is left of a reply before it sends anything.
            let rest = tokio::time::timeout(CLEANUP_LIMIT, connection.raw().ping()).await;
            match rest {
                Ok(Ok(())) => connection.keep(),
                Ok(Err(_)) if connection.is_changed() => connection.disconnect().await,
                Ok(Err(_)) => {}
                Err(_) => connection.kill(),
            }
        });
    }
}
