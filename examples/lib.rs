//! Example programs of the workspace; each one is a `[[example]]` target of this package. This library holds the code that
//! several of them share.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The pause after a failed accept. The usual cause is that the process has run out of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on `address`, such as `127.0.0.1:8001`, and prints the address on the standard output. With port 0 the system chooses
/// a port.
///
/// # Errors
///
/// The text is not an address, or the address is in use.
pub async fn listen(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(listener)
}

/// Runs a separate task for every connection, at most `connections` at once; further connections wait to be accepted.
///
/// `serve` must bound what a peer may do, in time and in bytes; otherwise a silent peer would keep its place for ever. This
/// future never completes; it ends only by being dropped.
pub async fn serve_each<F>(
    listener: TcpListener,
    connections: usize,
    serve: impl Fn(TcpStream) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(connections));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let served = serve(stream);
                tokio::spawn(async move {
                    served.await;
                    drop(place);
                });
            }
            Err(error) => {
                eprintln!("cannot accept: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
