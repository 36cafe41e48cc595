//! The signals that the server handles.

use youku_server::ServerTls;

/// Catches SIGHUP from now on. The future re-reads the certificate at each SIGHUP and never completes.
#[cfg(unix)]
pub(crate) fn reload(tls: Option<ServerTls>) -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        while hangup.recv().await.is_some() {
            match tls.as_ref().map(|tls| (tls, tls.reload())) {
                Some((tls, Ok(()))) => {
                    tracing::info!(fingerprint = %tls.fingerprint(), "the certificate was reloaded");
                }
                Some((_, Err(error))) => {
                    tracing::error!(%error, "the certificate cannot be reloaded; the old one stays in use");
                }
                None => tracing::info!("SIGHUP: no certificate is configured"),
            }
        }
        std::future::pending().await
    })
}

/// Does nothing: this system has no SIGHUP.
#[cfg(not(unix))]
pub(crate) fn reload(_: Option<ServerTls>) -> std::io::Result<impl Future<Output = ()>> {
    Ok(std::future::pending())
}

/// Catches SIGINT and SIGTERM from now on; the future completes at the first of them.
#[cfg(unix)]
pub(crate) fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Completes at Ctrl-C, which is caught from the first poll of the future on.
#[cfg(not(unix))]
pub(crate) fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
