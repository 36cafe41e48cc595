//! Ending a statement on the server whose time is over.

use std::time::Duration;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts};

/// How long the server may take to end a statement.
const LIMIT: Duration = Duration::from_secs(10);

/// Gives up a connection whose statement ran out of time. The server does not notice that nobody
/// waits for a statement, and would keep its locks until it is done; so a second connection asks
/// it to end the first one. That one goes back to the pool only after that, and is closed there.
///
/// It happens in a task of its own: whoever waited for the statement has waited long enough.
pub(super) fn end(id: u32, options: Opts, connection: impl Send + 'static) {
    tokio::spawn(async move {
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
