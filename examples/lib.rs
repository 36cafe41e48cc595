//! Example programs of the workspace; each one is a `[[example]]` target of this package. Here is what several of them need.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// The pause after a failed accept, of which running out of file descriptors is the usual one.
const PAUSE: Duration = Duration::from_millis(100);

/// Listens on `address`, such as `127.0.0.1:8001`, and says so on the standard output: with port 0 the system chooses one.
///
/// # Errors
///
/// The address is none, or it is taken.
pub async fn listen(address: &str) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(listener)
}

/// Gives every connection a task of its own, at most `connections` at once: the others wait to be accepted.
///
/// `serve` bounds what a peer may do, in time and in bytes, or a silent one would keep its place for ever. Returns only by being
/// dropped.
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
